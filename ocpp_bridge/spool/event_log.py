"""Events on their way: durable in order, held back while the disk refuses, read for a post, deleted when confirmed."""

import asyncio
import sqlite3
from collections.abc import Callable, Mapping, Sequence
from datetime import datetime
from typing import NamedTuple

import msgspec
import structlog

from ocpp_bridge.spool import event_rows
from ocpp_bridge.spool.disk import Disk, DiskRefused
from ocpp_bridge.spool.event_rows import Fetched, Row, Waiting
from ocpp_bridge.spool.unconfirmed import Unconfirmed
from wire.events import Event, TransactionStarted

log = structlog.get_logger()
RETRY_S = 2.0
HELD_BACK_MOST = 10_000

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
        self.stream = disk.read_now(event_rows.stream)
        self._last_seq = disk.read_now(event_rows.last_seq)
        self._unconfirmed = Unconfirmed(disk.read_now(event_rows.numbers))
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
        event = msgspec.structs.replace(started, seq=seq, admitted=True)
        return await self._disk.write(lambda connection: event_rows.replace(connection, event))

    async def read(self, wanted: Sequence[tuple[str, int]], most: int, bytes_most: int) -> Fetched:
        """The oldest unconfirmed events of (charge point, after which seq), each one's in order.

        At most ``most`` of ``bytes_most`` in all, but one at least. Raises :class:`DiskRefused`.
        """
        numbers = [self._unconfirmed.after(charge_point_id, after_seq, most) for charge_point_id, after_seq in wanted]
        return await self._disk.read(lambda connection: event_rows.read(connection, numbers, most, bytes_most))

    def waiting(self) -> list[Waiting]:
        """At start: every charge point with unconfirmed events, those of the oldest first."""
        return self._disk.read_now(event_rows.waiting)

    def confirm(self, upto: Mapping[str, int]) -> None:
        """Delete what the API has of each charge point. Losing this write is harmless: the API answers a repeat."""
        gone, self._undeleted = self._undeleted, []
        for charge_point_id, upto_seq in upto.items():
            gone += self._unconfirmed.take(charge_point_id, upto_seq)

        def settled(written: "asyncio.Future[None]") -> None:
            if written.cancelled() or written.exception() is not None:
                self._undeleted += gone

        self._disk.write_lazily(lambda connection: event_rows.delete(connection, gone)).add_done_callback(settled)

    async def reject(self, row: Row, status: int, reason: str, at: datetime) -> None:
        """Park an event that the API will never take, for a person to look at."""
        await self._disk.write(lambda connection: event_rows.park(connection, row, status, reason, at))
        self._unconfirmed.drop(row.charge_point_id, row.seq)

    async def rejected_count(self) -> int:
        return await self._disk.read(event_rows.parked)

    def _insert(self, connection: sqlite3.Connection, pieces: "list[_Piece]") -> list[list[int]]:
        rows: list[tuple[Event, int]] = []
        given: list[list[int]] = []
        for piece in pieces:
            # A number whose commit failed is not given again: gaps are harmless, repeats are not.
            seqs = list(range(self._last_seq + 1, self._last_seq + 1 + len(piece.events)))
            self._last_seq += len(seqs)
            rows += zip(piece.events, seqs, strict=True)
            given.append(seqs)
        event_rows.insert(connection, rows)
        for piece, seqs in zip(pieces, given, strict=True):
            if piece.also is not None:
                piece.also(connection, seqs)
        return given


def _kinds(piece: _Piece) -> list[str]:
    return [type(event).__name__ for event in piece.events]
