"""Scheduling: who may charge where, and how much: groups, quotas, and the one rule for every tag."""
