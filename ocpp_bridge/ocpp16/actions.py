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
    data_transfer,
    heartbeat,
    meter_values,
    notices,
    sign_certificate,
    start_transaction,
    status_notification,
    stop_transaction,
)
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
    does: str = "later"


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
    "BootNotification": Action(CORE, _IN, boot_notification.receive, does="event; accepted; then settings are set"),
    "ChangeAvailability": Action(
        CORE, _OUT, sent=True, does="command `settings`; raw and typed by admins; the wish is kept"
    ),
    "ChangeConfiguration": Action(
        CORE, _OUT, sent=True, does="after boot (enforcement); command `settings`; raw by admins"
    ),
    "ClearCache": Action(CORE, _OUT, sent=True, does="raw and typed by admins"),
    "DataTransfer": Action(
        CORE, _BOTH, data_transfer.receive, sent=True, does="raw by admins; received: notice, `UnknownVendorId`"
    ),
    "GetConfiguration": Action(
        CORE, _OUT, sent=True, does="after boot and in command `settings` (read back); raw by admins"
    ),
    "Heartbeat": Action(CORE, _IN, heartbeat.receive, does="answered by the bridge"),
    "MeterValues": Action(CORE, _IN, meter_values.receive, does="event"),
    "RemoteStartTransaction": Action(CORE, _OUT, sent=True, does="command `start`; raw by admins"),
    "RemoteStopTransaction": Action(CORE, _OUT, sent=True, does="command `stop`; raw by admins"),
    "Reset": Action(CORE, _OUT, sent=True, does="raw and typed by admins"),
    "StartTransaction": Action(
        CORE, _IN, start_transaction.receive, does="event and question; the answer can refuse the tag"
    ),
    "StatusNotification": Action(
        CORE, _IN, status_notification.receive, does="event; an error, in its vendor's words, is a notice beside"
    ),
    "StopTransaction": Action(
        CORE, _IN, stop_transaction.receive, checked=False, does="event; never refused for its form"
    ),
    "UnlockConnector": Action(CORE, _OUT, sent=True, does="raw and typed by admins"),
    "CancelReservation": Action(RESERVATION, _OUT, sent=True, does="command `release`; raw by admins"),
    "ReserveNow": Action(RESERVATION, _OUT, sent=True, does="command `hold`; raw by admins"),
    "TriggerMessage": Action(TRIGGER, _OUT, sent=True, does="command `settings` (status); raw and typed by admins"),
    "GetLocalListVersion": Action(LOCAL_LIST, _OUT, sent=True, does="raw by admins; the version is kept"),
    "SendLocalList": Action(LOCAL_LIST, _OUT, sent=True, does="raw and typed by admins; the version is kept"),
    "ClearChargingProfile": Action(
        SMART, _OUT, sent=True, does="command `settings`; raw and typed by admins; the profiles kept are cleared"
    ),
    "GetCompositeSchedule": Action(SMART, _OUT, sent=True, does="command `settings` (read back); raw by admins"),
    "SetChargingProfile": Action(
        SMART, _OUT, sent=True, does="command `settings`; raw and typed by admins; the profile is kept"
    ),
    "DiagnosticsStatusNotification": Action(FIRMWARE, _IN, notices.receive, does="notice; record `diagnostics`"),
    "FirmwareStatusNotification": Action(FIRMWARE, _IN, notices.receive, does="notice; record `firmware`"),
    "GetDiagnostics": Action(FIRMWARE, _OUT, sent=True, does="raw and typed by admins; the upload is followed"),
    "UpdateFirmware": Action(FIRMWARE, _OUT, sent=True, does="raw and typed by admins; the update is followed"),
    "CertificateSigned": Action(SECURITY, _OUT, sent=True, does="follows SignCertificate; raw by admins"),
    "DeleteCertificate": Action(SECURITY, _OUT, sent=True, does="raw by admins; the certificate leaves those kept"),
    "ExtendedTriggerMessage": Action(SECURITY, _OUT, sent=True, does="raw by admins"),
    "GetInstalledCertificateIds": Action(SECURITY, _OUT, sent=True, does="raw by admins; what is installed is kept"),
    "GetLog": Action(SECURITY, _OUT, sent=True, does="raw and typed by admins; the upload is followed"),
    "InstallCertificate": Action(SECURITY, _OUT, sent=True, does="raw by admins"),
    "LogStatusNotification": Action(SECURITY, _IN, notices.receive, does="notice; record `log`"),
    "SecurityEventNotification": Action(SECURITY, _IN, notices.receive, does="notice; critical ones are marked"),
    "SignCertificate": Action(
        SECURITY,
        _IN,
        sign_certificate.receive,
        does="notice; signed by the deployment's authority, record `certificates`",
    ),
    "SignedFirmwareStatusNotification": Action(SECURITY, _IN, notices.receive, does="notice; record `firmware`"),
    "SignedUpdateFirmware": Action(SECURITY, _OUT, sent=True, does="raw and typed by admins; the update is followed"),
}
