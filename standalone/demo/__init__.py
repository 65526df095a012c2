"""The demo: one location whose settings are in seconds, and drivers of every temperament who use it in real time."""
