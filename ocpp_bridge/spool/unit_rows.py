"""What is remembered of units without OCPP: their connectors' state, and what their drivers want to find again."""

import sqlite3
from collections.abc import Mapping


def load(connection: sqlite3.Connection) -> dict[str, dict[str, str]]:
    """Charge point → name → text."""
    found: dict[str, dict[str, str]] = {}
    for charge_point_id, name, body in connection.execute("SELECT charge_point_id, name, body FROM unit_memory"):
        found.setdefault(charge_point_id, {})[name] = body
    return found


def put(connection: sqlite3.Connection, charge_point_id: str, texts: Mapping[str, str]) -> None:
    """Keep texts by name; an empty one is forgotten."""
    connection.executemany(
        "INSERT OR REPLACE INTO unit_memory VALUES (?,?,?)",
        [(charge_point_id, name, text) for name, text in texts.items() if text],
    )
    connection.executemany(
        "DELETE FROM unit_memory WHERE charge_point_id=? AND name=?",
        [(charge_point_id, name) for name, text in texts.items() if not text],
    )
