"""What people ask of a site. It is checked: an absent key of the transition table is a Conflict and nothing changes."""

from dataclasses import dataclass

from model.charger import Enforcement
from model.money.tariff import Window
from model.settings import Settings


@dataclass(frozen=True, slots=True, kw_only=True)
class Join:
    """A driver joins the queue. ``present``: proof of being there was given where the location asks for it."""

    user_id: str
    via: str = "app"
    present: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class Leave:
    """A driver leaves the queue, or lets an unplugged offer or hold go (as a decline)."""

    user_id: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Accept:
    """The offered driver will come. ``number`` guards against answering an older offer."""

    user_id: str
    number: int | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Decline:
    """The offered (or held) driver lets the charger go and leaves the queue."""

    user_id: str
    number: int | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Snooze:
    """The offered driver keeps the place and is asked again after ``minutes``."""

    user_id: str
    minutes: int = 15
    number: int | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class End:
    """End the open session of a charger. ``by`` is ``owner``, ``admin``, ``service`` or ``system``, with ``why``."""

    charger_id: str
    by: str
    number: int | None = None
    why: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Reserve:
    """The driver reserves a free charger for ``seconds``, or as long as the location allows."""

    user_id: str
    charger_id: str
    seconds: int | None = None
    present: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class CancelReservation:
    """The driver lets the charger go that is held for them."""

    user_id: str
    charger_id: str


@dataclass(frozen=True, slots=True, kw_only=True)
class StartCharging:
    """The driver asks the charger to start: the holder, or somebody to whom a free one is given by that."""

    user_id: str
    charger_id: str
    present: bool = False
    answer_s: int = 0
    """Without an answer for so long it came to nothing; 0: nobody waits for one."""


@dataclass(frozen=True, slots=True, kw_only=True)
class StopCharging:
    """The driver asks the charger to stop; the session lasts until the plug is out."""

    user_id: str
    charger_id: str


@dataclass(frozen=True, slots=True, kw_only=True)
class NotMe:
    """The holder of a ``presumed`` charger says that the car there is not theirs."""

    user_id: str
    charger_id: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Blocked:
    """A driver says that the charger cannot be reached: something stands before it."""

    user_id: str
    charger_id: str


@dataclass(frozen=True, slots=True, kw_only=True)
class PleaseMove:
    """A driver who waits has the driver of a full car asked to move it."""

    user_id: str
    charger_id: str


@dataclass(frozen=True, slots=True, kw_only=True)
class SetState:
    """An admin sets a charger's state; checked against the table of states."""

    charger_id: str
    state: str


@dataclass(frozen=True, slots=True, kw_only=True)
class PutLocation:
    """Create the site or change its description and settings. None: as it is."""

    name: str | None = None
    address: str | None = None
    latitude: float | None = None
    longitude: float | None = None
    time_zone: str | None = None
    description: str | None = None
    notes: str | None = None
    currency: str | None = None
    settings: Settings | None = None
    presence_secret: str | None = None
    """What the codes at the chargers are made of."""
    cleared: tuple[str, ...] = ()
    """Fields that become None: ``latitude``, ``longitude``."""


@dataclass(frozen=True, slots=True, kw_only=True)
class RetireLocation:
    """Close the location for good; refused while anybody waits, holds or charges."""


@dataclass(frozen=True, slots=True, kw_only=True)
class PutCharger:
    """Add a charger or change its description. None: as it is."""

    charger_id: str
    connector_type: str | None = None
    max_power_w: int | None = None
    price: int | None = None
    tariffs: tuple[Window, ...] | None = None
    idle_price: int | None = None
    enforcement: Enforcement | None = None
    out_of_service: bool | None = None
    charge_point_id: str | None = None
    """"" unbinds."""
    connector: int | None = None
    groups: tuple[str, ...] | None = None
    """Folded ids."""
    cleared: tuple[str, ...] = ()
    """Fields that become None: ``price``, ``idle_price``."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Regroup:
    """A driver was put into a group, or taken out of one: what is open to them is another thing by now."""

    user_id: str


@dataclass(frozen=True, slots=True, kw_only=True)
class RetireCharger:
    """Take a charger away for good; refused while a session is open on it."""

    charger_id: str


@dataclass(frozen=True, slots=True, kw_only=True)
class MoveEntry:
    """A manager moves somebody who waits: to the ``front``, to a ``place`` from 1, or ``out``."""

    entry_id: int
    to: str
    why: str
    place: int = 1


Request = (
    Join | Leave | Accept | Decline | Snooze | End | Reserve | CancelReservation | StartCharging | StopCharging | NotMe
    | Blocked | PleaseMove | SetState | PutLocation | RetireLocation | PutCharger | RetireCharger | Regroup
    | MoveEntry
)  # fmt: skip
