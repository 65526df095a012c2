"""The vendor's JSON, as far as it is used. What else is in it is ignored; what is used must be of its type.

Versions 3 to 5 of the API have the same shapes; what only some of them tell is optional.
"""

from datetime import UTC, datetime
from typing import TypeVar

import msgspec

Told = TypeVar("Told")
MOST_NAME = 64
MOST_CONNECTORS = 100


class Nonsense(ValueError):
    """It is not of the shape that was promised; the text says where."""


class Tokens(msgspec.Struct, frozen=True, rename="camel"):
    """The answer to a login or a refresh."""

    token: str
    refresh_token: str = ""

    def __repr__(self) -> str:
        return "Tokens(…)"


class ConnectorDescribed(msgspec.Struct, frozen=True, rename="camel"):
    """A connector in the list of owned charge points."""

    connector_id: int
    type: str = ""


class ChargePointDescribed(msgspec.Struct, frozen=True, rename="camel"):
    """One of the list of owned charge points."""

    id: str
    name: str = ""
    type: str = ""
    firmware_version: str | None = None
    connectors: tuple[ConnectorDescribed, ...] = ()

    @property
    def numbers(self) -> tuple[int, ...]:
        """Of its connectors; of one that lists none that can be: 1."""
        listed = {each.connector_id for each in self.connectors if 0 < each.connector_id < 1000}
        return tuple(sorted(listed))[:MOST_CONNECTORS] or (1,)


class Measurement(msgspec.Struct, frozen=True, rename="camel"):
    """Of one phase, L1 to L3: amperes and volts."""

    phase: str
    current: float | None = None
    voltage: float | None = None


class ConnectorTold(msgspec.Struct, frozen=True, rename="camel"):
    """A connector's status. The session's fields are those of the one that runs."""

    connector_id: int
    status: str | int
    total_consumption_kwh: float | None = None
    charging_power_kw: float | None = None
    session_type: str | int | None = None
    measurements: tuple[Measurement, ...] | None = None
    start_time: str | None = None
    end_time: str | None = None
    session_id: int | str | None = None


class StatusTold(msgspec.Struct, frozen=True, rename="camel"):
    """A charge point's status. Connectors are looked at one by one: one that cannot be read must not hide another."""

    status: str | int | None = None
    connector_statuses: tuple[msgspec.Raw, ...] = ()


class SettingsTold(msgspec.Struct, frozen=True, rename="camel"):
    """A connector's settings: all of them are written at once."""

    charge_point_id: str
    connector_id: int
    mode: str
    rfid_lock: bool
    cable_lock: bool
    max_current: int | float | None = None


class SessionTold(msgspec.Struct, frozen=True, rename="camel"):
    """One of the vendor's own list of sessions. ``end_time`` None: it runs."""

    id: int | str
    connector_id: int
    total_consumption_kwh: float | None = None
    session_type: str | int | None = None
    start_time: str | None = None
    end_time: str | None = None
    rfid: str | None = None

    @property
    def name(self) -> str:
        """The session's id, as it is told with a status."""
        return named(self.id)


def named(session_id: int | str | None) -> str:
    """A session's id, "": none. Some clouds write 0 for none."""
    return "" if session_id in {None, 0, "", "0"} else str(session_id)[:MOST_NAME]


def told(kind: type[Told], data: bytes | msgspec.Raw) -> Told:
    """JSON as ``kind``. Raises :class:`Nonsense`."""
    try:
        return msgspec.json.decode(data, type=kind)
    except (msgspec.MsgspecError, UnicodeDecodeError, RecursionError) as error:
        raise Nonsense(f"an answer of another shape: {error}") from error


def instant(text: str | None) -> datetime | None:
    """The vendor writes UTC, with or without a zone; its year 1 is no instant. None: not told, or not readable."""
    if not text:
        return None
    try:
        moment = datetime.fromisoformat(text)
        moment = moment.replace(tzinfo=UTC) if moment.tzinfo is None else moment.astimezone(UTC)
    except (ValueError, OverflowError):  # Year 1 in a zone east of here is before all time.
        return None
    return moment if moment.year > 2000 else None


def watt_seconds(kwh: float | None) -> int | None:
    """Consumption as the driver protocol has it, exact to a Wh's thousandth. None: not told, or no energy."""
    if kwh is None or not 0 <= kwh < 1e9:
        return None
    return round(round(kwh * 1e6) * 3.6)
