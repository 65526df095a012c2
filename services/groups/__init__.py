"""Groups of drivers: what they may use, and how much of it."""
