"""Events on the disk until the API has confirmed them. The place in the stream is the row's number."""

import asyncio
import sqlite3
import uuid
from collections.abc import Callable, Mapping, Sequence
from datetime import datetime
from typing import NamedTuple

import msgspec
import structlog

from ocpp_bridge.spool.disk import Disk, DiskRefused
from ocpp_bridge.spool.unconfirmed import Unconfirmed
from wire.events import Event, TransactionStarted

log = structlog.get_logger()
RETRY_S = 2.0
HELD_BACK_MOST = 10_000
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
        self._unconfirmed = Unconfirmed(disk.read_now(_numbers))
        self._undeleted: list[int] = []
        """Confirmed, but a write that was to delete them failed."""
        self._held_back: list[_Piece] = []
        self._gathering: list[_Piece] | None = None
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
            if self._gathering is None:
                self._gathering = gathering = [piece]
                self._write(gathering, self._taken)
            else:
                self._gathering.append(piece)
        elif keep:
            # The disk refused a moment ago and is tried again soon: nothing may overtake what waits for that.
            self._refused([piece], DiskRefused(self._disk.failing))
        else:
            self._try_again(piece)
        return piece.seqs

    def _taken(self) -> None:
        self._gathering = None

    def _write(self, pieces: "list[_Piece]", taken: Callable[[], None] | None = None) -> None:
        """One piece of work for the disk, to which pieces may be added until it is ``taken``."""

        def work(connection: sqlite3.Connection) -> list[list[int]]:
            return self._insert(connection, pieces)

        def done(seqs: list[list[int]]) -> None:
            noted: list[tuple[Event, int]] = []
            for piece, own in zip(pieces, seqs, strict=True):
                for event, seq in zip(piece.events, own, strict=True):
                    self._unconfirmed.add(event.charge_point_id, seq)
                    noted.append((event, seq))
                if not piece.seqs.done():
                    piece.seqs.set_result(own)
            self._noted(noted)

        def settled(written: "asyncio.Future[list[list[int]]]") -> None:
            error = None if written.cancelled() else written.exception()
            if error is None:
                return
            if isinstance(error, DiskRefused) or len(pieces) == 1:
                self._refused(pieces, error)
            else:  # a bad piece harms no other
                for piece in pieces:
                    self._write([piece])

        self._disk.write(work, done, taken).add_done_callback(settled)

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

    async def read(self, wanted: Sequence[tuple[str, int]], most: int, bytes_most: int) -> Fetched:
        """The oldest unconfirmed events of (charge point, after which seq), each one's in order.

        At most ``most`` of ``bytes_most`` in all, but one at least. Raises :class:`DiskRefused`.
        """
        numbers = [self._unconfirmed.after(charge_point_id, after_seq, most) for charge_point_id, after_seq in wanted]

        def work(connection: sqlite3.Connection) -> Fetched:
            rows: list[Row] = []
            left = bytes_most
            for looked_at, some in enumerate(numbers):
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

        return await self._disk.read(work)

    def waiting(self) -> list[Waiting]:
        """At start: every charge point with unconfirmed events, those of the oldest first."""
        return self._disk.read_now(_waiting)

    def confirm(self, upto: Mapping[str, int]) -> None:
        """Delete what the API has of each charge point. Losing this write is harmless: the API answers a repeat."""
        gone, self._undeleted = self._undeleted, []
        for charge_point_id, upto_seq in upto.items():
            gone += self._unconfirmed.take(charge_point_id, upto_seq)

        def settled(written: "asyncio.Future[object]") -> None:
            if written.cancelled() or written.exception() is not None:
                self._undeleted += gone

        numbers = _encoder.encode(gone).decode()

        def work(connection: sqlite3.Connection) -> object:
            return connection.execute(f"DELETE FROM events {OF_NUMBERS}", (numbers,))  # noqa: S608 -- ours

        self._disk.write_lazily(work).add_done_callback(settled)

    async def reject(self, row: Row, status: int, reason: str, at: datetime) -> None:
        """Park an event that the API will never take, for a person to look at."""

        def work(connection: sqlite3.Connection) -> None:
            connection.execute(
                "INSERT OR REPLACE INTO rejected VALUES (?,?,?,?,?,?)",
                (row.seq, row.charge_point_id, row.body, status, reason, at.isoformat()),
            )
            connection.execute("DELETE FROM events WHERE seq=?", (row.seq,))

        await self._disk.write(work)
        self._unconfirmed.drop(row.charge_point_id, row.seq)

    async def rejected_count(self) -> int:
        return await self._disk.read(
            lambda connection: int(connection.execute("SELECT count(*) FROM rejected").fetchone()[0])
        )

    def _insert(self, connection: sqlite3.Connection, pieces: "list[_Piece]") -> list[list[int]]:
        rows: list[object] = []
        given: list[list[int]] = []
        for piece in pieces:
            seqs = []
            for event in piece.events:
                # A number whose commit failed is not given again: gaps are harmless, repeats are not.
                self._last_seq = seq = self._last_seq + 1
                body = _encoder.encode(msgspec.structs.replace(event, seq=seq))
                rows += (seq, event.charge_point_id, event.__struct_config__.tag, body)
                seqs.append(seq)
            given.append(seqs)
        _insert_rows(connection, rows)
        for piece, seqs in zip(pieces, given, strict=True):
            if piece.also is not None:
                piece.also(connection, seqs)
        return given


def _insert_rows(connection: sqlite3.Connection, values: list[object]) -> None:
    """Rows, as one flat list of their fields, in few statements of few lengths: each is compiled once."""
    fields = ROW.count("?")
    at = 0
    for rows in ROWS_AT_ONCE:
        while len(values) - at >= rows * fields:
            connection.execute(INSERT + ",".join([ROW] * rows), values[at : at + rows * fields])
            at += rows * fields


def _stream(connection: sqlite3.Connection) -> str:
    connection.execute("INSERT OR IGNORE INTO meta VALUES ('stream', ?)", (str(uuid.uuid4()),))
    return str(connection.execute("SELECT value FROM meta WHERE key='stream'").fetchone()[0])


def _last_seq(connection: sqlite3.Connection) -> int:
    row = connection.execute("SELECT seq FROM sqlite_sequence WHERE name='events'").fetchone()
    return int(row[0]) if row else 0


def _numbers(connection: sqlite3.Connection) -> list[tuple[str, int]]:
    return connection.execute("SELECT charge_point_id, seq FROM events ORDER BY seq").fetchall()


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
