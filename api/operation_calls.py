"""The calls of OCPP 1.6 that the typed operations of a charge point are."""

import secrets
from datetime import datetime
from typing import Any

from api.schemas import operations as shapes
from api.site_wiring import at
from api.wiring import services
from model.charge_point_records import LocalList
from model.errors import Invalid
from model.instants import to_text
from services.chargepoints.local_lists import full_list, next_version

Call = tuple[str, dict[str, Any]]
MOST_REQUEST_ID = 2**31 - 1
_EXTENDED = frozenset({shapes.TriggeredMessage.LOG, shapes.TriggeredMessage.CERTIFICATE})
"""Messages of the security extension."""


def availability_call(_charge_point_id: str, body: shapes.AvailabilityBody) -> Call:
    """Into or out of service."""
    kind = "Operative" if body.available else "Inoperative"
    return "ChangeAvailability", {"connectorId": body.connector, "type": kind}


def trigger_call(_charge_point_id: str, body: shapes.TriggerBody) -> Call:
    """The extension's own trigger for the extension's own messages."""
    action = "ExtendedTriggerMessage" if body.message in _EXTENDED else "TriggerMessage"
    return action, _given(requestedMessage=body.message.value, connectorId=body.connector)


def firmware_call(_charge_point_id: str, body: shapes.FirmwareBody) -> Call:
    """Raises ``Invalid`` for half a signature."""
    retrieve_at = body.retrieve_at or services().clock.now()
    if body.signing_certificate is None and body.signature is None:
        if body.install_at is not None:
            raise Invalid("unsigned_firmware", "Only signed updates say when to install.", field="install_at")
        return "UpdateFirmware", _given(location=body.location, retrieveDate=retrieve_at, **_tries(body))
    if body.signing_certificate is None or body.signature is None:
        missing = "signature" if body.signature is None else "signing_certificate"
        raise Invalid("unsigned_firmware", "A signed update has a certificate and a signature.", field=missing)
    firmware = _given(
        location=body.location,
        retrieveDateTime=retrieve_at,
        installDateTime=body.install_at,
        signingCertificate=body.signing_certificate,
        signature=body.signature,
    )
    return "SignedUpdateFirmware", _given(requestId=_request_id(), firmware=firmware, **_tries(body))


def diagnostics_call(_charge_point_id: str, body: shapes.DiagnosticsBody) -> Call:
    """An upload of diagnostics."""
    return "GetDiagnostics", _given(
        location=body.location, startTime=body.begin_at, stopTime=body.end_at, **_tries(body)
    )


def log_call(_charge_point_id: str, body: shapes.LogBody) -> Call:
    """An upload of a log."""
    log = _given(remoteLocation=body.location, oldestTimestamp=body.begin_at, latestTimestamp=body.end_at)
    return "GetLog", _given(logType=f"{body.type.capitalize()}Log", requestId=_request_id(), log=log, **_tries(body))


def local_list_call(charge_point_id: str, body: shapes.LocalListBody) -> Call:
    """All known tags, or those named; the version after the last if none is named."""
    version = body.version or next_version(at().records.get(charge_point_id, "local_list", LocalList))
    if body.tags is None:
        return "SendLocalList", full_list(services().store, services().clock.now(), version)
    entries = [
        {"idTag": each.tag, "idTagInfo": _given(status=each.status, parentIdTag=each.parent_tag,
                                                expiryDate=each.expires_at)}
        for each in body.tags
    ]  # fmt: skip
    return "SendLocalList", {"listVersion": version, "updateType": "Full", "localAuthorizationList": entries}


def profile_call(_charge_point_id: str, body: shapes.ChargingProfileBody) -> Call:
    """A profile with its one schedule."""
    periods = [_given(startPeriod=each.start_s, limit=each.limit, numberPhases=each.phases) for each in body.periods]
    schedule = _given(
        duration=body.duration_s,
        startSchedule=body.begin_at,
        chargingRateUnit=body.unit,
        chargingSchedulePeriod=periods,
        minChargingRate=body.min_limit,
    )
    profile = _given(
        chargingProfileId=body.profile_id,
        transactionId=body.transaction_id,
        stackLevel=body.stack_level,
        chargingProfilePurpose=body.purpose,
        chargingProfileKind=body.kind,
        recurrencyKind=body.recurrency,
        validFrom=body.valid_from,
        validTo=body.valid_to,
        chargingSchedule=schedule,
    )
    return "SetChargingProfile", {"connectorId": body.connector, "csChargingProfiles": profile}


def clear_call(query: shapes.ClearProfileQuery) -> Call:
    """What the query names."""
    return "ClearChargingProfile", _given(
        id=query.profile_id,
        connectorId=query.connector,
        chargingProfilePurpose=query.purpose,
        stackLevel=query.stack_level,
    )


def _tries(body: Any) -> dict[str, Any]:
    return {"retries": body.retries, "retryInterval": body.retry_interval_s}


def _given(**fields: Any) -> dict[str, Any]:
    """Without what was left out; instants as OCPP writes them."""
    return {
        name: to_text(value) if isinstance(value, datetime) else value
        for name, value in fields.items()
        if value is not None
    }


def _request_id() -> int:
    return 1 + secrets.randbelow(MOST_REQUEST_ID)
