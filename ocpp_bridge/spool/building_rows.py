"""Readings of buildings' meters that the API has not got yet, and the instant of each location's newest."""

import sqlite3
from collections.abc import Sequence
from datetime import UTC, datetime
from typing import NamedTuple

from wire.building import BuildingReading
from wire.codec import decode, encode


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
            found[location_id].waiting.append(decode(BuildingReading, body))
    return found


def put(connection: sqlite3.Connection, location_id: str, reading: BuildingReading) -> None:
    """Keep one until the API has it."""
    row = (location_id, _text(reading.at))
    connection.execute("INSERT OR IGNORE INTO building_readings VALUES (?,?,?)", (*row, encode(reading)))
    connection.execute("INSERT OR REPLACE INTO building_newest VALUES (?,?)", row)


def drop(connection: sqlite3.Connection, location_id: str, readings: Sequence[BuildingReading]) -> None:
    """The API has them, or nobody wants them."""
    connection.executemany(
        "DELETE FROM building_readings WHERE location_id=? AND at=?",
        [(location_id, _text(each.at)) for each in readings],
    )


def _text(at: datetime) -> str:
    """Sorts as it was."""
    return at.astimezone(UTC).isoformat(timespec="microseconds")
