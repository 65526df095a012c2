"""Scheduling: a charger is offered to the fairest, held, and given up again."""
