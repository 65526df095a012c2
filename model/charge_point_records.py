"""What is known of a charge point beside its connection: one small document each, ``chargepoints/{id}/records/{name}``.

Every field has a default: a record nobody wrote yet reads as an empty one.
"""

from dataclasses import dataclass
from datetime import datetime

from model.charger_settings import KnownSettings


@dataclass(frozen=True, slots=True, kw_only=True)
class ConfigurationKey:
    """One configuration key as the charge point told it. ``value`` None: it has none; secrets are hidden."""

    key: str
    value: str | None = None
    readonly: bool = False
    answer: str = ""
    """The charge point's word on the last change: Accepted, RebootRequired, Rejected, NotSupported."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Configuration:
    """``configuration``: what GetConfiguration and ChangeConfiguration told."""

    keys: tuple[ConfigurationKey, ...] = ()
    unknown_keys: tuple[str, ...] = ()
    updated_at: datetime | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class LocalList:
    """``local_list``: the charge point's own list of tags. ``version`` None: never told; −1: it has no lists."""

    version: int | None = None
    status: str = ""
    """The answer to the last SendLocalList."""
    tags: tuple[str, ...] = ()
    updated_at: datetime | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class InstalledProfile:
    """One charging profile the charge point accepted. ``profile`` is JSON: it may hold lists within lists."""

    connector: int
    profile_id: int
    purpose: str
    stack_level: int
    profile: bytes


@dataclass(frozen=True, slots=True, kw_only=True)
class ChargingProfiles:
    """``charging_profiles``: those set and not cleared."""

    profiles: tuple[InstalledProfile, ...] = ()
    updated_at: datetime | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class ConnectorAvailability:
    """What a connector (0: the whole charge point) was told to be; ``answer`` may be ``Scheduled``."""

    connector: int
    wanted: str
    answer: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Availability:
    """``availability``: what ChangeAvailability asked, by connector."""

    connectors: tuple[ConnectorAvailability, ...] = ()
    updated_at: datetime | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Step:
    """One status of a walk, and when the bridge heard it."""

    status: str
    at: datetime


@dataclass(frozen=True, slots=True, kw_only=True)
class Firmware:
    """``firmware``: the walk of the last update. The version it led to is the charge point's, from its next boot."""

    status: str = ""
    """OCPP's word: Downloading, Downloaded, Installing, Installed, InstallationFailed, InvalidSignature …"""
    signed: bool = False
    request_id: int | None = None
    command_id: str = ""
    """The command that asked for it; empty: nobody we know did."""
    location: str = ""
    steps: tuple[Step, ...] = ()
    """Of this update, oldest first."""
    updated_at: datetime | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Upload:
    """``diagnostics`` and ``log``: the walk of the last file a charge point was asked to send."""

    status: str = ""
    """OCPP's word: Uploading, Uploaded, UploadFailed, BadMessage …"""
    request_id: int | None = None
    command_id: str = ""
    location: str = ""
    file_name: str = ""
    steps: tuple[Step, ...] = ()
    updated_at: datetime | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class IssuedCertificate:
    """A charge point's certificate the deployment's authority signed. Public: no key is in it."""

    serial: str
    """Hexadecimal."""
    subject: str
    issued_at: datetime
    not_after: datetime
    pem: str
    command_id: str = ""
    """The CertificateSigned command that carried it."""


@dataclass(frozen=True, slots=True, kw_only=True)
class InstalledCertificate:
    """A root certificate the charge point says it has, by OCPP's hashes."""

    use: str
    hash_algorithm: str
    issuer_name_hash: str
    issuer_key_hash: str
    serial_number: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Certificates:
    """``certificates``: those issued to the charge point (newest last) and the roots it says it has."""

    issued: tuple[IssuedCertificate, ...] = ()
    refused: str = ""
    """Why the last request for a certificate was refused; empty: it was not."""
    refused_at: datetime | None = None
    installed: tuple[InstalledCertificate, ...] = ()
    updated_at: datetime | None = None


Record = Configuration | LocalList | ChargingProfiles | Availability | Firmware | Upload | Certificates | KnownSettings
SETTINGS = "settings"
"""The name of :class:`KnownSettings`, which stands beside the others: it is read by charger."""

RECORDS: dict[str, type[Record]] = {
    "configuration": Configuration,
    "local_list": LocalList,
    "charging_profiles": ChargingProfiles,
    "availability": Availability,
    "firmware": Firmware,
    "diagnostics": Upload,
    "log": Upload,
    "certificates": Certificates,
}
"""Every other record by name."""
