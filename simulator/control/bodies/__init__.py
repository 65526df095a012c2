"""What the HTTP API takes as JSON bodies, each field with its bounds and its words."""
