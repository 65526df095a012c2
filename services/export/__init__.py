"""Sessions, states and measurements as files: rows, the four formats, and exports made in the background."""
