"""Commands that were taken on, so that a repeat is none, and reservations as far as charge points know them."""

import sqlite3
from datetime import datetime
from enum import StrEnum

import msgspec

from wire.codec import decode, encode

KEPT_S = 24 * 3600


class ReservationState(StrEnum):
    """Where a reservation stands at the charge point itself."""

    TO_SEND = "to_send"
    SENT = "sent"
    RESERVED = "reserved"
    TO_CANCEL = "to_cancel"


class Reservation(msgspec.Struct, frozen=True, kw_only=True):
    """One connector's reservation. ``command_id`` is the command whose outcome it is; empty once told."""

    charge_point_id: str
    connector: int
    reservation_id: int
    tag: str
    until: datetime
    command_id: str
    state: ReservationState
    stale: tuple[int, ...] = ()
    """Earlier reservations of the connector whose end the charge point may not have heard."""


def take_on(
    connection: sqlite3.Connection, command_id: str, charge_point_id: str, now: float, until: float = 0.0
) -> bool:
    """False when the command was taken on before. It is remembered until it has expired and for a day after that.

    ``now`` and ``until``, the command's end, are in seconds since 1970.
    """
    connection.execute("DELETE FROM commands WHERE at<? AND finished=1", (now - KEPT_S,))
    row = (command_id, charge_point_id, max(now, until))
    return connection.execute("INSERT OR IGNORE INTO commands VALUES (?,?,?,0)", row).rowcount == 1


def finish(connection: sqlite3.Connection, command_id: str) -> None:
    """The outcome is told in the same commit."""
    connection.execute("UPDATE commands SET finished=1 WHERE command_id=?", (command_id,))


def unfinished(connection: sqlite3.Connection) -> list[tuple[str, str]]:
    """(command id, charge point) of commands whose outcome was never told: the process ended in between."""
    return [
        (str(row[0]), str(row[1]))
        for row in connection.execute("SELECT command_id, charge_point_id FROM commands WHERE finished=0")
    ]


def reservations(connection: sqlite3.Connection) -> list[Reservation]:
    """Every reservation that is not over."""
    return [decode(Reservation, row[0]) for row in connection.execute("SELECT body FROM reservations")]


def put_reservation(connection: sqlite3.Connection, reservation: Reservation) -> None:
    """Write one, over what the connector had."""
    connection.execute(
        "INSERT OR REPLACE INTO reservations VALUES (?,?,?)",
        (reservation.charge_point_id, reservation.connector, encode(reservation)),
    )


def drop_reservation(connection: sqlite3.Connection, charge_point_id: str, connector: int) -> None:
    """The connector has none any more."""
    connection.execute("DELETE FROM reservations WHERE charge_point_id=? AND connector=?", (charge_point_id, connector))
