"""The way from a charge point to a central system: socket, frames, the order of what is said, and its log."""
