"""Services: the kinds of notices: how many of each are kept, and which security events are critical."""

from typing import Any

SECURITY_EVENT = "SecurityEventNotification"
DATA_TRANSFER = "DataTransfer"
SIGN_CERTIFICATE = "SignCertificate"
FIRMWARE = "FirmwareStatusNotification"
SIGNED_FIRMWARE = "SignedFirmwareStatusNotification"
DIAGNOSTICS = "DiagnosticsStatusNotification"
LOG = "LogStatusNotification"
FAULT = "StatusNotification"
"""One that tells an error: its states are the chargers' own."""
CONFIGURATION = "GetConfiguration"
"""No message of a charge point either: what it showed the bridge after a boot."""
LOCAL_LIST = "SendLocalList"
"""No message of a charge point: how a bridge got on with the list it keeps there."""

KEPT = {SECURITY_EVENT: 1_000, DATA_TRANSFER: 500, SIGN_CERTIFICATE: 100, FIRMWARE: 200, SIGNED_FIRMWARE: 200,
        DIAGNOSTICS: 200, LOG: 200, FAULT: 200}  # fmt: skip
"""How many of a charge point are kept: then the oldest of the same kind gives way, so that no flood fills the store."""
OTHER, OTHERS_KEPT = "other", 100
_NOT_CRITICAL = frozenset(
    {
        "FailedToAuthenticateAtCentralSystem",
        "CentralSystemFailedToAuthenticate",
        "ReconfigurationOfSecurityParameters",
        "InvalidMessages",
        "AttemptedReplayAttacks",
    }
)
"""OCPP 1.6 security whitepaper, list of security events. One it does not know is taken for critical."""


def place_of(action: str, written: int) -> str:
    """The id of the notice after ``written`` others of its kind."""
    kind, most = kind_of(action), KEPT.get(action, OTHERS_KEPT)
    return f"{kind}-{written % most:04d}"


def kind_of(action: str) -> str:
    """What notices are counted by."""
    return action if action in KEPT else OTHER


def is_critical(action: str, payload: dict[str, Any]) -> bool:
    """Whether somebody should look at it soon."""
    return action == SECURITY_EVENT and payload.get("type") not in _NOT_CRITICAL
