"""The device model of OCPP 2.0.1: components, their variables, what may be read and set."""

from simulator.ocpp201.device_model.definition import Address, Variable
from simulator.ocpp201.device_model.model import DeviceModel

__all__ = ["Address", "DeviceModel", "Variable"]
