"""Where OCPP charge points connect: the server, its door, and one link for each that came in."""
