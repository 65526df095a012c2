"""The last frames of each charge point, for people who look for a fault."""
