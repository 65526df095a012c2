"""Benches of the bridge: simulated charge points on real sockets, a bare `websockets` server as the yardstick."""
