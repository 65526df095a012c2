"""One operation: who did what with which charge point, which messages it took, how it ended."""

from collections.abc import Iterator
from datetime import datetime
from typing import Any, Literal

import msgspec

from simulator.link import frames
from simulator.link.messagelog import Logged

Kind = Literal["service", "standalone", "chain", "flow", "answer"]
Status = Literal["running", "done", "failed"]

# Of one operation; further ones are counted only.
MESSAGES_KEPT = 1000


class UnknownOperation(LookupError):
    """There is no such operation, or not any more."""


class Step(msgspec.Struct, kw_only=True):
    """One link of a chain."""

    name: str
    status: Status = "done"
    error: str | None = None
    result: Any = None


class Operation(msgspec.Struct, kw_only=True):
    """``number`` counts the operations of a charge point. ``result`` is what it found out: a CALLRESULT's payload, a
    flow's figures.
    """

    charge_point_id: str
    number: int
    kind: Kind
    name: str
    started_at: datetime
    status: Status = "running"
    ended_at: datetime | None = None
    error: str | None = None
    result: Any = None
    steps: list[Step] | None = None
    messages: list[Logged] = []
    messages_left_out: int = 0

    @property
    def operation_id(self) -> str:
        return operation_id_of(self.charge_point_id, self.number)

    def add(self, logged: Logged) -> None:
        """A frame that belongs to it, in the order of ``message_id``."""
        if len(self.messages) < MESSAGES_KEPT:
            self.messages.append(logged)
        else:
            self.messages_left_out += 1

    def message(self, message_id: int) -> Logged:
        """Raises :class:`UnknownOperation`."""
        for logged in self.messages:
            if logged.message_id == message_id:
                return logged
        raise UnknownOperation(f"message {message_id} of operation {self.operation_id}")

    def exchanges(self, after: int = 0) -> Iterator["Exchange"]:
        """Its calls of both directions after a message id, each with its answer where one came."""
        answers = {one.unique_id: one for one in self.messages if not _is_call(one)}
        for call in self.messages:
            if call.message_id > after and _is_call(call):
                yield Exchange(call, answers.get(call.unique_id))


class Exchange:
    """A CALL and what it was answered: ``payload`` and ``answer`` are plain JSON, ``answer`` None for none or an
    error.
    """

    def __init__(self, call: Logged, answer: Logged | None) -> None:
        self.action = call.action
        self.direction = call.direction
        self.at = call.at
        self.latency_ms = answer.latency_ms if answer is not None else None
        self.payload: dict[str, Any] = call.frame[3]
        frame = answer.frame if answer is not None else None
        self.answer: dict[str, Any] | None = frame[2] if frame is not None and frame[0] == 3 else None
        self.error: str | None = frame[2] if frame is not None and frame[0] == 4 else None


def _is_call(logged: Logged) -> bool:
    # One without an action could not be read.
    return logged.message_type == frames.CALL and logged.action is not None


def operation_id_of(charge_point_id: str, number: int) -> str:
    """Unique among all charge points, as no number holds a colon."""
    return f"{charge_point_id}:{number}"


def parse_operation_id(text: str) -> tuple[str, int]:
    """(charge point id, number). Raises :class:`UnknownOperation`."""
    charge_point_id, colon, number = text.rpartition(":")
    if not (colon and number.isascii() and number.isdigit() and len(number) < 16):
        raise UnknownOperation(f"operation {text[:100]}")
    return charge_point_id, int(number)
