"""What is concluded from what passes by, of whichever kind of charger."""
