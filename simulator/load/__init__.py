"""Load tests: Locust drives charge points through the simulator's HTTP API, trial by trial, and tells.

Only ``locustfiles`` may import Locust: it patches the standard library of the process that does.
"""
