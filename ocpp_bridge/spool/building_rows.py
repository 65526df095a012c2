"""Readings of buildings' meters that the API has not got yet, and the instant of each location's newest."""

import contextlib
import sqlite3
from collections.abc import Sequence
from datetime import UTC, datetime
from typing import NamedTuple

from wire.building import BuildingReading
from wire.codec import BadMessage, decode, encode


class StoredReadings(NamedTuple):
    """``newest_at``: also of readings that were posted."""

    newest_at: datetime
    waiting: list[BuildingReading]


def load(connection: sqlite3.Connection) -> dict[str, StoredReadings]:
    """By location, at start."""
    found = {
        location_id: StoredReadings(datetime.fromisoformat(at), [])
        for location_id, at in connection.execute("SELECT location_id, at FROM building_newest")
    }
    for location_id, body in connection.execute("SELECT location_id, body FROM building_readings ORDER BY at"):
        if location_id in found:
            with contextlib.suppress(BadMessage):  # Another version's, or a bad block: one reading less, not no bridge.
                found[location_id].waiting.append(decode(BuildingReading, body))
    return found


def put(connection: sqlite3.Connection, location_id: str, readings: Sequence[BuildingReading]) -> None:
    """Keep some, at least one, until the API has them; the last is the newest."""
    rows = [(location_id, _text(each.at), encode(each)) for each in readings]
    connection.executemany("INSERT OR IGNORE INTO building_readings VALUES (?,?,?)", rows)
    connection.execute("INSERT OR REPLACE INTO building_newest VALUES (?,?)", rows[-1][:2])


def drop(connection: sqlite3.Connection, location_id: str, readings: Sequence[BuildingReading]) -> None:
    """The API has them, or nobody wants them."""
    connection.executemany(
        "DELETE FROM building_readings WHERE location_id=? AND at=?",
        [(location_id, _text(each.at)) for each in readings],
    )


def _text(at: datetime) -> str:
    """Sorts as it was."""
    return at.astimezone(UTC).isoformat(timespec="microseconds")
