"""Scheduling: what people ask: drivers, their neighbours, and admins."""
