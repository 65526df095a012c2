"""Scheduling: a session once a car is plugged in: opened, full, over, its energy booked."""
