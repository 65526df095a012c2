"""Runs operations beside the callers that wait for them, and sees that each ends once."""

import asyncio
import logging
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import asynccontextmanager
from typing import Any

from simulator.link.errors import CallFailed, NotConnected
from simulator.link.messagelog import in_operation
from simulator.memory.port import StateError
from simulator.operations.journal import Journal
from simulator.operations.operation import Kind, Operation
from simulator.unit.person import NotPossible
from simulator.unit.speaker import NotSendable
from simulator.unit.unit import UnknownConnector

Work = Callable[[Operation], Awaitable[Any]]

log = logging.getLogger(__name__)


class Failed(Exception):
    """What was to come did not come; the text says what."""


# What may happen in a simulation, and is told as it is.
EXPECTED = (CallFailed, Failed, NotConnected, NotPossible, NotSendable, StateError, UnknownConnector, ValueError)


class Busy(NotPossible):
    """Another flow or chain is under way at this charge point."""


class Runner:
    """Of all charge points of a simulator. Not ``resident``: nothing goes on after the call that began it."""

    def __init__(self, journal: Journal, *, resident: bool = True) -> None:
        self._journal = journal
        self._resident = resident
        self._under_way: dict[str, asyncio.Task[None]] = {}
        # Operation → why it was ended from outside.
        self._why: dict[str, str] = {}
        # Charge point → the flow or chain that has it.
        self._taken: dict[str, str] = {}

    @asynccontextmanager
    async def service(self, charge_point_id: str, name: str) -> AsyncIterator[Operation]:
        """What is done inside is one operation; an error ends it, and goes on to the caller."""
        operation = self._journal.begin(charge_point_id, "service", name)
        try:
            with in_operation(operation.operation_id):
                yield operation
        except BaseException as error:
            self._journal.end(operation, sentence(error))
            raise
        if operation.status == "running":
            self._journal.end(operation)

    async def run(self, charge_point_id: str, kind: Kind, name: str, work: Work, wait_s: float) -> Operation:
        """Begin it, and return when it is over or after ``wait_s``; it goes on then. One flow or chain at a time is
        under way at a charge point: raises :class:`Busy`. Raises ``StateError``.
        """
        alone = kind in {"chain", "flow"}
        if alone and charge_point_id in self._taken:
            raise Busy(f"operation {self._taken[charge_point_id]} is under way at charge point {charge_point_id}")
        operation = self._journal.begin(charge_point_id, kind, name, looks_on=alone)
        if alone:
            self._taken[charge_point_id] = operation.operation_id
        with in_operation(operation.operation_id):
            task = asyncio.get_running_loop().create_task(self._finish(operation, work))
        self._under_way[operation.operation_id] = task
        await asyncio.wait({task}, timeout=wait_s)
        if not task.done() and not self._resident:
            why = f"not over within {wait_s:g} s, and nothing goes on after a call of a function"
            await self.cancel(operation.operation_id, why)
        if not task.done():
            # Whoever has its id may ask for it, whatever happens to this process.
            self._journal.keep(operation)
        return operation

    async def _finish(self, operation: Operation, work: Work) -> None:
        error: str | None = None
        result: Any = None
        try:
            result = await work(operation)
        except EXPECTED as expected:
            error = sentence(expected)
        except asyncio.CancelledError:
            error = self._why.pop(operation.operation_id, "cancelled")
        except Exception:
            log.exception("operation %s failed", operation.operation_id)
            error = "the simulator failed; its log says why"
        self._under_way.pop(operation.operation_id, None)
        self._why.pop(operation.operation_id, None)
        if self._taken.get(operation.charge_point_id) == operation.operation_id:
            del self._taken[operation.charge_point_id]
        try:
            self._journal.end(operation, error, result)
        except StateError:
            log.exception("operation %s cannot be saved", operation.operation_id)

    async def cancel(self, operation_id: str, why: str = "cancelled") -> bool:
        """Whether it was under way; it is over then."""
        task = self._under_way.get(operation_id)
        if task is None:
            return False
        self._why[operation_id] = why
        task.cancel()
        await asyncio.wait({task})
        return True

    async def cancel_all(self, charge_point_id: str | None = None) -> None:
        """Everything that is under way, or that is at one charge point."""
        prefix = "" if charge_point_id is None else f"{charge_point_id}:"
        wanted = [
            one for one in self._under_way if one.startswith(prefix) and (not prefix or ":" not in one[len(prefix) :])
        ]
        for one in wanted:
            await self.cancel(one, "the simulator ended, or the charge point is gone")


def sentence(error: BaseException) -> str:
    """What went wrong, for a person."""
    if isinstance(error, UnknownConnector):
        return f"there is no {error}"
    if isinstance(error, CallFailed):
        return f"the central system answered {error}"
    return str(error) or type(error).__name__
