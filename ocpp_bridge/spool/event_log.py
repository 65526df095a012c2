"""Events on the disk until the API has confirmed them. The place in the stream is the row's number."""

import asyncio
import sqlite3
import uuid
from collections.abc import Callable, Sequence
from datetime import datetime
from typing import NamedTuple

import msgspec
import structlog

from ocpp_bridge.spool.disk import Disk, DiskRefused
from wire.events import Event, TransactionStarted

log = structlog.get_logger()
RETRY_S = 2.0
HELD_BACK_MOST = 10_000
_encoder = msgspec.json.Encoder()


class Row(NamedTuple):
    """One stored event; ``body`` is its JSON."""

    seq: int
    charge_point_id: str
    kind: str
    body: bytes


class Waiting(NamedTuple):
    """What of one charge point is unconfirmed. ``urgent_seq`` is its newest event that is no meter reading, or 0."""

    charge_point_id: str
    last_seq: int
    urgent_seq: int
    events: int


Also = Callable[[sqlite3.Connection, Sequence[int]], None]
"""What is written in the same commit as events, given their seqs."""


class _Piece(NamedTuple):
    """Events of one caller, and who waits for their seqs."""

    events: tuple[Event, ...]
    keep: bool
    also: Also | None
    seqs: "asyncio.Future[Sequence[int]]"


Noted = Callable[[Sequence[tuple[Event, int]]], None]


