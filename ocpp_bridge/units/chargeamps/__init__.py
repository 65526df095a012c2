"""The Charge Amps cloud as a driver: one account is one poller of all the charge points that it owns."""
