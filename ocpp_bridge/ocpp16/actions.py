"""Every action of OCPP 1.6 and what this bridge does with it: the one table, read by the translator and the docs."""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum

from ocpp_bridge.ocpp16.conversation import Conversation
from ocpp_bridge.ocpp16.frames import Incoming
from ocpp_bridge.ocpp16.received import (
    authorize,
    boot_notification,
    heartbeat,
    meter_values,
    start_transaction,
    status_notification,
    stop_transaction,
)
from ocpp_bridge.ocpp16.schemas import Tolerated
from ocpp_bridge.translation import Received

Receiver = Callable[[Incoming, Conversation, datetime], Received]


class Sender(StrEnum):
    """Who may call."""

    CHARGE_POINT = "charge point"
    CENTRAL_SYSTEM = "Kilowait"
    BOTH = "both"


@dataclass(frozen=True, slots=True)
class Action:
    """One action. ``receive`` None: not answered yet. ``sent``: commands and admins may send it."""

    profile: str
    sender: Sender
    receive: Receiver | None = None
    sent: bool = False
    checked: bool = True
    """False: the receiver judges the shape itself, leniently."""
    tolerates: Tolerated = frozenset()
    does: str = "later"


# What real chargers break without meaning harm; a status or a reading lost to an odd word would be worse.
ODD_TEXTS: Tolerated = frozenset({("MaxLength", "*")})
ODD_STATUS: Tolerated = frozenset(
    {("Enum", "errorCode"), ("MaxLength", "info"), ("MaxLength", "vendorId"), ("MaxLength", "vendorErrorCode")}
)
ODD_VALUES: Tolerated = frozenset(
    {
        ("MinItems", "sampledValue"),
        ("Type", "value"),
        *(("Enum", field) for field in ("unit", "measurand", "context", "phase", "location", "format")),
    }
)

_IN, _OUT, _BOTH = Sender.CHARGE_POINT, Sender.CENTRAL_SYSTEM, Sender.BOTH
CORE, RESERVATION, TRIGGER, LOCAL_LIST, SMART, FIRMWARE, SECURITY = (
    "Core",
    "Reservation",
    "RemoteTrigger",
    "LocalAuthListManagement",
    "SmartCharging",
    "FirmwareManagement",
    "Security extension",
)

ACTIONS: dict[str, Action] = {
    "Authorize": Action(CORE, _IN, authorize.receive, does="question to the API (2 s), then the bridge's own copy"),
    "BootNotification": Action(
        CORE, _IN, boot_notification.receive, tolerates=ODD_TEXTS, does="event; accepted; then settings are set"
    ),
    "ChangeAvailability": Action(CORE, _OUT),
    "ChangeConfiguration": Action(CORE, _OUT, sent=True, does="after boot (enforcement); raw by admins"),
    "ClearCache": Action(CORE, _OUT),
    "DataTransfer": Action(CORE, _BOTH),
    "GetConfiguration": Action(CORE, _OUT, sent=True, does="after boot (read back); raw by admins"),
    "Heartbeat": Action(CORE, _IN, heartbeat.receive, does="answered by the bridge"),
    "MeterValues": Action(CORE, _IN, meter_values.receive, tolerates=ODD_VALUES, does="event"),
    "RemoteStartTransaction": Action(CORE, _OUT, sent=True, does="command `start`; raw by admins"),
    "RemoteStopTransaction": Action(CORE, _OUT, sent=True, does="command `stop`; raw by admins"),
    "Reset": Action(CORE, _OUT),
    "StartTransaction": Action(
        CORE, _IN, start_transaction.receive, does="event and question; the answer can refuse the tag"
    ),
    "StatusNotification": Action(CORE, _IN, status_notification.receive, tolerates=ODD_STATUS, does="event"),
    "StopTransaction": Action(
        CORE, _IN, stop_transaction.receive, checked=False, does="event; never refused for its form"
    ),
    "UnlockConnector": Action(CORE, _OUT),
    "CancelReservation": Action(RESERVATION, _OUT, sent=True, does="command `release`; raw by admins"),
    "ReserveNow": Action(RESERVATION, _OUT, sent=True, does="command `hold`; raw by admins"),
    "TriggerMessage": Action(TRIGGER, _OUT),
    "GetLocalListVersion": Action(LOCAL_LIST, _OUT),
    "SendLocalList": Action(LOCAL_LIST, _OUT),
    "ClearChargingProfile": Action(SMART, _OUT),
    "GetCompositeSchedule": Action(SMART, _OUT),
    "SetChargingProfile": Action(SMART, _OUT),
    "DiagnosticsStatusNotification": Action(FIRMWARE, _IN),
    "FirmwareStatusNotification": Action(FIRMWARE, _IN),
    "GetDiagnostics": Action(FIRMWARE, _OUT),
    "UpdateFirmware": Action(FIRMWARE, _OUT),
    "CertificateSigned": Action(SECURITY, _OUT),
    "DeleteCertificate": Action(SECURITY, _OUT),
    "ExtendedTriggerMessage": Action(SECURITY, _OUT),
    "GetInstalledCertificateIds": Action(SECURITY, _OUT),
    "GetLog": Action(SECURITY, _OUT),
    "InstallCertificate": Action(SECURITY, _OUT),
    "LogStatusNotification": Action(SECURITY, _IN),
    "SecurityEventNotification": Action(SECURITY, _IN),
    "SignCertificate": Action(SECURITY, _IN),
    "SignedFirmwareStatusNotification": Action(SECURITY, _IN),
    "SignedUpdateFirmware": Action(SECURITY, _OUT),
}