class EventLog:
    """Appends, reads back, deletes. ``noted`` hears of every event that became durable, in order."""

    def __init__(self, disk: Disk, noted: Noted) -> None:
        self._disk = disk
        self._noted = noted
        self.stream = disk.read_now(_stream)
        self._last_seq = disk.read_now(_last_seq)
        self._held_back: list[_Piece] = []
        self._retry: asyncio.TimerHandle | None = None

    @property
    def held_back(self) -> int:
        """How many pieces wait in memory because the disk refuses."""
        return len(self._held_back)

    def append(
        self, events: Sequence[Event], *, keep: bool = True, also: Also | None = None
    ) -> "asyncio.Future[Sequence[int]]":
        """Make events durable; the future gives their seqs. ``also`` is written in the same commit.

        When the disk refuses, the future raises :class:`DiskRefused`. Events that nobody will send again are kept
        (``keep``) in memory and written, before any newer one, when the disk is well.
        """
        piece = _Piece(tuple(events), keep, also, asyncio.get_running_loop().create_future())
        if not self._held_back:
            self._write([piece])
        elif keep:
            # The disk refused a moment ago and is tried again soon: nothing may overtake what waits for that.
            self._refused([piece], DiskRefused(self._disk.failing))
        else:
            self._try_again(piece)
        return piece.seqs

    def _write(self, pieces: "list[_Piece]") -> None:
        def work(connection: sqlite3.Connection) -> list[list[int]]:
            return [self._insert(connection, piece) for piece in pieces]

        def done(seqs: list[list[int]]) -> None:
            noted: list[tuple[Event, int]] = []
            for piece, own in zip(pieces, seqs, strict=True):
                noted.extend(zip(piece.events, own, strict=True))
                if not piece.seqs.done():
                    piece.seqs.set_result(own)
            self._noted(noted)

        def settled(written: "asyncio.Future[list[list[int]]]") -> None:
            error = None if written.cancelled() else written.exception()
            if error is not None:
                self._refused(pieces, error)

        self._disk.write(work, done).add_done_callback(settled)

    def _refused(self, pieces: "list[_Piece]", error: BaseException) -> None:
        for piece in pieces:
            if not piece.seqs.done():
                piece.seqs.set_exception(error)
                piece.seqs.exception()  # marked as seen: nobody may be waiting
        if not isinstance(error, DiskRefused):
            log.error("events could not be written", error=repr(error), kinds=[_kinds(piece) for piece in pieces])
            return
        kept = [piece for piece in pieces if piece.keep]
        self._held_back = [*self._held_back, *kept][-HELD_BACK_MOST:]
        if self._retry is None and self._held_back:
            log.error("the spool cannot write", error=str(error), held_back=len(self._held_back))
            self._retry = asyncio.get_running_loop().call_later(RETRY_S, self._try_again)

    def _try_again(self, newest: "_Piece | None" = None) -> None:
        """What waits, oldest first, and behind it a piece that somebody waits for."""
        if self._retry is not None:
            self._retry.cancel()
            self._retry = None
        held_back, self._held_back = self._held_back, []
        self._write([*held_back, newest] if newest else held_back)

    async def admitted(self, seq: int, started: TransactionStarted) -> bool:
        """Note with an unconfirmed start that it was let go on without the API; False: it is confirmed already.

        Raises :class:`DiskRefused`.
        """
        body = _encoder.encode(msgspec.structs.replace(started, seq=seq, admitted=True))

        def work(connection: sqlite3.Connection) -> bool:
            return connection.execute("UPDATE events SET body=? WHERE seq=?", (body, seq)).rowcount == 1

        return await self._disk.write(work)

    async def read(self, charge_point_id: str, after_seq: int, most: int) -> list[Row]:
        """The oldest unconfirmed events of one charge point, in order."""

        def work(connection: sqlite3.Connection) -> list[Row]:
            return [
                Row(*row)
                for row in connection.execute(
                    "SELECT seq, charge_point_id, kind, body FROM events"
                    " WHERE charge_point_id=? AND seq>? ORDER BY seq LIMIT ?",
                    (charge_point_id, after_seq, most),
                )
            ]

        return await self._disk.read(work)

    def waiting(self) -> list[Waiting]:
        """At start: every charge point with unconfirmed events, those of the oldest first."""
        return self._disk.read_now(_waiting)

    def confirm(self, charge_point_id: str, upto_seq: int) -> None:
        """Delete what the API has. Losing this write is harmless: the API answers a repeat."""
        self._disk.write_lazily(
            lambda connection: connection.execute(
                "DELETE FROM events WHERE charge_point_id=? AND seq<=?", (charge_point_id, upto_seq)
            )
        )

    async def reject(self, row: Row, status: int, reason: str, at: datetime) -> None:
        """Park an event that the API will never take, for a person to look at."""

        def work(connection: sqlite3.Connection) -> None:
            connection.execute(
                "INSERT OR REPLACE INTO rejected VALUES (?,?,?,?,?,?)",
                (row.seq, row.charge_point_id, row.body, status, reason, at.isoformat()),
            )
            connection.execute("DELETE FROM events WHERE seq=?", (row.seq,))

        await self._disk.write(work)

    async def rejected_count(self) -> int:
        return await self._disk.read(
            lambda connection: int(connection.execute("SELECT count(*) FROM rejected").fetchone()[0])
        )

    def _insert(self, connection: sqlite3.Connection, piece: "_Piece") -> list[int]:
        seqs = []
        for event in piece.events:
            # A number whose commit failed is not given again: gaps are harmless, repeats are not.
            self._last_seq = seq = self._last_seq + 1
            body = _encoder.encode(msgspec.structs.replace(event, seq=seq))
            kind = event.__struct_config__.tag
            connection.execute("INSERT INTO events VALUES (?,?,?,?)", (seq, event.charge_point_id, kind, body))
            seqs.append(seq)
        if piece.also is not None:
            piece.also(connection, seqs)
        return seqs


def _stream(connection: sqlite3.Connection) -> str:
    connection.execute("INSERT OR IGNORE INTO meta VALUES ('stream', ?)", (str(uuid.uuid4()),))
    return str(connection.execute("SELECT value FROM meta WHERE key='stream'").fetchone()[0])


def _last_seq(connection: sqlite3.Connection) -> int:
    row = connection.execute("SELECT seq FROM sqlite_sequence WHERE name='events'").fetchone()
    return int(row[0]) if row else 0


def _waiting(connection: sqlite3.Connection) -> list[Waiting]:
    return [
        Waiting(*row)
        for row in connection.execute(
            "SELECT charge_point_id, max(seq), max(CASE WHEN kind='meter' THEN 0 ELSE seq END), count(*)"
            " FROM events GROUP BY charge_point_id ORDER BY min(seq)"
        )
    ]


def _kinds(piece: _Piece) -> list[str]:
    return [type(event).__name__ for event in piece.events]
