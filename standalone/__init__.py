"""The whole system on one machine: API, bridge, simulated charge points and drivers, on embedded stores.

The runner only starts processes and speaks to them over HTTP, as anybody could.
"""
