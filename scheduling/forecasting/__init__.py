"""Scheduling: how long it will take: a location's habits, and queues played through with them."""
