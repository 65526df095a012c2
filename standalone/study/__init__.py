"""A study of one charger: its current limit is changed during a charge, and what the car draws is drawn beside it."""
