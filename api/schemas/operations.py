"""Typed operations of a charge point as they travel, in our words and units."""

from enum import StrEnum
from typing import Annotated, Literal

from pydantic import ConfigDict, Field, StringConstraints

from api.schemas.base import Body, Instant, OptionalBody, Query, Reply
from api.schemas.chargepoint import MOST_WAIT_S, Command, CommandQuery
from model.charge_point_records import Configuration as ConfigurationNoun
from model.instants import to_text

Connector = Annotated[int, Field(ge=1, le=1000)]
AnyConnector = Annotated[int, Field(ge=0, le=1000)]
Url = Annotated[str, StringConstraints(min_length=1, max_length=512)]
Count = Annotated[int, Field(ge=0, le=1000)]
Seconds = Annotated[int, Field(ge=0, le=2**31 - 1)]
Tag = Annotated[str, StringConstraints(min_length=1, max_length=20)]


class TriggeredMessage(StrEnum):
    """Messages a charge point can be asked to send now."""

    BOOT = "BootNotification"
    DIAGNOSTICS = "DiagnosticsStatusNotification"
    FIRMWARE = "FirmwareStatusNotification"
    HEARTBEAT = "Heartbeat"
    METER = "MeterValues"
    STATUS = "StatusNotification"
    LOG = "LogStatusNotification"
    CERTIFICATE = "SignChargePointCertificate"


class _Operation(Body):
    model_config = ConfigDict(use_attribute_docstrings=True)


class ResetBody(_Operation):
    """Restart the charge point."""

    type: Literal["soft", "hard"]


class UnlockBody(_Operation):
    """Unlock a connector's plug."""

    connector: Connector


class AvailabilityBody(_Operation):
    """Take a connector into or out of service, at the charge point itself."""

    available: bool
    connector: AnyConnector = 0
    """0: the whole charge point."""


class TriggerBody(_Operation):
    """Ask for a message."""

    message: TriggeredMessage
    connector: Connector | None = None


class _Transfer(_Operation):
    location: Url
    """A URL (http, https, ftp, ftps, sftp)."""
    retries: Count | None = None
    retry_interval_s: Seconds | None = None


class FirmwareBody(_Transfer):
    """Update the firmware; with a signature and its certificate, as a signed update."""

    retrieve_at: Instant | None = None
    """Left out: now."""
    install_at: Instant | None = None
    """Signed updates only."""
    signing_certificate: Annotated[str, StringConstraints(max_length=5500)] | None = None
    """PEM."""
    signature: Annotated[str, StringConstraints(max_length=800)] | None = None
    """Base64."""


class DiagnosticsBody(_Transfer):
    """Have a file of diagnostics sent."""

    begin_at: Instant | None = None
    end_at: Instant | None = None


class LogBody(_Transfer):
    """Have a log sent."""

    type: Literal["diagnostics", "security"]
    begin_at: Instant | None = None
    end_at: Instant | None = None


class SettingBody(_Operation):
    """One configuration key."""

    key: Annotated[str, StringConstraints(min_length=1, max_length=50)]
    value: Annotated[str, StringConstraints(max_length=500)]


class ListedTag(_Operation):
    """A tag and the verdict on it."""

    tag: Tag
    status: Literal["Accepted", "Blocked", "Expired", "Invalid"] = "Accepted"
    parent_tag: Tag | None = None
    expires_at: Instant | None = None


class LocalListBody(OptionalBody):
    """The list for when the charge point is offline; without tags, all that are known, with our verdicts."""

    model_config = ConfigDict(use_attribute_docstrings=True)

    version: Annotated[int, Field(ge=1, le=2**31 - 1)] | None = None
    """Left out: the one after the last."""
    tags: Annotated[list[ListedTag], Field(max_length=1000)] | None = None


class Period(_Operation):
    """From `start_s` on, this much."""

    start_s: Seconds
    limit: Annotated[float, Field(ge=0, le=1_000_000)]
    """In the schedule's unit, in tenths."""
    phases: Annotated[int, Field(ge=1, le=3)] | None = None


class ChargingProfileBody(_Operation):
    """Limit what a connector may draw."""

    connector: AnyConnector
    """0: the whole charge point."""
    profile_id: Annotated[int, Field(ge=-(2**31), lt=2**31)]
    purpose: Literal["ChargePointMaxProfile", "TxDefaultProfile", "TxProfile"] = "TxDefaultProfile"
    kind: Literal["Absolute", "Recurring", "Relative"] = "Relative"
    recurrency: Literal["Daily", "Weekly"] | None = None
    stack_level: Count = 0
    transaction_id: Annotated[int, Field(ge=-(2**31), lt=2**31)] | None = None
    """TxProfile only."""
    valid_from: Instant | None = None
    valid_to: Instant | None = None
    begin_at: Instant | None = None
    duration_s: Annotated[int, Field(ge=1, lt=2**31)] | None = None
    unit: Literal["A", "W"] = "A"
    min_limit: Annotated[float, Field(ge=0, le=1_000_000)] | None = None
    periods: Annotated[list[Period], Field(min_length=1, max_length=1000)]


class ClearProfileQuery(CommandQuery):
    """Which profiles; nothing named means all."""

    profile_id: int | None = Field(default=None, ge=-(2**31), lt=2**31, description="This one.")
    connector: int | None = Field(default=None, ge=0, le=1000, description="Those of a connector; 0: of the whole.")
    purpose: Literal["ChargePointMaxProfile", "TxDefaultProfile", "TxProfile"] | None = Field(
        default=None, description="Those of a purpose."
    )
    stack_level: int | None = Field(default=None, ge=0, le=1000, description="Those of a level.")


class ConfigurationQuery(Query):
    """Whether to ask the charge point anew."""

    refresh: bool = Field(default=False, description="Ask the charge point first.")
    wait: float = Field(
        default=10, ge=0, le=MOST_WAIT_S, allow_inf_nan=False, description="Seconds to wait for its answer."
    )


class Setting(Reply):
    """A configuration key as the charge point told it."""

    model_config = ConfigDict(use_attribute_docstrings=True)

    key: str
    value: str | None
    """Null: it has none, or did not tell. Secrets are `***`."""
    readonly: bool
    answer: str
    """The charge point's word on the last change: Accepted, RebootRequired, Rejected, NotSupported, or empty."""


class ConfigurationRecord(Reply):
    """What a charge point is set to, as far as it told."""

    model_config = ConfigDict(use_attribute_docstrings=True)

    keys: list[Setting]
    unknown_keys: list[str]
    """Keys it was asked for and does not have."""
    updated_at: str | None
    """When it last told something new; null: never."""


class ConfigurationReply(Reply):
    """A charge point's configuration, and the question to it if it was asked."""

    configuration: ConfigurationRecord
    command: Command | None


def configuration_reply(noun: ConfigurationNoun, command: Command | None) -> ConfigurationReply:
    """The reply about a configuration."""
    keys = [Setting(key=each.key, value=each.value, readonly=each.readonly, answer=each.answer) for each in noun.keys]
    record = ConfigurationRecord(keys=keys, unknown_keys=list(noun.unknown_keys), updated_at=to_text(noun.updated_at))
    return ConfigurationReply(configuration=record, command=command)
