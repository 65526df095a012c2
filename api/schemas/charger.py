"""Chargers as they travel."""

from typing import Annotated, Literal

from pydantic import ConfigDict, Field, StringConstraints

from api.schemas.base import Body, OptionalBody, Path, Reply
from api.schemas.group_ids import GroupIds
from api.schemas.settings import IdlePrice, Price, Tariffs, WindowModel, windows_from
from model.charger import ChargerState, Enforcement, StationState
from services.sites.keeping import PutCharger

LINE = r"^[^\x00-\x1f\x7f-\x9f]*$"
"""One line of text: no control characters."""
MAX_POWER_W = 1_000_000


class ChargerPath(Path):
    """A charger's address."""

    location_id: str = Field(description="The location; upper and lower case are the same.")
    charger_id: str = Field(description="The charger within it; upper and lower case are the same.")


class Charger(Reply):
    """One place to plug in."""

    model_config = ConfigDict(use_attribute_docstrings=True)

    location_id: str
    charger_id: str
    state: ChargerState
    active_session: int | None
    """The number of the open session."""
    plugged: bool
    """Whether a car is plugged in; without a session the charger is occupied."""
    blocked: bool
    """Whether its holder said that it cannot be reached: it is offered to nobody until that is over."""
    enforcement: Enforcement
    """How a hold is kept against others."""
    has_charge_point: bool
    """Whether a charge point or a unit of the bridge is behind it: else nothing starts or stops it from afar."""
    connector_type: str
    max_power_w: int
    price: int | None
    """Thousandths of a minor unit of the location's currency per kWh, outside of `tariffs`."""
    tariffs: list[WindowModel]
    """Times of the week with another price, in local time."""
    idle_price: int
    """Thousandths of a minor unit per minute for staying after grace, only while somebody waits."""
    station_state: StationState
    groups: list[str]
    """The groups that may use it, its own or else its location's; empty: everybody."""
    last_seen_at: str | None
    """When it was last heard of, ISO 8601."""


class ChargerReply(Reply):
    """One charger."""

    charger: Charger


class ChargersReply(Reply):
    """A location's chargers."""

    chargers: list[Charger]


class ChargerBody(Body):
    """What an admin says of a charger. On change, what is left out stays as it is."""

    model_config = ConfigDict(use_attribute_docstrings=True)

    connector_type: Annotated[str, StringConstraints(max_length=64, pattern=LINE)] = ""
    """Such as `type2`."""
    max_power_w: Annotated[int, Field(ge=0, le=MAX_POWER_W)] = 0
    price: Price | None = None
    """Thousandths of a minor unit of currency per kWh; null: the location's price and times."""
    tariffs: Tariffs = Field(default_factory=list)
    """Times of the week with another price; they go with a price of its own."""
    idle_price: IdlePrice | None = None
    """Thousandths of a minor unit per minute of overstay; null: the location's."""
    enforcement: Enforcement = Enforcement.PRESUMED
    """How a hold is kept against others. Without a charge point, or a unit of the bridge, it is not."""
    groups: GroupIds = Field(default_factory=list)
    """The groups that may use it; empty: those of the location."""
    out_of_service: bool = False
    """Taken out by an admin: drivers do not see it."""


class NewChargerBody(ChargerBody, OptionalBody):
    """A new charger; what is left out has its default."""


class StateBody(Body):
    """A unit's report of its level, or the state an admin asks for."""

    state: Literal["available", "charging", "full", "faulted", "unavailable"]


def put_charger_of(charger_id: str, body: ChargerBody) -> PutCharger:
    """What a body asks for: the fields it gives."""
    given = body.model_dump(exclude_unset=True)
    if "tariffs" in given:
        given["tariffs"] = windows_from(body.tariffs)
    if "groups" in given:
        given["groups"] = tuple(body.groups)
    cleared = tuple(name for name in ("price", "idle_price") if name in given and given[name] is None)
    return PutCharger(charger_id=charger_id, **given, cleared=cleared)
