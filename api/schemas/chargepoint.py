"""Charge points and commands to them as they travel."""

from typing import Annotated, Any

from pydantic import ConfigDict, Field, StringConstraints

from api.schemas.base import Body, Path, Query, Reply, named_keys
from model.charge_point import ChargePoint as ChargePointNoun
from model.charge_point import CommandRecord, CommandStatus
from model.ids import MAX_TAG_CHARS
from model.instants import to_text
from model.unknown_charge_point import UnknownChargePoint as UnknownNoun

MOST_WAIT_S = 20


class ChargePointPath(Path):
    """A charge point's address."""

    charge_point_id: str = Field(description="Its identity; upper and lower case differ.")


class CommandPath(ChargePointPath):
    """A command's address."""

    command_id: str


class CommandQuery(Query):
    """How long to wait for the charge point's answer."""

    wait: float = Field(
        default=0, ge=0, le=MOST_WAIT_S, allow_inf_nan=False, description="Seconds to wait for the outcome."
    )


class Link(Reply):
    """Which bridge had the charge point's connection last."""

    bridge_id: str
    epoch: int
    connected: bool


class ChargePoint(Reply):
    """An OCPP box with one connection and one or more chargers. Its credentials are never shown."""

    model_config = ConfigDict(use_attribute_docstrings=True)

    charge_point_id: str
    location_id: str
    connectors: dict[str, str]
    """OCPP connector number to `location:charger`."""
    security_profile: int
    vendor_profile: str
    vendor: str
    model: str
    serial: str
    firmware: str
    iccid: str
    imsi: str
    """Of its SIM card, as is `iccid`."""
    meter_type: str
    meter_serial: str
    protocol: str
    unsupported: list[str]
    """Operations it said it does not have."""
    commands: list[str] | None
    """Of a charger without OCPP: out of `start`, `stop`, `reboot`; null: what its protocol has."""
    reboot_required: bool
    """A setting it took works only after its next boot."""
    booted_at: str | None
    connection: Link | None
    last_seen_at: str | None


class ChargePointReply(Reply):
    """One charge point."""

    chargepoint: ChargePoint


class UnknownChargePoint(Reply):
    """An identity that was turned away because nobody knows it."""

    model_config = ConfigDict(use_attribute_docstrings=True)

    charge_point_id: str
    bridge_id: str
    attempts: int
    first_at: str | None
    last_at: str | None
    subprotocols: list[str]
    address_family: str
    """`ipv4`, `ipv6` or empty."""
    tls: bool
    has_password: bool
    """Whether it offered one; which, nobody kept."""


class ChargePointsReply(Reply):
    """All charge points, by id."""

    model_config = ConfigDict(use_attribute_docstrings=True)

    chargepoints: list[ChargePoint]
    unknown: list[UnknownChargePoint] | None
    """Those that could be adopted, the latest first; null unless asked for."""


class ChargePointsQuery(Query):
    """What to list beside."""

    unknown: bool = Field(default=False, description="Also those that were turned away because nobody knows them.")


class ChargePointBody(Body):
    """What an admin says of a charge point."""

    model_config = ConfigDict(use_attribute_docstrings=True)

    connectors: Annotated[
        dict[
            Annotated[str, StringConstraints(pattern=r"^[1-9][0-9]{0,2}$")],
            Annotated[str, StringConstraints(max_length=130)],
        ],
        Field(min_length=1, max_length=200, json_schema_extra=named_keys),
    ]
    """OCPP connector number to `location:charger`, all of one existing location; missing chargers are made."""
    password: Annotated[str, StringConstraints(min_length=16, max_length=40)] | None = None
    """What the charge point logs in with (security profiles 1 and 2); left out: the old one stays. Never shown."""
    security_profile: Annotated[int, Field(ge=0, le=3)] | None = None
    """Left out: as it was, or 1."""
    vendor_profile: Annotated[str, StringConstraints(max_length=64)] | None = None
    """What it may break of OCPP: empty (the usual), `strict`, `no-subprotocol`, `lenient`. Left out: as it was."""


class CommandBody(Body):
    """A central-system operation of the charge point's OCPP version."""

    model_config = ConfigDict(use_attribute_docstrings=True)

    action: Annotated[str, StringConstraints(min_length=1, max_length=64)]
    """Such as `GetConfiguration`."""
    payload: dict[str, Any] = Field(default_factory=dict)
    """The operation's own fields."""


class Command(Reply):
    """A command and what became of it."""

    model_config = ConfigDict(use_attribute_docstrings=True)

    command_id: str
    status: CommandStatus
    answer: str | None
    """The charge point's status word, such as `Accepted`, `RebootRequired` or `Scheduled`."""
    response: dict[str, Any] | None
    """The charge point's own answer."""
    error: str | None
    """Why it was not done, in one stable word: the charge point's own refusal or error code (`Rejected`,
    `NotSupported`), or ours: `timeout` and `disconnected` (sent, no answer: it may have been done), `not_connected`,
    `expired`, `restarted`, `bridge_unreachable`, `bad_answer`."""
    detail: str | None
    """The same for people, where there is more to say."""


class CommandReply(Reply):
    """One command."""

    command: Command


class AuthorizeBody(Body):
    """A tag somebody shows."""

    model_config = ConfigDict(use_attribute_docstrings=True)

    tag: Annotated[str, StringConstraints(max_length=MAX_TAG_CHARS)]
    connector: Annotated[int, Field(ge=0, le=1000)] | None = None
    """Left out: any of the charge point's."""


def charge_point_reply(charge_point: ChargePointNoun) -> ChargePointReply:
    """The reply about one charge point."""
    return ChargePointReply(chargepoint=charge_point_model(charge_point))


def charge_point_model(noun: ChargePointNoun) -> ChargePoint:
    """A charge point as admins see it."""
    link = noun.connection
    return ChargePoint(
        charge_point_id=noun.charge_point_id,
        location_id=noun.location_id,
        connectors={
            number: f"{noun.location_id}:{charger_id}" for number, charger_id in sorted(noun.connectors.items())
        },
        security_profile=noun.security_profile,
        vendor_profile=noun.vendor_profile,
        vendor=noun.vendor,
        model=noun.model,
        serial=noun.serial,
        firmware=noun.firmware,
        iccid=noun.iccid,
        imsi=noun.imsi,
        meter_type=noun.meter_type,
        meter_serial=noun.meter_serial,
        protocol=noun.protocol,
        unsupported=list(noun.unsupported),
        commands=None if noun.commands is None else list(noun.commands),
        reboot_required=noun.reboot_required,
        booted_at=to_text(noun.booted_at),
        connection=Link(bridge_id=link.bridge_id, epoch=link.epoch, connected=link.connected) if link else None,
        last_seen_at=to_text(noun.last_seen_at),
    )


def unknown_model(noun: UnknownNoun) -> UnknownChargePoint:
    """An unknown charge point as admins see it."""
    return UnknownChargePoint(
        charge_point_id=noun.charge_point_id,
        bridge_id=noun.bridge_id,
        attempts=noun.attempts,
        first_at=to_text(noun.first_at),
        last_at=to_text(noun.last_at),
        subprotocols=list(noun.subprotocols),
        address_family=noun.family,
        tls=noun.is_tls,
        has_password=noun.has_password,
    )


def command_reply(record: CommandRecord) -> CommandReply:
    """The reply about one command."""
    return CommandReply(
        command=Command(
            command_id=record.command_id,
            status=record.status,
            answer=record.answer or None,
            response=record.response,
            error=record.error or None,
            detail=record.detail or None,
        )
    )
