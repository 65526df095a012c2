"""Services: the OCPP 1.6 operations an admin or we may send, and the check of each before it leaves.

The shape is the official JSON schema's word; what a schema cannot say is in `payload_rules` and `profile_rules`.
"""

from collections.abc import Callable
from typing import Any

import msgspec

from model.errors import Invalid
from services.chargepoints import payload_rules as rules
from services.chargepoints.payload_rules import Situation
from services.chargepoints.profile_rules import check_composite, check_profile, check_started_profile

MOST_INTEGER = 2**31 - 1
MOST_BYTES = 200_000
"""Less than a command on the bus, and a frame to a charge point, may have."""
Check = Callable[[dict[str, Any], Situation], None]

ACTIONS: dict[str, tuple[Check, ...]] = {
    "CancelReservation": (),
    "CertificateSigned": (rules.certificates("certificateChain"),),
    "ChangeAvailability": (rules.connector(),),
    "ChangeConfiguration": (rules.word("key"),),
    "ClearCache": (),
    "ClearChargingProfile": (rules.connector(),),
    "DataTransfer": (rules.word("vendorId"),),
    "DeleteCertificate": (),
    "ExtendedTriggerMessage": (rules.connector(least=1),),
    "GetCompositeSchedule": (rules.connector(), check_composite),
    "GetConfiguration": (rules.keys,),
    "GetDiagnostics": (rules.address("location"), rules.retries, rules.span("startTime", "stopTime")),
    "GetInstalledCertificateIds": (),
    "GetLocalListVersion": (),
    "GetLog": (
        rules.address("log", "remoteLocation"),
        rules.retries,
        rules.span("oldestTimestamp", "latestTimestamp", within="log"),
    ),
    "InstallCertificate": (rules.certificates("certificate"),),
    "RemoteStartTransaction": (rules.word("idTag"), rules.connector(least=1), check_started_profile),
    "RemoteStopTransaction": (),
    "ReserveNow": (rules.word("idTag"), rules.connector(), rules.future("expiryDate")),
    "Reset": (),
    "SendLocalList": (rules.local_list,),
    "SetChargingProfile": (rules.connector(), check_profile),
    "SignedUpdateFirmware": (
        rules.address("firmware", "location"),
        rules.certificates("firmware", "signingCertificate"),
        rules.span("retrieveDateTime", "installDateTime", within="firmware"),
        rules.retries,
    ),
    "TriggerMessage": (rules.connector(least=1),),
    "UnlockConnector": (rules.connector(least=1),),
    "UpdateFirmware": (rules.address("location"), rules.retries),
}
"""Every operation of the central system, with what is checked beside its shape."""


def check_payload(action: str, payload: dict[str, Any], situation: Situation) -> None:
    """Raise ``Invalid``, naming the field, unless ``action`` is one we send and ``payload`` may go there."""
    checks = ACTIONS.get(action)
    if checks is None:
        raise Invalid("unknown_action", f"action must be one of {', '.join(sorted(ACTIONS))}.", field="action")
    _check_shape(action, payload)
    _check_integers(payload, "payload")
    for check in checks:
        check(payload, situation)


def _check_shape(action: str, payload: dict[str, Any]) -> None:
    from wire.ocpp_schemas import compiled  # noqa: PLC0415 -- loads a compiler that most requests never need

    try:
        if len(msgspec.json.encode(payload)) > MOST_BYTES:
            raise Invalid("invalid_payload", "payload: more than a charge point can be sent at once.", field="payload")
        fault = next(compiled(action, formats=True).iter_errors(payload), None)
    except (ValueError, OverflowError, RecursionError) as error:
        raise Invalid("invalid_payload", f"payload: {error}", field="payload") from error
    if fault is not None:
        where = ".".join(["payload", *(str(step) for step in fault.instance_path)])
        raise Invalid("invalid_payload", f"{where}: {fault.message[:300]}.", field=where)


def _check_integers(value: Any, where: str) -> None:
    """OCPP's integers have 32 bits; charge points fail in odd ways at longer ones."""
    if isinstance(value, dict):
        for name, each in value.items():
            _check_integers(each, f"{where}.{name}")
    elif isinstance(value, list):
        for index, each in enumerate(value):
            _check_integers(each, f"{where}.{index}")
    elif isinstance(value, int) and abs(value) > MOST_INTEGER:
        raise Invalid("invalid_payload", f"{where}: an integer has at most 32 bits.", field=where)
