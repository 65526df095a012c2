"""What is known of a charge point beside its connection, as it travels: its records, and what it told."""

from typing import Any

from pydantic import ConfigDict, Field

from api.paging import PageQuery
from api.schemas.base import Reply


class _Described(Reply):
    model_config = ConfigDict(use_attribute_docstrings=True)


class NoticesQuery(PageQuery):
    """Which notices, and how many at once."""

    action: str = Field(
        default="", max_length=64, description="Only of this OCPP message, such as `SecurityEventNotification`."
    )


class Notice(_Described):
    """A message of a charge point that changes no charger."""

    action: str
    """OCPP's name of the message."""
    payload: dict[str, Any]
    """As the charge point sent it; what is longer than anybody reads is cut."""
    at: str
    """When the bridge heard it."""
    occurred_at: str
    """By the charge point's own clock."""
    critical: bool
    """A security event that OCPP's security whitepaper calls critical."""


class NoticesReply(Reply):
    """A page of notices, newest first."""

    notices: list[Notice]
    next_page_token: str | None = Field(description="Sent as `page_token` it brings the next page; null at the end.")


class ConfigurationKey(_Described):
    """One configuration key. Secrets are hidden."""

    key: str
    value: str | None
    readonly: bool
    answer: str
    """The charge point's word on the last change."""


class Configuration(_Described):
    """What GetConfiguration and ChangeConfiguration told."""

    keys: list[ConfigurationKey]
    unknown_keys: list[str]
    """Asked for, and not known to the charge point."""
    updated_at: str | None


class LocalList(_Described):
    """The charge point's own list of tags, for when it is offline."""

    version: int | None
    """Null: never told; -1: it has no lists."""
    status: str
    """The answer to the last SendLocalList."""
    tags: list[str]
    updated_at: str | None


class ChargingProfile(_Described):
    """A charging profile the charge point accepted."""

    connector: int
    profile_id: int
    purpose: str
    stack_level: int
    profile: dict[str, Any]


class ChargingProfiles(Reply):
    """Those set and not cleared."""

    profiles: list[ChargingProfile]
    updated_at: str | None


class ConnectorAvailability(_Described):
    """What a connector (0: the whole charge point) was told to be."""

    connector: int
    wanted: str
    answer: str
    """`Scheduled`: once its transaction has ended."""


class Availability(Reply):
    """What ChangeAvailability asked, by connector."""

    connectors: list[ConnectorAvailability]
    updated_at: str | None


class Step(_Described):
    """A status, and when the bridge heard it."""

    status: str
    at: str


class Firmware(_Described):
    """The walk of the last update. The version it led to is the charge point's, from its next boot."""

    status: str
    """OCPP's word: Downloading, Downloaded, Installing, Installed, InstallationFailed, InvalidSignature …"""
    signed: bool
    request_id: int | None
    command_id: str | None
    """The command that asked for it, if it was one of ours."""
    location: str
    steps: list[Step]
    """Of this update, oldest first."""
    updated_at: str | None


class Upload(_Described):
    """The walk of the last file the charge point was asked to send."""

    status: str
    """OCPP's word: Uploading, Uploaded, UploadFailed, BadMessage …"""
    request_id: int | None
    command_id: str | None
    location: str
    file_name: str
    steps: list[Step]
    updated_at: str | None


class IssuedCertificate(_Described):
    """A certificate of the charge point that the deployment's authority signed."""

    serial: str
    """Hexadecimal."""
    subject: str
    issued_at: str
    not_after: str
    pem: str
    command_id: str | None
    """The CertificateSigned command that carried it: what became of it."""


class InstalledCertificate(Reply):
    """A root certificate the charge point says it has, by OCPP's hashes."""

    use: str
    hash_algorithm: str
    issuer_name_hash: str
    issuer_key_hash: str
    serial_number: str


class Certificates(_Described):
    """Those issued to the charge point, newest last, and the roots it says it has."""

    issued: list[IssuedCertificate]
    refused: str | None
    """Why the last request for a certificate was refused."""
    refused_at: str | None
    installed: list[InstalledCertificate]
    updated_at: str | None


class Records(Reply):
    """Every record of a charge point; what was never told is empty."""

    configuration: Configuration
    local_list: LocalList
    charging_profiles: ChargingProfiles
    availability: Availability
    firmware: Firmware
    diagnostics: Upload
    log: Upload
    certificates: Certificates


class RecordsReply(Reply):
    """All records of one charge point."""

    records: Records
