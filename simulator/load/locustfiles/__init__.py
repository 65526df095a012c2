"""Locust's users, a file a module of the load tests. Each also runs under ``locust -f`` with the same ``LOAD_…``."""
