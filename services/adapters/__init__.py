"""Real things behind the ports of `services/ports.py`."""
