"""Scheduling: why somebody stands where they stand, in sentences."""
