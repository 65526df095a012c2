"""Events as rows of the spool. A row's number is its event's place in the stream."""

import sqlite3
import uuid
from collections.abc import Sequence
from datetime import datetime
from typing import NamedTuple

import msgspec

from wire.events import Event

INSERT = "INSERT INTO events VALUES "
ROW = "(?,?,?,?)"
ROWS_AT_ONCE = (64, 16, 4, 1)
"""SQLite's module lets the interpreter's lock go once a statement, and has to win it back from a busy loop."""
OF_NUMBERS = "WHERE seq IN (SELECT value FROM json_each(?))"
_encoder = msgspec.json.Encoder()


class Row(NamedTuple):
    """One stored event; ``body`` is its JSON."""

    seq: int
    charge_point_id: str
    kind: str
    body: bytes


class Fetched(NamedTuple):
    """Events, and of how many of the charge points asked for they are all."""

    rows: list[Row]
    looked_at: int


class Waiting(NamedTuple):
    """What of one charge point is unconfirmed. ``urgent_seq`` is its newest event that is no meter reading, or 0."""

    charge_point_id: str
    last_seq: int
    urgent_seq: int
    events: int


def stream(connection: sqlite3.Connection) -> str:
    """The name of this spool's life, made where there is none."""
    connection.execute("INSERT OR IGNORE INTO meta VALUES ('stream', ?)", (str(uuid.uuid4()),))
    return str(connection.execute("SELECT value FROM meta WHERE key='stream'").fetchone()[0])


def last_seq(connection: sqlite3.Connection) -> int:
    """The last number that was given, also of events that are gone."""
    row = connection.execute("SELECT seq FROM sqlite_sequence WHERE name='events'").fetchone()
    return int(row[0]) if row else 0


def numbers(connection: sqlite3.Connection) -> list[tuple[str, int]]:
    """Charge point and seq of every event, oldest first."""
    return connection.execute("SELECT charge_point_id, seq FROM events ORDER BY seq").fetchall()


def waiting(connection: sqlite3.Connection) -> list[Waiting]:
    """Every charge point with unconfirmed events, those of the oldest first."""
    return [
        Waiting(*row)
        for row in connection.execute(
            "SELECT charge_point_id, max(seq), max(CASE WHEN kind='meter' THEN 0 ELSE seq END), count(*)"
            " FROM events GROUP BY charge_point_id ORDER BY min(seq)"
        )
    ]


def insert(connection: sqlite3.Connection, events: Sequence[tuple[Event, int]]) -> None:
    """Events and their seqs, in few statements of few lengths: each is compiled once."""
    values: list[object] = []
    for event, seq in events:
        body = _encoder.encode(msgspec.structs.replace(event, seq=seq))
        values += (seq, event.charge_point_id, event.__struct_config__.tag, body)
    fields, at = ROW.count("?"), 0
    for rows in ROWS_AT_ONCE:
        while len(values) - at >= rows * fields:
            connection.execute(INSERT + ",".join([ROW] * rows), values[at : at + rows * fields])
            at += rows * fields


def replace(connection: sqlite3.Connection, event: Event) -> bool:
    """With the seq it has; False: it is not there any more."""
    return connection.execute("UPDATE events SET body=? WHERE seq=?", (_encoder.encode(event), event.seq)).rowcount == 1


def read(connection: sqlite3.Connection, wanted: Sequence[Sequence[int]], most: int, bytes_most: int) -> Fetched:
    """Events by their seqs, those of one charge point after another; at most ``most`` of ``bytes_most`` in all, but one
    at least.
    """
    rows: list[Row] = []
    left = bytes_most
    for looked_at, some in enumerate(wanted):
        for values in connection.execute(
            f"SELECT seq, charge_point_id, kind, body FROM events {OF_NUMBERS} ORDER BY seq",  # noqa: S608 -- ours
            (_encoder.encode(some[: most - len(rows)]).decode(),),
        ):
            row = Row(*values)
            left -= len(row.body)
            if rows and left < 0:
                return Fetched(rows, looked_at)
            rows.append(row)
        if len(rows) >= most:
            return Fetched(rows, looked_at + 1)
    return Fetched(rows, len(wanted))


def delete(connection: sqlite3.Connection, seqs: Sequence[int]) -> None:
    """Those that are there."""
    connection.execute(f"DELETE FROM events {OF_NUMBERS}", (_encoder.encode(seqs).decode(),))  # noqa: S608 -- ours


def park(connection: sqlite3.Connection, row: Row, status: int, reason: str, at: datetime) -> None:
    """Beside the others, for a person to look at."""
    connection.execute(
        "INSERT OR REPLACE INTO rejected VALUES (?,?,?,?,?,?)",
        (row.seq, row.charge_point_id, row.body, status, reason, at.isoformat()),
    )
    connection.execute("DELETE FROM events WHERE seq=?", (row.seq,))


def parked(connection: sqlite3.Connection) -> int:
    """How many are."""
    return int(connection.execute("SELECT count(*) FROM rejected").fetchone()[0])
