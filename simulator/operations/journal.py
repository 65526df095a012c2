"""The journal: gives every operation and message its number, keeps what belongs together, and tells who listens."""

import asyncio
import logging
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import UTC, datetime
from typing import Any

import msgspec

from simulator.link import frames
from simulator.link.messagelog import Logged
from simulator.link.watch import SetAnswer
from simulator.memory.port import OPERATIONS_KEPT, Memory, StateError
from simulator.operations.answers import AnswerRule, use
from simulator.operations.latency import Figures, summed
from simulator.operations.operation import Kind, Operation, UnknownOperation, parse_operation_id
from simulator.operations.record import Listener, Record

# So long an ended operation is held for what may still follow, before it is looked up in the memory instead.
HELD_S = 2.0
# The action of a line in the message log that tells a fault of the line, no message.
FAULT = "chaos"
# What is said without anybody's doing and belongs to no operation, whoever looks on.
NOBODYS = frozenset({FAULT, "Heartbeat"})

log = logging.getLogger(__name__)


class Journal:
    """Of all charge points of a simulator; the `Watch` of each. ``operations_kept`` a charge point, and may change."""

    def __init__(self, memory: Memory, *, operations_kept: int = OPERATIONS_KEPT) -> None:
        self._memory = memory
        self.operations_kept = operations_kept
        self._records: dict[str, Record] = {}
        # Ended just now; and of them those that something was added to since they were saved.
        self._held: dict[str, Operation] = {}
        self._unsaved: set[str] = set()
        self._sweep: asyncio.TimerHandle | None = None

    # -- operations ------------------------------------------------------------------------------------------

    def begin(self, charge_point_id: str, kind: Kind, name: str, *, looks_on: bool = False) -> Operation:
        """A new operation. With ``looks_on`` it also keeps, while it runs, the messages of what the central system
        asks and of what the charge point does by itself. Raises ``StateError``.
        """
        record = self._record(charge_point_id)
        operation = Operation(
            charge_point_id=charge_point_id, number=record.next_operation(), kind=kind, name=name, started_at=_now()
        )
        record.open[operation.number] = operation
        if looks_on:
            record.witnesses.add(operation.number)
        return operation

    def end(self, operation: Operation, error: str | None = None, result: Any = None) -> None:
        """It is over; what still follows is kept with it, unless its charge point is gone. Raises ``StateError``."""
        operation.status = "failed" if error is not None else "done"
        operation.ended_at = _now()
        operation.error, operation.result = error, result
        record = self._records.get(operation.charge_point_id)
        if record is None or record.open.get(operation.number) is not operation:
            return
        record.witnesses.discard(operation.number)
        self.keep(operation)
        self._later(operation)

    def keep(self, operation: Operation) -> None:
        """Save it as it is now. Raises ``StateError``."""
        self._unsaved.discard(operation.operation_id)
        self._memory.keep_operation(
            operation.charge_point_id, operation.number, msgspec.json.encode(operation), kept=self.operations_kept
        )

    def find(self, wanted: str) -> Operation:
        """By ``operation_id``. Raises :class:`UnknownOperation`, ``StateError``."""
        charge_point_id, number = parse_operation_id(wanted)
        record = self._records.get(charge_point_id)
        if record is not None and number in record.open:
            return record.open[number]
        document = self._memory.operation(charge_point_id, number)
        if document is None:
            raise UnknownOperation(f"operation {wanted[:100]}")
        return self._read(document)

    def of(self, charge_point_id: str, *, before: int | None, limit: int) -> list[Operation]:
        """The newest first; only numbers less than ``before``. Raises ``StateError``."""
        found = {
            number: self._read(document)
            for number, document in self._memory.operations(charge_point_id, before=before, limit=limit)
        }
        record = self._records.get(charge_point_id)
        if record is not None:
            found |= {number: one for number, one in record.open.items() if before is None or number < before}
        return [one for _, one in sorted(found.items(), reverse=True)][:limit]

    def _read(self, document: bytes) -> Operation:
        operation = msgspec.json.decode(document, type=Operation)
        if operation.status == "running":
            # Whoever ran it is gone; an operation under way is in a record.
            operation.status, operation.error = "failed", "the simulator ended before the operation did"
        return operation

    # -- messages --------------------------------------------------------------------------------------------

    @contextmanager
    def listening(self, charge_point_id: str, listener: Listener) -> Iterator[None]:
        """Call ``listener`` with every frame, as it goes out or comes in; with None when there will be no more."""
        listeners = self._record(charge_point_id).listeners
        listeners.add(listener)
        try:
            yield
        finally:
            listeners.discard(listener)

    def figures(self, wanted: Callable[[str], bool]) -> Figures:
        """Of all charge points whose id is ``wanted``, together."""
        return summed(one.figures for charge_point_id, one in self._records.items() if wanted(charge_point_id))

    def start_figures_anew(self, wanted: Callable[[str], bool]) -> None:
        for charge_point_id, record in self._records.items():
            if wanted(charge_point_id):
                record.figures = Figures()

    # -- answers ---------------------------------------------------------------------------------------------

    def answers(self, charge_point_id: str) -> dict[str, AnswerRule]:
        """What was set, by action."""
        return self._record(charge_point_id).answers

    def set_answer(self, charge_point_id: str, action: str, rule: AnswerRule | None) -> None:
        """From now on; None for the charge point's own. Raises ``StateError``."""
        record = self._record(charge_point_id)
        if rule is None:
            record.answers.pop(action, None)
        else:
            record.answers[action] = rule
        record.keep_answers()

    # -- Watch -----------------------------------------------------------------------------------------------

    def first_message_id(self, charge_point_id: str) -> int:
        return self._record(charge_point_id).last_message_id + 1

    def message(self, charge_point_id: str, logged: Logged) -> None:
        record = self._record(charge_point_id)
        self._count(record.figures, logged)
        try:
            record.message_numbered(logged.message_id)
        except StateError:
            log.exception("%s: its numbers cannot be saved", charge_point_id)
        if logged.operation_id is not None:
            self._belongs(record, logged.operation_id, logged)
        elif logged.action not in NOBODYS:
            for number in record.witnesses:
                record.open[number].add(logged)
        for listener in tuple(record.listeners):
            listener(logged)

    def asked(self, charge_point_id: str, action: str) -> str | None:
        try:
            return self.begin(charge_point_id, "answer", action).operation_id
        except StateError:
            log.exception("%s: an operation cannot be saved", charge_point_id)
            return None

    def answered(self, charge_point_id: str, operation_id: str, error: str | None) -> None:
        try:
            self.end(self.find(operation_id), error)
        except (StateError, UnknownOperation):
            log.exception("%s: an operation cannot be saved", charge_point_id)

    def answer_to(self, charge_point_id: str, action: str) -> SetAnswer | None:
        record = self._record(charge_point_id)
        answer = use(record.answers, action)
        if answer is not None:
            try:
                record.keep_answers()
            except StateError:
                log.exception("%s: the answers that were set cannot be saved", charge_point_id)
        return answer

    # -- inside ----------------------------------------------------------------------------------------------

    def forget(self, charge_point_id: str) -> None:
        """The charge point is gone, and its memory."""
        record = self._records.pop(charge_point_id, None)
        if record is not None:
            record.tell_end()
        for wanted in [one.operation_id for one in self._held.values() if one.charge_point_id == charge_point_id]:
            del self._held[wanted]
            self._unsaved.discard(wanted)

    def end_listening(self) -> None:
        """Whoever listens is told that there will be no more."""
        for record in self._records.values():
            record.tell_end()

    def close(self) -> None:
        """Save what is unsaved. Raises ``StateError``."""
        if self._sweep is not None:
            self._sweep.cancel()
        for wanted in list(self._unsaved):
            self.keep(self._held[wanted])
        for record in self._records.values():
            record.close()

    def _record(self, charge_point_id: str) -> Record:
        record = self._records.get(charge_point_id)
        if record is None:
            record = self._records[charge_point_id] = Record(self._memory, charge_point_id)
        return record

    def _count(self, figures: Figures, logged: Logged) -> None:
        if logged.action == FAULT:
            return
        if logged.direction == "sent":
            figures.sent += 1
        else:
            figures.received += 1
            if logged.latency_ms is not None and logged.action is not None:
                figures.answered(logged.action, logged.latency_ms)
        figures.errors += logged.message_type == frames.CALLERROR

    def _belongs(self, record: Record, wanted: str, logged: Logged) -> None:
        try:
            if parse_operation_id(wanted)[0] != record.charge_point_id:
                # Of many charge points at once: thousands of messages, whose log names it.
                return
            operation = self.find(wanted)
        except (UnknownOperation, StateError):
            return
        operation.add(logged)
        if operation.kind == "answer":
            for number in record.witnesses:
                if number < operation.number:
                    record.open[number].add(logged)
        if operation.status != "running":
            record.open[operation.number] = operation
            self._unsaved.add(wanted)
            self._later(operation)

    def _later(self, operation: Operation) -> None:
        """Save what still follows, and let go of it, in a while."""
        self._held[operation.operation_id] = operation
        if self._sweep is None:
            self._sweep = asyncio.get_running_loop().call_later(HELD_S, self.let_go)

    def let_go(self) -> None:
        """What is over is held no longer; what was added to it since is saved."""
        self._sweep = None
        held, self._held = self._held, {}
        for wanted, operation in held.items():
            record = self._records.get(operation.charge_point_id)
            if record is not None:
                record.open.pop(operation.number, None)
            if wanted in self._unsaved:
                self._save(operation)

    def _save(self, operation: Operation) -> None:
        try:
            self.keep(operation)
        except StateError:
            log.exception("operation %s cannot be saved", operation.operation_id)
            self._unsaved.discard(operation.operation_id)


def _now() -> datetime:
    return datetime.now(UTC)
