"""Chargers that speak no OCPP: one small driver protocol, one core that makes them look like any charge point."""
