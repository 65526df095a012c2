"""What the bridge remembers of charge points' own lists of tags, and of where tags were used."""

import sqlite3
from typing import NamedTuple

import msgspec

USED_WITHIN_S = 180 * 86_400


class ListRow(msgspec.Struct, kw_only=True):
    """A charge point's list. ``held`` None: what it holds is not known. ``outcome`` is how the last sending ended."""

    version: int = 0
    held: dict[str, str] | None = None
    most: int = 0
    """Entries it can hold."""
    chunk: int = 0
    """Entries one message may carry."""
    outcome: str = ""
    told: int = 0
    """The version the API was told of."""
    at: float = 0.0
    """When ``outcome`` came, seconds."""


class TagUse(NamedTuple):
    """A charge of a tag at a location began."""

    location_id: str
    folded_tag: str
    at: float


def get(connection: sqlite3.Connection, charge_point_id: str) -> ListRow:
    """The row, an empty one if there is none."""
    row = connection.execute("SELECT body FROM local_lists WHERE charge_point_id=?", (charge_point_id,)).fetchone()
    return msgspec.json.decode(row[0], type=ListRow) if row else ListRow()


def put(connection: sqlite3.Connection, charge_point_id: str, row: ListRow) -> None:
    """Remember the row."""
    connection.execute(
        "INSERT OR REPLACE INTO local_lists VALUES (?,?,?)", (charge_point_id, row.outcome, msgspec.json.encode(row))
    )


def with_outcome(connection: sqlite3.Connection, outcome: str) -> set[str]:
    """The charge points whose last sending ended so."""
    found = connection.execute("SELECT charge_point_id FROM local_lists WHERE outcome=?", (outcome,))
    return {row[0] for row in found}


def uses(connection: sqlite3.Connection, now: float) -> dict[str, dict[str, float]]:
    """Location → folded tag → when it was used last; what is long ago is forgotten."""
    connection.execute("DELETE FROM tag_uses WHERE at<?", (now - USED_WITHIN_S,))
    found: dict[str, dict[str, float]] = {}
    for location_id, folded_tag, at in connection.execute("SELECT location_id, folded_tag, at FROM tag_uses"):
        found.setdefault(location_id, {})[folded_tag] = at
    return found


def put_use(connection: sqlite3.Connection, use: TagUse) -> None:
    """Remember a use."""
    connection.execute("INSERT OR REPLACE INTO tag_uses VALUES (?,?,?)", use)
