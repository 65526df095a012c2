"""Scheduling: told in time: reminders to drivers, and alerts to managers without storms."""
