"""The units file: which units without OCPP this bridge drives, and how they are reached. ``docs/units.md`` explains it.

It lies on the bridge and not in the store: vendors' passwords are nobody else's business.
"""

import stat
import tomllib
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

from ocpp_bridge.units.driver import BadEntry, Driver, Entry
from ocpp_bridge.units.kinds import ACCOUNTS, KINDS, make

SECRET_WORDS = ("password", "secret", "key", "token")
ID_MOST = 64
SAMPLE_S = 10.0
_TABLES = {"unit": KINDS, "account": ACCOUNTS}


class BadUnits(ValueError):
    """The file cannot be used; one line that says where and why, without any secret."""


class Configured:
    """One entry of the file, its driver, and where in the file it stands: ``[[unit]] 1``."""

    def __init__(self, entry: Entry, driver: Driver, where: str = "") -> None:
        self.entry = entry
        self.driver = driver
        self.where = where


def read(path: Path) -> list[Configured]:
    """Every entry, in order. Raises :class:`BadUnits` for the first that cannot be used."""
    found, faults = look(path)
    if faults:
        raise faults[0]
    return found


def look(path: Path) -> tuple[list[Configured], list[BadUnits]]:
    """Every entry that can be used, and what is wrong with the others. Raises :class:`BadUnits` for the whole file."""
    try:
        text = path.read_text("utf-8")
        mode = path.stat().st_mode
    except (OSError, UnicodeDecodeError) as error:
        raise BadUnits(f"{path}: {error}") from error
    try:
        tables = tomllib.loads(text)
    except tomllib.TOMLDecodeError as error:
        raise BadUnits(f"{path}: {error}") from error
    unknown = sorted(tables.keys() - _TABLES.keys())
    if unknown:
        raise BadUnits(f"{path}: {unknown[0]} is neither [[unit]] nor [[account]]")
    found: list[Configured] = []
    faults: list[BadUnits] = []
    for table in _TABLES:
        listed = tables.get(table, [])
        if not isinstance(listed, list):
            raise BadUnits(f"{path}: write [[{table}]], with two brackets")
        for number, plain in enumerate(listed, start=1):
            try:
                found.append(_configured(path, table, number, plain, mode))
            except BadUnits as error:
                faults.append(error)
    try:
        _refuse_twins(path, found)
    except BadUnits as error:
        faults.append(error)
    return found, faults


def _configured(path: Path, table: str, number: int, plain: Any, mode: int) -> Configured:
    kinds = _TABLES[table]
    where = f"{path}: [[{table}]] {number}"
    entry = _entry(plain, where, is_unit=table == "unit")
    if entry.driver not in kinds:
        raise BadUnits(f"{where}: driver is one of {', '.join(sorted(kinds)) or 'none yet'}")
    if _has_secret(entry) and mode & (stat.S_IRWXG | stat.S_IRWXO):
        raise BadUnits(f"{path}: holds a password and others may read it: chmod 600 {path}")
    try:
        return Configured(entry, make(entry), f"[[{table}]] {number}")
    except BadEntry as error:
        raise BadUnits(f"{where}: {error}") from error


def _entry(plain: Any, where: str, *, is_unit: bool) -> Entry:
    if not isinstance(plain, dict):
        raise BadUnits(f"{where}: no table")
    options = dict(plain)
    texts = {name: options.pop(name, "") for name in ("driver", "address", *(("id",) if is_unit else ()))}
    for name, text in texts.items():
        if not isinstance(text, str):
            raise BadUnits(f"{where}: {name} is a text")
    charge_point_id = texts.get("id", "")
    if is_unit and not (0 < len(charge_point_id) <= ID_MOST and charge_point_id.isprintable()):
        raise BadUnits(f"{where}: id is the charge point's id, 1 to {ID_MOST} characters")
    sample_s = options.pop("sample_s", SAMPLE_S)
    if isinstance(sample_s, bool) or not isinstance(sample_s, int | float) or not 0.1 <= sample_s <= 3600:
        raise BadUnits(f"{where}: sample_s is a number of seconds, 0.1 to 3600")
    return Entry(texts["driver"], charge_point_id, texts["address"], options, float(sample_s))


def _has_secret(entry: Entry) -> bool:
    try:
        in_address = urlsplit(entry.address).password is not None
    except ValueError:
        in_address = True
    return in_address or any(
        word in name.casefold() and not name.endswith("_env") for name in _names(entry.options) for word in SECRET_WORDS
    )


def _names(options: Any) -> Iterator[str]:
    """Of all options, those of tables within, too."""
    if isinstance(options, Mapping):
        yield from options
        options = list(options.values())
    if isinstance(options, list):
        for each in options:
            yield from _names(each)


def _refuse_twins(path: Path, found: list[Configured]) -> None:
    doors = [one.entry.options["listen"] for one in found if isinstance(one.entry.options.get("listen"), str)]
    if len(set(doors)) < len(doors):
        door = next(each for each in doors if doors.count(each) > 1)
        raise BadUnits(f"{path}: two accounts listen at {door}: list their meters in one [[account]]")
    seen: set[str] = set()
    buildings: set[str] = set()
    for one in found:
        for name in _ids(one.entry):
            if name in seen:
                raise BadUnits(f"{path}: two units have the id {name}")
            seen.add(name)
        for name in _locations(one.entry):
            if name.casefold() in buildings:
                raise BadUnits(f"{path}: two meters are of the building of {name}")
            buildings.add(name.casefold())


def _ids(entry: Entry) -> Iterator[str]:
    """A unit's own, or those that an account lists."""
    if entry.charge_point_id:
        yield entry.charge_point_id
    for listed in entry.options.values():
        if isinstance(listed, list):
            yield from (each["id"] for each in listed if isinstance(each, dict) and "id" in each)


def _locations(entry: Entry) -> Iterator[str]:
    """Whose buildings' meters an account lists."""
    listed = entry.options.get("building")
    if isinstance(listed, list):
        yield from (each["location"] for each in listed if isinstance(each, dict) and "location" in each)
