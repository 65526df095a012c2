"""What the HTTP API takes: bodies, query values and ids, each with its bounds."""

from typing import Annotated, Literal, TypeVar
from urllib.parse import urlsplit

import msgspec
from aiohttp import web

from simulator.chargepoint import Car, Settings
from simulator.control.problems import Problem

DEFAULT_WAIT_S = 5.0
LONGEST_WAIT_S = 60.0
# Of a car whose need is not told.
USUAL_STATE_OF_CHARGE_PERCENT = 40

Body = TypeVar("Body", bound=msgspec.Struct)
Password = Annotated[str, msgspec.Meta(min_length=1, max_length=100)]
Name = Annotated[str, msgspec.Meta(min_length=1, max_length=20)]
Watts = Annotated[int, msgspec.Meta(ge=100, le=1_000_000)]
WattHours = Annotated[int, msgspec.Meta(ge=1, le=10_000_000)]
Percent = Annotated[int, msgspec.Meta(ge=0, le=100)]


class ChargePointBody(msgspec.Struct, forbid_unknown_fields=True):
    """A charge point. Without ``central`` it follows the simulator's own; a ``password`` that is left out
    stays as it was, null takes it away.
    """

    password: Password | msgspec.UnsetType | None = msgspec.UNSET
    connectors: Annotated[int, msgspec.Meta(ge=1, le=50)] = 1
    central: str | None = None
    vendor: Name = "Kilowait"
    model: Name = "Simulator"
    supports_reservation: bool = True
    heartbeat_s: Annotated[int, msgspec.Meta(ge=1, le=86_400)] = 300
    meter_interval_s: Annotated[int, msgspec.Meta(ge=0, le=86_400)] = 10
    max_power_w: Watts = 11_000
    phases: Annotated[int, msgspec.Meta(ge=1, le=3)] = 3

    def settings(self, default_central: str, before: Settings | None) -> Settings:
        """Raises :class:`Problem` for an address that is no WebSocket's."""
        password = self.password
        if isinstance(password, msgspec.UnsetType):
            password = before.password if before is not None else None
        return Settings(
            central=default_central if self.central is None else websocket_address(self.central),
            default_central=self.central is None,
            password=password,
            connectors=self.connectors,
            vendor=self.vendor,
            model=self.model,
            supports_reservation=self.supports_reservation,
            heartbeat_s=self.heartbeat_s,
            meter_interval_s=self.meter_interval_s,
            max_power_w=self.max_power_w,
            phases=self.phases,
        )


class CarBody(msgspec.Struct, forbid_unknown_fields=True):
    """A car: ``need_wh`` or ``state_of_charge_percent`` says what it lacks until ``full_at_percent``."""

    battery_wh: WattHours = 60_000
    need_wh: Annotated[int, msgspec.Meta(ge=0)] | None = None
    state_of_charge_percent: Percent | None = None
    max_power_w: Watts = 11_000
    full_at_percent: Annotated[int, msgspec.Meta(ge=1, le=100)] = 100

    def car(self) -> Car:
        """Raises :class:`Problem` when the numbers contradict each other."""
        if self.need_wh is not None and self.state_of_charge_percent is not None:
            raise Problem(422, "invalid", "car: give need_wh or state_of_charge_percent, not both")
        room_wh = self.battery_wh * self.full_at_percent // 100
        need_wh = self.need_wh
        if need_wh is None:
            has_percent = self.state_of_charge_percent
            if has_percent is None:
                has_percent = min(USUAL_STATE_OF_CHARGE_PERCENT, self.full_at_percent)
            need_wh = room_wh - self.battery_wh * has_percent // 100
        if not 0 <= need_wh <= room_wh:
            raise Problem(422, "invalid", f"car: it can need 0 to {room_wh} Wh until it is full, not {need_wh}")
        return Car(
            battery_wh=self.battery_wh,
            need_wh=need_wh,
            max_power_w=self.max_power_w,
            full_at_percent=self.full_at_percent,
        )


class PlugBody(msgspec.Struct, forbid_unknown_fields=True):
    """``plug``."""

    car: CarBody = msgspec.field(default_factory=CarBody)


class TapBody(msgspec.Struct, forbid_unknown_fields=True):
    """``tap``: an OCPP idTag."""

    tag: Annotated[str, msgspec.Meta(min_length=1, max_length=20)]


class FaultBody(msgspec.Struct, forbid_unknown_fields=True):
    """``fault``: an OCPP error code, or null when it is mended."""

    error_code: str | None


class RebootBody(msgspec.Struct, forbid_unknown_fields=True):
    """``reboot``."""

    kind: Literal["power_loss", "reboot"] = "power_loss"


class NoBody(msgspec.Struct, forbid_unknown_fields=True):
    """An action that needs no word more: no body, or an empty object."""


async def body(request: web.Request, kind: type[Body]) -> Body:
    """The request's JSON as ``kind``. Raises :class:`Problem` 400, 415 or 422."""
    raw = await request.read()
    if raw and request.content_type != "application/json":
        raise Problem(415, "unsupported_media_type", "send application/json")
    try:
        return msgspec.json.decode(raw or b"{}", type=kind)
    except msgspec.ValidationError as error:
        raise Problem(422, "invalid", str(error)) from error
    except (msgspec.DecodeError, UnicodeDecodeError) as error:
        raise Problem(400, "invalid_json", str(error)) from error


def wait_s(request: web.Request) -> float:
    """``?wait=S``: how long to wait for the central system, 0 to 60 seconds."""
    return _number(request, "wait", DEFAULT_WAIT_S, 0, LONGEST_WAIT_S)


def limit(request: web.Request) -> int:
    """``?limit=N``: how many messages, 1 to 1000."""
    return int(_number(request, "limit", 100, 1, 1000))


def _number(request: web.Request, name: str, default: float, least: float, most: float) -> float:
    text = request.query.get(name)
    try:
        number = default if text is None else float(text)
    except ValueError:
        number = least - 1
    if not least <= number <= most:
        raise Problem(422, "invalid", f"{name} is a number from {least:g} to {most:g}")
    return number


def charge_point_id(request: web.Request) -> str:
    """The id in the path: 1 to 64 printable characters."""
    found = request.match_info["id"]
    if len(found) > 64 or not found.isprintable():
        raise Problem(422, "invalid", "a charge point's id has 1 to 64 printable characters")
    return found


def connector_number(request: web.Request) -> int:
    """The connector in the path."""
    text = request.match_info["n"]
    if not (text.isascii() and text.isdigit() and len(text) < 4):
        raise Problem(404, "not_found", f"there is no connector {text[:20]}")
    return int(text)


def websocket_address(text: str) -> str:
    """``ws[s]://host[:port][/path]``. Raises :class:`Problem`."""
    try:
        parts = urlsplit(text)
        valid = parts.scheme in {"ws", "wss"} and bool(parts.hostname) and parts.port != 0
        valid = valid and not (parts.query or parts.fragment or parts.username)
    except ValueError:
        valid = False
    if not valid:
        raise Problem(422, "invalid", "central is an address like ws://127.0.0.1:9000/ocpp")
    return text
