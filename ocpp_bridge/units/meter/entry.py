"""An ``[[account]]`` of the units file with ``driver = "meter"``: where samples come in, and which meters there are."""

import os
from collections.abc import Mapping
from dataclasses import dataclass, field, fields
from typing import Any
from urllib.parse import urlsplit

from ocpp_bridge.units.broker import Broker
from ocpp_bridge.units.driver import BadEntry, Entry
from ocpp_bridge.units.meter.deriving import Thresholds

LEAST_TOKEN = 16
MOST_METERS = 200
_THRESHOLDS = tuple(each.name for each in fields(Thresholds))


@dataclass(frozen=True, slots=True, kw_only=True)
class MeterEntry:
    """One meter: by its ``token`` (HTTP) or its ``topic`` (MQTT)."""

    charge_point_id: str
    token: str = field(default="", repr=False)
    topic: str = ""
    volts: float = 230.0
    thresholds: Thresholds = field(default_factory=Thresholds)


@dataclass(frozen=True, slots=True, kw_only=True)
class BuildingEntry:
    """The meter of a location's building. ``change_w``: a jump of the load, in all or of a phase, that is told soon."""

    location_id: str
    token: str = field(default="", repr=False)
    topic: str = ""
    volts: float = 230.0
    change_w: float = 1000.0
    silence_s: float = 120.0


@dataclass(frozen=True, slots=True, kw_only=True)
class MeterAccount:
    """``listen`` (HTTP) or ``broker`` (MQTT), one of both."""

    meters: tuple[MeterEntry, ...] = ()
    buildings: tuple[BuildingEntry, ...] = ()
    listen: tuple[str, int] | None = None
    broker: Broker | None = None


def account_of(entry: Entry, environment: Mapping[str, str] = os.environ) -> MeterAccount:
    """Raises :class:`BadEntry`, which never shows a secret."""
    options = dict(entry.options)
    listen, broker = options.pop("listen", None), options.pop("broker", None)
    if (listen is None) == (broker is None):
        raise BadEntry("give listen (HTTP) or broker (MQTT), one of both")
    username = _text(options, "username", environment) or ""
    password = _text(options, "password", environment) or ""
    listed = _listed(options, "meter")
    listed_buildings = _listed(options, "building")
    if options:
        raise BadEntry(f"unknown option {min(options)}")
    if not 0 < len(listed) + len(listed_buildings) <= MOST_METERS:
        raise BadEntry(f"give 1 to {MOST_METERS} [[account.meter]] or [[account.building]]")
    by_topic = broker is not None
    meters = tuple(_meter(one, environment, by_topic=by_topic) for one in listed)
    buildings = tuple(_building(one, environment, by_topic=by_topic) for one in listed_buildings)
    _refuse_twins("id", [each.charge_point_id for each in meters])
    _refuse_twins("location", [each.location_id.casefold() for each in buildings])
    _refuse_twins("topic", [each.topic for each in meters] + [each.topic for each in buildings])
    _refuse_twins("token", [each.token for each in meters] + [each.token for each in buildings])
    return MeterAccount(
        meters=meters,
        buildings=buildings,
        listen=None if listen is None else _listen(listen),
        broker=None if broker is None else _broker(broker, username, password),
    )


def _listed(options: dict[str, Any], name: str) -> list[Any]:
    found = options.pop(name, [])
    if not isinstance(found, list) or not all(isinstance(each, dict) for each in found):
        raise BadEntry(f"write [[account.{name}]], with two brackets")
    return found


def _refuse_twins(what: str, values: list[str]) -> None:
    given = [each for each in values if each]
    if len(set(given)) < len(given):
        raise BadEntry(f"two meters have the same {what}")


