"""One thread that owns the spool's connection. Writes that arrive while a commit runs share the next one."""

import asyncio
import contextlib
import os
import sqlite3
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from typing import Any, TypeVar

from ocpp_bridge.spool.claim import claim
from ocpp_bridge.spool.layout import open_spool
from wire.codec import BadMessage

Result = TypeVar("Result")
OpenSpool = sqlite3.Connection
"""What a piece of work is given: others write through it and open nothing."""
Work = Callable[[sqlite3.Connection], Result]
LAZY_S = 1.0
GATHER_S = 0.004
"""Under load a commit waits so long for company: it costs more than what it writes."""


class DiskRefused(Exception):
    """The write is not durable: disk full, read-only or broken. The text says which."""


class _Write:
    """One piece of a commit: its work, who waits for it, and what to tell the loop before they wake."""

    __slots__ = ("done", "future", "taken", "work")

    def __init__(
        self,
        work: Work[Any],
        future: "asyncio.Future[Any]",
        done: Callable[[Any], None] | None,
        taken: Callable[[], None] | None,
    ) -> None:
        self.work = work
        self.future = future
        self.done = done
        self.taken = taken


class Disk:
    """The spool file. Open it before the loop serves anything; close it last."""

    def __init__(self, path: str) -> None:
        """Raises :class:`DiskRefused` when the file cannot be opened or made, or is another bridge's."""
        self._path = path
        self._claim: int | None = None
        try:
            self._claim = claim(path)
            self._connection = open_spool(path)
        except sqlite3.Error as error:
            self._give_up()
            raise DiskRefused(f"{path}: {error}") from error
        self._thread = ThreadPoolExecutor(1, thread_name_prefix="spool")
        self._pending: list[_Write] = []
        self._lazy: list[_Write] = []
        self._flusher: asyncio.Task[None] | None = None
        self._lazy_timer: asyncio.TimerHandle | None = None
        self.failing = ""
        """Why the last commit failed; empty while the disk is well."""

    def read_now(self, work: Work[Result]) -> Result:
        """Read on the caller's thread: at start only, before anything writes. Raises :class:`DiskRefused`."""
        try:
            return work(self._connection)
        except (sqlite3.Error, BadMessage) as error:
            raise DiskRefused(f"{self._path}: what it holds cannot be read: {error}") from error

    async def read(self, work: Work[Result]) -> Result:
        """Raises :class:`DiskRefused`."""
        try:
            return await asyncio.get_running_loop().run_in_executor(self._thread, work, self._connection)
        except sqlite3.Error as error:
            raise DiskRefused(str(error)) from error

    def write(
        self,
        work: Work[Result],
        done: Callable[[Result], None] | None = None,
        taken: Callable[[], None] | None = None,
    ) -> "asyncio.Future[Result]":
        """Durable when the future is done; :class:`DiskRefused` in it when not.

        ``done`` runs on the loop before whoever awaits, and also when nobody awaits any more; ``taken`` when the commit
        begins: until then the work may still grow.
        """
        future: asyncio.Future[Result] = asyncio.get_running_loop().create_future()
        self._pending.append(_Write(work, future, done, taken))
        self._start_flusher()
        return future

    def write_lazily(self, work: Work[Result]) -> "asyncio.Future[Result]":
        """Rides with the next commit, before what else is in it, or goes alone within a second. For what may be lost
        without harm.
        """
        future: asyncio.Future[Result] = asyncio.get_running_loop().create_future()
        self._lazy.append(_Write(work, future, None, None))
        if self._lazy_timer is None:
            self._lazy_timer = asyncio.get_running_loop().call_later(LAZY_S, self._flush_lazy)
        return future

    async def close(self) -> None:
        """Finish every write, then close the file."""
        self._flush_lazy()
        while self._flusher is not None:
            await self._flusher
        await asyncio.get_running_loop().run_in_executor(self._thread, self._connection.close)
        self._thread.shutdown()
        self._give_up()

    def _give_up(self) -> None:
        """Let another have the file."""
        if self._claim is not None:
            os.close(self._claim)
            self._claim = None

    def _flush_lazy(self) -> None:
        if self._lazy_timer is not None:
            self._lazy_timer.cancel()
            self._lazy_timer = None
        if self._lazy:
            self._start_flusher()

    def _start_flusher(self) -> None:
        if self._flusher is None:
            self._flusher = asyncio.get_running_loop().create_task(self._flush())

    async def _flush(self) -> None:
        loop = asyncio.get_running_loop()
        busy = False
        try:
            while self._pending or self._lazy:
                if busy:
                    await asyncio.sleep(GATHER_S)
                batch, self._pending = self._pending, []
                for write in batch:
                    if write.taken is not None:
                        write.taken()
                batch, self._lazy = [*self._lazy, *batch], []
                outcomes = await loop.run_in_executor(self._thread, self._commit, batch)
                for write, outcome in zip(batch, outcomes, strict=True):
                    _settle(write, outcome)
                busy = bool(self._pending)
        finally:
            self._flusher = None

    def _commit(self, batch: list[_Write]) -> list[Any]:
        """On the thread: one transaction for all; if it fails, each alone, so that one bad piece harms no other."""
        try:
            outcomes = self._transaction([write.work for write in batch])
        except Exception as error:  # noqa: BLE001 -- settled per piece below
            self.failing = str(error)
            outcomes = [self._alone(write.work) for write in batch]
        else:
            self.failing = ""
        return outcomes

    def _alone(self, work: Work[Any]) -> Any:
        try:
            return self._transaction([work])[0]
        except sqlite3.Error as error:
            return DiskRefused(str(error))
        except Exception as error:  # noqa: BLE001 -- handed to who asked
            return error

    def _transaction(self, works: list[Work[Any]]) -> list[Any]:
        connection = self._connection
        connection.execute("BEGIN IMMEDIATE")
        try:
            outcomes = [work(connection) for work in works]
            connection.execute("COMMIT")
        except BaseException:
            with contextlib.suppress(sqlite3.Error):
                connection.execute("ROLLBACK")
            raise
        return outcomes


def _settle(write: _Write, outcome: Any) -> None:
    if isinstance(outcome, Exception):
        if not write.future.done():
            write.future.set_exception(outcome)
            write.future.exception()  # marked as seen: nobody may be waiting
        return
    if write.done is not None:
        write.done(outcome)
    if not write.future.done():
        write.future.set_result(outcome)
