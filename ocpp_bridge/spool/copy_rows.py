"""The bridge's copy of what the API knows, on the disk: a restarted bridge serves while the API is away."""

import sqlite3
from typing import NamedTuple, TypeVar

import msgspec

from wire.codec import decode, encode
from wire.questions import BridgeConfig, ChargePointConfig, HoldConfig, TagConfig

Kept = TypeVar("Kept", bound=msgspec.Struct)


class StoredCopy(NamedTuple):
    """Everything that was stored; ``cursor`` is empty before the first answer of the API."""

    cursor: str
    charge_points: list[ChargePointConfig]
    tags: list[TagConfig]
    holds: list[HoldConfig]


def load(connection: sqlite3.Connection) -> StoredCopy:
    """Everything, at start."""
    row = connection.execute("SELECT value FROM meta WHERE key='config_cursor'").fetchone()
    return StoredCopy(
        cursor=str(row[0]) if row else "",
        charge_points=_all(connection, "SELECT body FROM charge_points", ChargePointConfig),
        tags=_all(connection, "SELECT body FROM tags", TagConfig),
        holds=_all(connection, "SELECT body FROM holds", HoldConfig),
    )


def store(connection: sqlite3.Connection, config: BridgeConfig, holds: list[HoldConfig] | None) -> None:
    """One answer of the API, over what is stored. ``holds`` None leaves them."""
    if config.complete:
        connection.execute("DELETE FROM charge_points")
        connection.execute("DELETE FROM tags")
    connection.executemany(
        "INSERT OR REPLACE INTO charge_points VALUES (?,?)",
        [(point.charge_point_id, encode(point)) for point in config.charge_points],
    )
    connection.executemany("DELETE FROM charge_points WHERE id=?", [(name,) for name in config.gone])
    connection.executemany(
        "INSERT OR REPLACE INTO tags VALUES (?,?)", [(tag.tag.casefold(), encode(tag)) for tag in config.tags]
    )
    connection.executemany("DELETE FROM tags WHERE folded=?", [(tag.casefold(),) for tag in config.gone_tags])
    if holds is not None:
        connection.execute("DELETE FROM holds")
        for hold in holds:
            put_hold(connection, hold)
    connection.execute("INSERT OR REPLACE INTO meta VALUES ('config_cursor', ?)", (config.cursor,))


def put_hold(connection: sqlite3.Connection, hold: HoldConfig) -> None:
    """Write one, over what the connector had."""
    connection.execute(
        "INSERT OR REPLACE INTO holds VALUES (?,?,?)", (hold.charge_point_id, hold.connector, encode(hold))
    )


def drop_hold(connection: sqlite3.Connection, charge_point_id: str, connector: int) -> None:
    """The connector is held no more."""
    connection.execute("DELETE FROM holds WHERE charge_point_id=? AND connector=?", (charge_point_id, connector))


def _all(connection: sqlite3.Connection, query: str, kind: type[Kept]) -> list[Kept]:
    return [decode(kind, row[0]) for row in connection.execute(query)]
