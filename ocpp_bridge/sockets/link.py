"""One charge point's socket: frames in, through the translator, into the spool, and the answers out."""

import asyncio
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field, replace

import structlog
from websockets.exceptions import ConnectionClosed

from ocpp_bridge.back_end.backlog import Backlog
from ocpp_bridge.back_end.questions import Questions
from ocpp_bridge.calls import Calls
from ocpp_bridge.clock import Clock
from ocpp_bridge.frames.frame_log import FrameLog
from ocpp_bridge.metrics import Metrics
from ocpp_bridge.sockets.charge_point_socket import ChargePointSocket
from ocpp_bridge.spool import charge_point_rows
from ocpp_bridge.spool.disk import DiskRefused, OpenSpool
from ocpp_bridge.spool.event_log import EventLog
from ocpp_bridge.translation import (
    Answer,
    AnswerTo,
    AuthorizeQuestion,
    Call,
    CertificateQuestion,
    Question,
    Received,
    StartQuestion,
    StopQuestion,
    Translator,
)
from ocpp_bridge.watching.draw_watch import DrawWatch
from ocpp_bridge.watching.open_transactions import OpenTransactions
from ocpp_bridge.watching.status_ears import StatusEars
from wire.events import TransactionStarted

log = structlog.get_logger()
QUESTIONS_MOST = 4
SETTLE_S = 3.0
FRAMES_AT_ONCE = 8
REFUSALS_LOGGED = 20


@dataclass(frozen=True, slots=True)
class LinkPorts:
    """What every link works with."""

    events: EventLog
    backlog: Backlog
    questions: Questions
    clock: Clock
    metrics: Metrics
    started: Callable[[TransactionStarted], None]
    """Hears of each transaction that began, once it is durable."""
    frames: FrameLog = field(default_factory=FrameLog)
    draws: DrawWatch = field(default_factory=DrawWatch)
    ears: StatusEars = field(default_factory=StatusEars)


BootHook = Callable[["Link"], None]