def _meter(plain: dict[str, Any], environment: Mapping[str, str], *, by_topic: bool) -> MeterEntry:
    options = dict(plain)
    charge_point_id = options.pop("id", None)
    if not _is_id(charge_point_id):
        raise BadEntry("a meter's id is its charge point's id, 1 to 64 characters, no /")
    name = f"meter {charge_point_id}"
    token, topic = _way(options, environment, name, by_topic=by_topic)
    volts = _number(options, "volts", 230.0, name, most=1000)
    given = {each: _number(options, each, getattr(Thresholds(), each), name) for each in _THRESHOLDS}
    if options:
        raise BadEntry(f"{name}: unknown option {min(options)}")
    thresholds = Thresholds(**given)
    if not 0 < thresholds.gone_w <= thresholds.stop_w < thresholds.start_w:
        raise BadEntry(f"{name}: gone_w ≤ stop_w < start_w, all above 0")
    if not thresholds.silence_s >= 1:
        raise BadEntry(f"{name}: silence_s is 1 or more")
    return MeterEntry(charge_point_id=charge_point_id, token=token, topic=topic, volts=volts, thresholds=thresholds)


def _building(plain: dict[str, Any], environment: Mapping[str, str], *, by_topic: bool) -> BuildingEntry:
    options = dict(plain)
    location_id = options.pop("location", None)
    if not _is_id(location_id) or set(location_id) & set(" :"):
        raise BadEntry("a building's location is the location's id, 1 to 64 characters, no space, : or /")
    name = f"building {location_id}"
    token, topic = _way(options, environment, name, by_topic=by_topic)
    volts = _number(options, "volts", 230.0, name, least=1, most=1000)
    change_w = _number(options, "change_w", 1000.0, name, least=1)
    silence_s = _number(options, "silence_s", 120.0, name, least=1)
    if options:
        raise BadEntry(f"{name}: unknown option {min(options)}")
    return BuildingEntry(
        location_id=location_id, token=token, topic=topic, volts=volts, change_w=change_w, silence_s=silence_s
    )


def _is_id(value: Any) -> bool:
    return isinstance(value, str) and 0 < len(value) <= 64 and value.isprintable() and "/" not in value


def _way(options: dict[str, Any], environment: Mapping[str, str], name: str, *, by_topic: bool) -> tuple[str, str]:
    """Token and topic."""
    token = _text(options, "token", environment) or ""
    topic = options.pop("topic", "")
    if by_topic and (not isinstance(topic, str) or not topic or set(topic) & set("+#\0")):
        raise BadEntry(f"{name}: topic is needed, without + and #")
    if not by_topic and (len(token) < LEAST_TOKEN or not token.isascii() or not token.isprintable() or " " in token):
        raise BadEntry(f"{name}: token (or token_env) is needed, {LEAST_TOKEN} characters or more, no spaces")
    return token, topic


def _text(options: dict[str, Any], name: str, environment: Mapping[str, str]) -> str | None:
    """As it stands there, or in the environment variable that ``<name>_env`` names."""
    value, variable = options.pop(name, None), options.pop(f"{name}_env", None)
    if variable is not None:
        value = environment.get(variable) if isinstance(variable, str) and value is None else None
        if not value:
            raise BadEntry(f"the environment variable that {name}_env names is not set, or {name} is given, too")
    if value is not None and not isinstance(value, str):
        raise BadEntry(f"{name} is a text")
    return value


def _number(
    options: dict[str, Any], option: str, usual: float, name: str, *, least: float = 0, most: float = 1e6
) -> float:
    value = options.pop(option, usual)
    if isinstance(value, bool) or not isinstance(value, int | float) or not least <= value <= most:
        raise BadEntry(f"{name}: {option} is a number from {least:g} to {most:g}")
    return float(value)


def _listen(value: Any) -> tuple[str, int]:
    host, _, port = value.rpartition(":") if isinstance(value, str) else ("", "", "")
    if not host or not (port.isascii() and port.isdecimal()) or int(port) > 65535:
        raise BadEntry("listen is HOST:PORT")
    return host.strip("[]"), int(port)


def _broker(value: Any, username: str, password: str) -> Broker:
    try:
        parts = urlsplit(value if isinstance(value, str) else "")
        host, port = parts.hostname, parts.port
    except ValueError as error:
        raise BadEntry("broker is mqtt://HOST:PORT or mqtts://HOST:PORT") from error
    if parts.scheme not in {"mqtt", "mqtts"} or not host or parts.path.strip("/") or parts.username or parts.password:
        raise BadEntry("broker is mqtt://HOST:PORT or mqtts://HOST:PORT; username and password stand by themselves")
    tls = parts.scheme == "mqtts"
    return Broker(host=host, port=port or (8883 if tls else 1883), tls=tls, username=username, password=password)
