"""Services: the messages to outside systems, schema 1. `docs/mqtt.md` is made from these classes.

Fields may be added within a schema; readers ignore those they do not know. Any other change raises ``schema``.
"""

from dataclasses import dataclass
from datetime import datetime
from typing import Annotated, Final, Literal

from msgspec import Meta

SCHEMA: Final = 1

Schema = Annotated[int, Meta(description="Version of these shapes: 1.")]
MessageId = Annotated[str, Meta(description="Of this message for ever: one that comes again has the same.")]
At = Annotated[datetime, Meta(description="When it became so, ISO 8601, UTC.")]
LocationId = Annotated[str, Meta(description="The location.")]
ChargerId = Annotated[str, Meta(description="The charger within it.")]
SessionNumber = Annotated[int, Meta(description="Number of the session at its charger.")]
Version = Annotated[int, Meta(description="Of the location: counts its decisions, so a greater one is newer.")]
Event = Literal["offered", "accepted", "started", "full", "resumed", "ended", "corrected"]


@dataclass(frozen=True, slots=True, kw_only=True)
class LocationState:
    """A location as it is now; retained."""

    schema: Schema = SCHEMA
    id: MessageId
    at: At
    location: LocationId
    version: Version
    name: str
    state: Annotated[str, Meta(description="Its best charger's: free, reserved, used, dismissed, broken, undefined.")]
    chargers: Annotated[int, Meta(description="How many it has.")]
    free: Annotated[int, Meta(description="How many may be offered now.")]
    waiting: Annotated[int, Meta(description="How many drivers stand in the queue, snoozed ones too.")]
    retired: Annotated[bool, Meta(description="Closed for good.")]


@dataclass(frozen=True, slots=True, kw_only=True)
class ChargerStateMessage:
    """A charger as it is now; retained."""

    schema: Schema = SCHEMA
    id: MessageId
    at: At
    location: LocationId
    charger: ChargerId
    version: Version
    state: Annotated[
        str,
        Meta(description="available, pre_session, charging, full, faulted, unavailable, offline or unknown."),
    ]
    station_state: Annotated[
        str, Meta(description="From the street: free, reserved, used, dismissed, broken, undefined.")
    ]
    plugged: Annotated[bool, Meta(description="Whether a car is plugged in.")]
    status: Annotated[str, Meta(description="The unit's last word: an OCPP status or a level; may be empty.")]
    session: Annotated[int | None, Meta(description="Number of the open session.")]
    retired: Annotated[bool, Meta(description="Taken away for good.")]


@dataclass(frozen=True, slots=True, kw_only=True)
class SessionEvent:
    """Something happened in a session. All that is known of it by then is told."""

    schema: Schema = SCHEMA
    id: MessageId
    at: At
    location: LocationId
    charger: ChargerId
    session: SessionNumber
    version: Version
    event: Annotated[
        Event,
        Meta(
            description="`offered` to a driver, `accepted`, `started` (a car is plugged in), `full`, `resumed` (draws"
            " again), `ended` (also where nobody came: see `end_reason`), `corrected` (after the end more was told of"
            " its energy or cost, or whose it is changed)."
        ),
    ]
    user: Annotated[
        str, Meta(description="Pseudonym of the driver, the same in all messages of one publisher; empty: nobody's.")
    ]
    username: Annotated[str | None, Meta(description="Only where the location's `privacy` is `names`.")]
    walk_up: Annotated[bool, Meta(description="Charged without queueing.")]
    confirmed: Annotated[bool, Meta(description="False: nobody showed whose car it is; not billed.")]
    assigned_at: datetime
    accepted_at: datetime | None
    plugged_at: datetime | None
    full_at: datetime | None
    ended_at: datetime | None
    energy_wh: Annotated[int, Meta(description="Wh drawn so far.")]
    cost: Annotated[int | None, Meta(description="Minor units of `currency` so far; null: not priced.")]
    currency: str
    end_reason: Annotated[
        str | None,
        Meta(
            description="declined, snoozed, lapsed, no_show, withdrawn (these five never charged), unplugged, stopped"
            " or ghost."
        ),
    ]
    overstay_s: Annotated[float, Meta(description="Seconds it stayed beyond grace while somebody waited.")]
    idle_s: Annotated[int, Meta(description="Seconds of overstay that are billed.")]


@dataclass(frozen=True, slots=True, kw_only=True)
class Sample:
    """One value."""

    at: Annotated[datetime, Meta(description="When it was measured.")]
    measurand: Annotated[str, Meta(description="As OCPP names it, such as Power.Active.Import.")]
    value: float
    unit: Annotated[str, Meta(description="Wh, W, V, A, Percent, Celsius …: normalised, so kWh and kW never occur.")]
    phase: Annotated[str, Meta(description="L1 … L3, N, L1-L2 …; empty: all together.")]
    location: Annotated[str, Meta(description="Outlet, Inlet, Body, Cable, EV.")]
    context: Annotated[str, Meta(description="Sample.Periodic, Transaction.Begin …")]


@dataclass(frozen=True, slots=True, kw_only=True)
class Meter:
    """What was measured in a session, in the order of its arrival; a part of one post."""

    schema: Schema = SCHEMA
    id: MessageId
    at: Annotated[datetime, Meta(description="Of its last sample.")]
    location: LocationId
    charger: ChargerId
    session: SessionNumber
    samples: list[Sample]


@dataclass(frozen=True, slots=True, kw_only=True)
class Status:
    """Whether the publisher is there; retained. `offline` is its last will."""

    schema: Schema = SCHEMA
    status: Literal["online", "offline"]


@dataclass(frozen=True, slots=True)
class Shape:
    """A message, and where it goes over MQTT below the prefix."""

    kind: str
    topic: str
    retained: bool
    message: type


SHAPES: Final = (
    Shape("location", "{location}/location", retained=True, message=LocationState),
    Shape("state", "{location}/{charger}/state", retained=True, message=ChargerStateMessage),
    Shape("session", "{location}/{charger}/session", retained=False, message=SessionEvent),
    Shape("meter", "{location}/{charger}/meter", retained=False, message=Meter),
    Shape("status", "status", retained=True, message=Status),
)
