"""Every request of OCPP 2.0.1 from the central system, and what this station does with it."""

from collections.abc import Callable
from typing import Any

from simulator.link.errors import Answer, Refused
from simulator.link.schemas import actions
from simulator.ocpp201 import (
    authorization,
    availability,
    data_transfer,
    local_list,
    network,
    remote,
    reports,
    reservation,
    resetting,
    smart_charging,
    triggers,
    variables,
    wire,
)
from simulator.ocpp201.station import PROTOCOL, Station

Operation = Callable[[Station, dict[str, Any]], Answer]

OPERATIONS: dict[str, Operation] = {
    "CancelReservation": reservation.cancel_reservation,
    "ChangeAvailability": availability.change_availability,
    "ClearCache": authorization.clear_cache,
    "ClearChargingProfile": smart_charging.clear_charging_profile,
    "DataTransfer": data_transfer.data_transfer,
    "GetBaseReport": reports.get_base_report,
    "GetChargingProfiles": smart_charging.get_charging_profiles,
    "GetCompositeSchedule": smart_charging.get_composite_schedule,
    "GetLocalListVersion": local_list.get_local_list_version,
    "GetReport": reports.get_report,
    "GetTransactionStatus": remote.get_transaction_status,
    "GetVariables": variables.get_variables,
    "RequestStartTransaction": remote.request_start_transaction,
    "RequestStopTransaction": remote.request_stop_transaction,
    "ReserveNow": reservation.reserve_now,
    "Reset": resetting.reset,
    "SendLocalList": local_list.send_local_list,
    "SetChargingProfile": smart_charging.set_charging_profile,
    "SetNetworkProfile": network.set_network_profile,
    "SetVariables": variables.set_variables,
    "TriggerMessage": triggers.trigger_message,
    "UnlockConnector": remote.unlock_connector,
}


def handle(station: Station, action: str, payload: dict[str, Any]) -> Answer:
    """Answer one request. Raises ``Refused``: NotImplemented for an action nobody knows, NotSupported for one of
    another block, else what is wrong with the payload.
    """
    operation = OPERATIONS.get(action)
    if operation is None:
        if action in actions(PROTOCOL):
            raise Refused("NotSupported", f"{action} is not supported by this station")
        raise Refused("NotImplemented", f"unknown action {action[:50]}")
    wire.judge(action, payload)
    return operation(station, payload)
