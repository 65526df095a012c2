"""A charging station that speaks OCPP 2.0.1: blocks B, C, D, E, F, G, H, J, K and P from the station's side."""
