"""What the bridge remembers of each charge point: open transactions, its connection, its configuration keys."""

import sqlite3
from collections.abc import Iterable
from typing import NamedTuple

from ocpp_bridge.translation import OpenTransaction


class ConnectionRow(NamedTuple):
    """What the API was last told."""

    charge_point_id: str
    epoch: int
    connected: bool


class KeyRow(NamedTuple):
    """One configuration key: what it should be, how setting it ended, what it was read back as, when."""

    key: str
    wanted: str
    outcome: str
    value: str | None
    at: str


def open_transactions(connection: sqlite3.Connection) -> dict[str, list[OpenTransaction]]:
    """By charge point, oldest first."""
    found: dict[str, list[OpenTransaction]] = {}
    for charge_point_id, *fields in connection.execute(
        "SELECT charge_point_id, transaction_id, connector, tag, meter_start_wh, seq"
        " FROM open_transactions ORDER BY seq"
    ):
        found.setdefault(charge_point_id, []).append(OpenTransaction(*fields))
    return found


def put_transaction(connection: sqlite3.Connection, charge_point_id: str, opened: OpenTransaction) -> None:
    """Remember a transaction that began."""
    connection.execute(
        "INSERT OR REPLACE INTO open_transactions VALUES (?,?,?,?,?,?)",
        (
            charge_point_id,
            opened.transaction_id,
            opened.connector,
            opened.tag,
            opened.meter_start_wh,
            opened.seq,
        ),
    )


def drop_transactions(connection: sqlite3.Connection, charge_point_id: str, transaction_ids: Iterable[int]) -> None:
    """Forget transactions that ended."""
    connection.executemany(
        "DELETE FROM open_transactions WHERE charge_point_id=? AND transaction_id=?",
        [(charge_point_id, transaction_id) for transaction_id in transaction_ids],
    )


def connections(connection: sqlite3.Connection) -> list[ConnectionRow]:
    """Everything the API was told."""
    return [
        ConnectionRow(name, epoch, bool(connected))
        for name, epoch, connected in connection.execute("SELECT charge_point_id, epoch, connected FROM connections")
    ]


def put_connection(connection: sqlite3.Connection, row: ConnectionRow) -> None:
    """Remember what the API is told."""
    connection.execute("INSERT OR REPLACE INTO connections VALUES (?,?,?)", row)


def keys(connection: sqlite3.Connection, charge_point_id: str) -> dict[str, KeyRow]:
    """One charge point's keys, by name."""
    return {
        row[0]: KeyRow(*row)
        for row in connection.execute(
            "SELECT key, wanted, outcome, value, at FROM configuration_keys WHERE charge_point_id=?",
            (charge_point_id,),
        )
    }


def settled(connection: sqlite3.Connection) -> list[str]:
    """Charge points that booted, and were set up, before."""
    return [name for (name,) in connection.execute("SELECT DISTINCT charge_point_id FROM configuration_keys")]


def put_keys(connection: sqlite3.Connection, charge_point_id: str, rows: Iterable[KeyRow]) -> None:
    """Remember how setting keys ended."""
    connection.executemany(
        "INSERT OR REPLACE INTO configuration_keys VALUES (?,?,?,?,?,?)",
        [(charge_point_id, *row) for row in rows],
    )
