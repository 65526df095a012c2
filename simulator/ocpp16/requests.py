"""Every request of OCPP 1.6 and its whitepaper from the central system, and what this charge point does with it."""

from collections.abc import Callable
from typing import Any

from simulator.link.errors import Answer, Refused
from simulator.ocpp16 import (
    change_configuration,
    local_list,
    remote,
    reservation,
    security,
    smart_charging,
    trigger,
    upkeep,
    walks,
)
from simulator.ocpp16.payload import check
from simulator.ocpp16.point import Point

Operation = Callable[[Point, dict[str, Any]], Answer]

OPERATIONS: dict[str, Operation] = {
    "CancelReservation": reservation.cancel_reservation,
    "CertificateSigned": security.certificate_signed,
    "ChangeAvailability": upkeep.change_availability,
    "ChangeConfiguration": change_configuration.change_configuration,
    "ClearCache": change_configuration.clear_cache,
    "ClearChargingProfile": smart_charging.clear_charging_profile,
    "DataTransfer": upkeep.data_transfer,
    "DeleteCertificate": security.delete_certificate,
    "ExtendedTriggerMessage": trigger.extended_trigger_message,
    "GetCompositeSchedule": smart_charging.get_composite_schedule,
    "GetConfiguration": change_configuration.get_configuration,
    "GetDiagnostics": walks.get_diagnostics,
    "GetInstalledCertificateIds": security.get_installed_certificate_ids,
    "GetLocalListVersion": local_list.get_local_list_version,
    "GetLog": walks.get_log,
    "InstallCertificate": security.install_certificate,
    "RemoteStartTransaction": remote.remote_start,
    "RemoteStopTransaction": remote.remote_stop,
    "ReserveNow": reservation.reserve_now,
    "Reset": upkeep.reset,
    "SendLocalList": local_list.send_local_list,
    "SetChargingProfile": smart_charging.set_charging_profile,
    "SignedUpdateFirmware": walks.signed_update_firmware,
    "TriggerMessage": trigger.trigger_message,
    "UnlockConnector": remote.unlock_connector,
    "UpdateFirmware": walks.update_firmware,
}


def handle(point: Point, action: str, payload: dict[str, Any]) -> Answer:
    """Answer one request. Raises ``Refused``: NotImplemented for what a charge point is not asked."""
    operation = OPERATIONS.get(action)
    if operation is None:
        raise Refused("NotImplemented", f"unknown action {action[:50]}")
    check(action, payload)
    return operation(point, payload)
