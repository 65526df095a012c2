"""Benches of the simulator: many charge points in one process, bare `websockets` clients as the yardstick."""
