"""Scheduling: what a charge costs, pure: prices by time, energy by price, what may be spent, what is booked."""
