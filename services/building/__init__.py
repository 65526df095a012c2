"""The building's meter: what bridges tell of a location's grid connection, kept and read."""
