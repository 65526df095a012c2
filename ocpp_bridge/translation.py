"""What a driver gives the shells that await: every kind of charger is translated into these words.

A translator does no I/O and has no clock: frames and time go in, events, frames and questions come out. The shells
(`sockets.link`, `commands`, `after_boot`) carry them out the same way whatever the protocol.
"""

from collections.abc import Generator
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any, Protocol

from wire.commands import Command, Settings
from wire.events import CommandOutcome, Event, TransactionStarted
from wire.questions import AuthorizeReply
from wire.settings import SettingsRead


@dataclass(frozen=True, slots=True)
class AuthorizeQuestion:
    """May this tag charge at this charge point?"""

    message_id: str | int
    tag: str


@dataclass(frozen=True, slots=True)
class StartQuestion:
    """A transaction began; may it go on? ``repeats`` is the seq of an event that already says so, or 0."""

    message_id: str | int
    tag: str
    connector: int
    transaction_id: int
    started: TransactionStarted
    repeats: int = 0


@dataclass(frozen=True, slots=True)
class StopQuestion:
    """A tag ended a transaction: what is the tag worth? ``started_by`` is the tag it began with, None: not known."""

    message_id: str | int
    tag: str
    started_by: str | None


@dataclass(frozen=True, slots=True)
class CertificateQuestion:
    """Will the charge point's request for a certificate be granted? The event with it says what it asks for."""

    message_id: str | int


TagQuestion = AuthorizeQuestion | StartQuestion | StopQuestion
Question = TagQuestion | CertificateQuestion


@dataclass(frozen=True, slots=True)
class OpenTransaction:
    """A transaction that runs as far as the bridge knows. ``seq`` is its start's place in the stream, once known."""

    transaction_id: int
    connector: int
    tag: str
    meter_start_wh: int
    seq: int = 0


@dataclass(frozen=True, slots=True)
class Answer:
    """How a charge point answered a call: its payload, or an error code (``timeout`` and ``disconnected`` are ours)."""

    payload: dict[str, Any] = field(default_factory=dict)
    error: str = ""
    description: str = ""


@dataclass(frozen=True, slots=True)
class AnswerTo:
    """An answer and the call it belongs to."""

    message_id: str
    answer: Answer
    deviation: str = ""
    """What was odd about it (`wire.vendor_profiles`)."""


@dataclass(slots=True)
class Received:
    """What one frame means. ``frames`` may go out once ``events`` are durable.

    ``instead`` goes out when they cannot be made durable; without it the frames go out all the same and the events
    wait in memory. ``note`` is for the log, ``deviations`` name what was tolerated (`wire.vendor_profiles`).
    """

    frames: tuple[bytes, ...] = ()
    events: tuple[Event, ...] = ()
    instead: bytes | None = None
    question: Question | None = None
    opened: OpenTransaction | None = None
    closed: tuple[int, ...] = ()
    answer: AnswerTo | None = None
    booted: bool = False
    action: str = ""
    note: str = ""
    deviations: frozenset[str] = frozenset()


@dataclass(frozen=True, slots=True)
class Call:
    """A call to a charge point."""

    action: str
    payload: dict[str, Any]
    after_answers: bool = False
    """It goes out once the charge point's own questions are answered: it follows from one of them."""


@dataclass(frozen=True, slots=True)
class HearStatus:
    """Wait for what a connector says of itself after the last call went out; the answer is its status, or None."""

    connector: int
    within_s: float


@dataclass(frozen=True, slots=True)
class NoteKey:
    """Keep durably how setting a key stands: a charge point that restarts at it never answers. The answer is None."""

    key: str
    wanted: str
    outcome: str
    value: str | None


@dataclass(frozen=True, slots=True)
class ShowKeys:
    """Tell the API what keys are set to now, as a charge point's own configuration. The answer is None."""

    keys: tuple[tuple[str, str | None], ...]


SettingStep = Call | HearStatus | NoteKey | ShowKeys
SettingSteps = Generator[SettingStep, Any, SettingsRead]
"""What is to be done for one settings command, step by step: each step's answer is sent back in (a call's is an
:class:`Answer`); what it returns is the command's response."""


@dataclass(frozen=True, slots=True)
class Outcome:
    """How a command ended, in the words of :class:`wire.events.CommandResult`."""

    outcome: CommandOutcome
    answer: str = ""
    response: dict[str, Any] | None = None
    error: str = ""


class Impossible(Exception):
    """The command cannot be said in this protocol; the text says why."""


class Translator(Protocol):
    """One charge point's conversation on one socket."""

    def receive(self, frame: bytes, now: datetime) -> Received:
        """Whatever the frame is; never raises."""
        ...

    def answer(self, question: TagQuestion, reply: AuthorizeReply) -> tuple[bytes, ...]:
        """The frames that carry the verdict."""
        ...

    def granted(self, question: CertificateQuestion, *, granted: bool) -> tuple[bytes, ...]:
        """The frames that say whether a certificate will follow."""
        ...

    def call(self, message_id: str, call: Call) -> bytes:
        """A call as a frame."""
        ...

    def call_for(self, command: Command) -> Call:
        """The call that carries out a command. Raises :class:`Impossible`."""
        ...

    def outcome(self, command: Command, answer: Answer) -> Outcome:
        """What the charge point's answer means for the command."""
        ...

    def setting_steps(self, command: Settings) -> SettingSteps:
        """The steps that carry out a settings command."""
        ...
