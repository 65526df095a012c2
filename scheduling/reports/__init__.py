"""Scheduling: what charge points and units tell, reconciled with what we know."""
