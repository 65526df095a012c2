"""Simulated OCPP 1.6J charge points with cars at them: real WebSocket clients of any central system, driven
over HTTP or from a test. This room imports nothing of the back end and keeps its state in its own SQLite
file.
"""
