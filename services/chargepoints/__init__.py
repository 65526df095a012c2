"""Charge points, units and bridges: the registry, their events and questions, and commands to them."""
