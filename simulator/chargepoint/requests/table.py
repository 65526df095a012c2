"""Every request of OCPP 1.6 from the central system, and what this charge point does with it."""

from collections.abc import Callable
from typing import Any

from simulator.chargepoint.connection import Answer, Refused
from simulator.chargepoint.requests import configuration, remote, reservation, upkeep
from simulator.chargepoint.unit import Unit

Operation = Callable[[Unit, dict[str, Any]], Answer]

OPERATIONS: dict[str, Operation | None] = {
    "CancelReservation": reservation.cancel_reservation,
    "ChangeAvailability": upkeep.change_availability,
    "ChangeConfiguration": configuration.change_configuration,
    "ClearCache": configuration.clear_cache,
    "DataTransfer": upkeep.data_transfer,
    "GetConfiguration": configuration.get_configuration,
    "RemoteStartTransaction": remote.remote_start,
    "RemoteStopTransaction": remote.remote_stop,
    "ReserveNow": reservation.reserve_now,
    "Reset": upkeep.reset,
    "TriggerMessage": upkeep.trigger_message,
    "UnlockConnector": remote.unlock_connector,
    # Known to OCPP 1.6, not to this firmware: NotSupported.
    "ClearChargingProfile": None,
    "GetCompositeSchedule": None,
    "GetDiagnostics": None,
    "GetLocalListVersion": None,
    "SendLocalList": None,
    "SetChargingProfile": None,
    "UpdateFirmware": None,
}


def handle(unit: Unit, action: str, payload: dict[str, Any]) -> Answer:
    """Answer one request. Raises ``Refused``: NotImplemented for an action nobody knows."""
    if action not in OPERATIONS:
        raise Refused("NotImplemented", f"unknown action {action[:50]}")
    operation = OPERATIONS[action]
    if operation is None:
        raise Refused("NotSupported", f"{action} is not supported by this charge point")
    return operation(unit, payload)
