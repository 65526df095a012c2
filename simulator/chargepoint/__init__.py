"""One simulated charge point: firmware, connectors, cars at them, and the way to a central system."""

from simulator.chargepoint.car import Car
from simulator.chargepoint.chargepoint import ChargePoint
from simulator.chargepoint.settings import Settings

__all__ = ["Car", "ChargePoint", "Settings"]
