"""Timers: what happens because time passed."""