class Link:
    """``run`` until the socket ends. ``booted`` is called each time the charge point's boot was answered."""

    __slots__ = (
        "_booted",
        "_calls",
        "_connected_at",
        "_deviations",
        "_ports",
        "_refused",
        "_tasks",
        "_transactions",
        "_translator",
        "charge_point_id",
        "epoch",
        "last_frame_at",
        "on_boot",
        "socket",
    )

    def __init__(
        self,
        socket: ChargePointSocket,
        charge_point_id: str,
        epoch: int,
        translator: Translator,
        transactions: OpenTransactions,
        ports: LinkPorts,
    ) -> None:
        self.socket = socket
        self.charge_point_id = charge_point_id
        self.epoch = epoch
        self.on_boot: asyncio.Task[None] | None = None
        self._translator = translator
        self._transactions = transactions
        self._ports = ports
        self._calls: Calls | None = None
        self._booted: asyncio.Event | None = None
        self._tasks: set[asyncio.Task[None]] | None = None
        self._refused = 0
        self._deviations: frozenset[str] = frozenset()
        self._connected_at = self.last_frame_at = ports.clock.monotonic()

    @property
    def translator(self) -> Translator:
        return self._translator

    async def run(self, booted: "BootHook") -> None:
        """Read until the socket ends."""
        receive, clock, note = self._translator.receive, self._ports.clock, self._ports.frames.note
        frames = 0
        try:
            while True:
                frame = await self.socket.next_frame()
                frames += 1
                if frames % FRAMES_AT_ONCE == 0:  # Neither reading nor answering has to wait: others would.
                    await asyncio.sleep(0)
                self.last_frame_at = clock.monotonic()
                now = clock.now()
                note(self.charge_point_id, now.timestamp(), frame, received=True)
                received = receive(frame, now)
                await self._carry_out(received)
                if received.booted:
                    self._event().set()
                    booted(self)
        except ConnectionClosed:
            return
        finally:
            self.end()

    async def call(self, call: Call, response_s: float) -> Answer:
        """Call the charge point; one call at a time, and none before its boot was answered (or a moment passed)."""
        if self._calls is None:
            self._calls = Calls(self._write_call, self._settled)
        if self.socket.close_code is not None:
            self._calls.close()
        if call.after_answers and self._tasks:
            await asyncio.wait(self._tasks, timeout=response_s)
        return await self._calls.call(call, response_s)

    def end(self) -> None:
        """The socket is gone: calls end, what runs after boot ends."""
        if self._calls is None:
            self._calls = Calls(self._write_call)
        self._calls.close()
        self._event().set()

    async def close(self, code: int, why: str) -> None:
        """End the socket."""
        await self.socket.close(code, why)

    def tolerated(self, deviations: frozenset[str]) -> None:
        """Note what was tolerated, each once."""
        for name in sorted(deviations - self._deviations):
            self._ports.metrics.deviations.labels(name).inc()
            log.info("deviation tolerated", charge_point=self.charge_point_id, deviation=name)
        self._deviations |= deviations

    async def _settled(self) -> None:
        left_s = SETTLE_S - (self._ports.clock.monotonic() - self._connected_at)
        if left_s > 0 and not self._event().is_set():
            try:
                async with asyncio.timeout(left_s):
                    await self._event().wait()
            except TimeoutError:
                self._event().set()

    async def _carry_out(self, received: Received) -> None:
        metrics = self._ports.metrics
        if received.action:
            metrics.received(received.action)
        if received.note:
            metrics.malformed.inc()
            self._refused += 1
            if self._refused <= REFUSALS_LOGGED:
                log.warning("frame refused", charge_point=self.charge_point_id, why=received.note[:300])
        if received.deviations:
            self.tolerated(received.deviations)
        if received.answer is not None:
            self._hear(received.answer)
            return
        seq = 0
        if received.events:
            self._ports.ears.hear(self.charge_point_id, received.events)
            began = self._ports.clock.monotonic()
            try:
                seq = await self._make_durable(received)
            except DiskRefused:
                if received.instead is not None:
                    await self._send((received.instead,))
                    return
            metrics.answered(self._ports.clock.monotonic() - began)
        if received.question is not None:
            await self._ask(received.question, seq)
            return
        await self._send(received.frames)

    def _hear(self, answer: AnswerTo) -> None:
        if self._calls is not None and self._calls.answered(answer):
            return
        self._refused += 1
        if self._refused <= REFUSALS_LOGGED:
            log.info("an answer nobody waits for", charge_point=self.charge_point_id)

    async def _make_durable(self, received: Received) -> int:
        """The seq of the last event. Raises :class:`DiskRefused`."""
        question = received.question
        repeats = question.repeats if isinstance(question, StartQuestion) else 0
        if repeats and self._ports.backlog.is_unconfirmed(self.charge_point_id, repeats):
            return repeats
        opened, closed = received.opened, received.closed

        def remember(connection: OpenSpool, seqs: Sequence[int]) -> None:
            if opened is not None:
                charge_point_rows.put_transaction(connection, self.charge_point_id, replace(opened, seq=seqs[-1]))
            charge_point_rows.drop_transactions(connection, self.charge_point_id, closed)

        seqs = await self._ports.events.append(
            self._ports.draws.watched(received.events),
            keep=received.instead is None,
            also=remember if opened is not None or closed else None,
        )
        if opened is not None:
            self._transactions.note(opened.transaction_id, seqs[-1])
            for event in received.events:
                if isinstance(event, TransactionStarted):
                    self._ports.started(event)
        return seqs[-1]

    async def _ask(self, question: Question, seq: int) -> None:
        """Answer in a task of its own, a few at most: answers to our calls must not wait behind a slow API."""
        if isinstance(question, StopQuestion):  # An end waits for nobody.
            await self._send(self._translator.answer(question, self._ports.questions.stop(question)))
            return
        if self._tasks is None:
            self._tasks = set()
        while len(self._tasks) >= QUESTIONS_MOST:
            await asyncio.wait(self._tasks, return_when=asyncio.FIRST_COMPLETED)
        task = asyncio.get_running_loop().create_task(self._answer(question, seq))
        self._tasks.add(task)
        task.add_done_callback(self._tasks.discard)

    async def _answer(self, question: AuthorizeQuestion | StartQuestion | CertificateQuestion, seq: int) -> None:
        questions = self._ports.questions
        if isinstance(question, CertificateQuestion):
            granted = await questions.certificate(self.charge_point_id, seq)
            await self._send(self._translator.granted(question, granted=granted))
            return
        if isinstance(question, AuthorizeQuestion):
            reply = await questions.authorize(self.charge_point_id, question)
        else:
            reply = await questions.start(self.charge_point_id, question, seq)
        await self._send(self._translator.answer(question, reply))

    async def _write_call(self, message_id: str, call: Call) -> bool:
        frame = self._translator.call(message_id, call)
        try:
            self._sent(frame)
            await self.socket.send(frame, text=True)
        except ConnectionClosed:
            return False
        return True

    async def _send(self, frames: Sequence[bytes]) -> None:
        """What a closed socket cannot carry is durable already; the charge point asks again."""
        try:
            for frame in frames:
                self._sent(frame)
                await self.socket.send(frame, text=True)
        except ConnectionClosed:
            return

    def _sent(self, frame: bytes) -> None:
        ports = self._ports
        ports.frames.note(self.charge_point_id, ports.clock.seconds(), frame, received=False)

    def _event(self) -> asyncio.Event:
        if self._booted is None:
            self._booted = asyncio.Event()
        return self._booted
