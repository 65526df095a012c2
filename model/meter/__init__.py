"""Measured values: how they are written the same way, packed, merged, and read as energy. Pure."""
