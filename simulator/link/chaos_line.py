"""The line of one charge point while it is disturbed: carries out what the plan decides, counts and logs it."""

import asyncio
import contextlib
import contextvars
import logging
from collections import Counter, deque
from collections.abc import Awaitable, Callable, Coroutine
from typing import Any, Protocol

import msgspec
from websockets.asyncio.client import ClientConnection
from websockets.exceptions import ConnectionClosed

from simulator.link.chaos_damage import corrupted, truncated
from simulator.link.chaos_plan import Direction, Fate, Plan
from simulator.link.chaos_settings import Chaos
from simulator.link.interference import Interference
from simulator.link.messagelog import SECRETS, masked

# A frame that should come after the next one is not kept back longer than this.
LONGEST_LATE_S = 2.0
SKEW_STEP_S = 1.0
# Requests of which one may be told again.
TOLD_AGAIN = {"StartTransaction", "MeterValues", "StopTransaction", "TransactionEvent"}
TOLD_KEPT = 6

log = logging.getLogger(__name__)

Frame = str | bytes
Pass = Callable[[Frame], Awaitable[None]]


class ChaosPoint(Protocol):
    """What chaos does to a charge point, apart from its frames."""

    def interfere(self, interference: Interference | None) -> None: ...
    def drop(self) -> None:
        """The socket is gone, without a farewell."""

    def set_skew(self, skew_s: float) -> None:
        """Its clock is off by so much."""

    async def power_loss(self) -> None: ...
    def note(self, direction: Direction, fault: str, text: str) -> None:
        """A line of its message log."""


class ChaosLine:
    """An ``Interference``. :meth:`start` and :meth:`stop` it; the counts begin at 0."""

    def __init__(self, charge_point_id: str, chaos: Chaos, point: ChaosPoint, plan: Plan | None = None) -> None:
        self._id = charge_point_id
        self._chaos = chaos
        self._point = point
        self._plan = plan if plan is not None else Plan(chaos, charge_point_id)
        self._frames: Counter[str] = Counter()
        self._counts: Counter[str] = Counter()
        self._one_at_a_time = {"sent": asyncio.Lock(), "received": asyncio.Lock()}
        self._late: dict[Direction, tuple[Frame, int, Pass]] = {}
        self._told: deque[list[Any]] = deque(maxlen=TOLD_KEPT)
        self._unsent: list[tuple[Frame, Pass]] = []
        self._flows = asyncio.Event()
        self._flows.set()
        self._lost = asyncio.Event()
        self._socket: ClientConnection | None = None
        self._half_open: asyncio.Task[None] | None = None
        self._tasks: set[asyncio.Task[None]] = set()

    def start(self) -> None:
        self._point.interfere(self)
        if self._chaos.skew_s or self._chaos.drift_ppm:
            self._did("sent", "clock_skew", f"{self._chaos.skew_s:g} s off, {self._chaos.drift_ppm:g} ppm drift")
            self._point.set_skew(self._plan.skew_s(0))
        if self._chaos.drift_ppm:
            self._beside(self._drift())
        if self._chaos.slow_reading_bps is not None:
            self._point.note("received", "slow_reading", f"every frame, {self._chaos.slow_reading_bps} bits a second")
        if self._chaos.crash_every_s is not None:
            self._beside(self._crash_again_and_again())

    async def stop(self) -> None:
        """What is held back goes out, then the line is as any other."""
        self._point.interfere(None)
        for task in self._tasks:
            task.cancel()
        await asyncio.gather(*self._tasks, return_exceptions=True)
        with contextlib.suppress(ConnectionClosed):
            await self._open_again()
            for direction in list(self._late):
                await self._pass_late(direction)
        self._point.set_skew(0.0)

    def view(self) -> dict[str, Any]:
        """Settings, and what was done; plain JSON values."""
        return {
            "chaos": msgspec.to_builtins(self._chaos),
            "frames": {"sent": self._frames["sent"], "received": self._frames["received"]},
            "counts": dict(sorted(self._counts.items())),
            "half_open": not self._flows.is_set(),
        }

    # -- the frames ------------------------------------------------------------------------------------------

    def opened(self, socket: ClientConnection) -> None:
        self._socket, self._lost = socket, asyncio.Event()
        self._beside(self._watch(socket, self._lost))

    def closed(self) -> None:
        """What was on its way is lost."""
        if self._half_open is not None:
            self._half_open.cancel()
        self._socket = None
        for text, _ in self._unsent:
            self._did("sent", "drop", f"lost with the half-open socket: {_words(text)}")
        for direction, (text, frame, _) in self._late.items():
            self._did(direction, "drop", f"lost with the socket: {_words(text)}", frame)
        self._unsent.clear()
        self._late.clear()
        self._flows.set()

    async def send(self, text: str, socket: ClientConnection) -> None:
        async def out(frame: Frame) -> None:
            await socket.send(frame, text=True)

        await self._disturb("sent", text, out)
        if self._chaos.replay:
            self._remember(text)

    async def received(self, text: str | bytes, deliver: Pass) -> None:
        await self._flows.wait()
        if self._chaos.slow_reading_bps is not None:
            self._counts["slow_reading"] += 1
            await self._wait(len(text) * 8 / self._chaos.slow_reading_bps)
        await self._disturb("received", text, deliver)

    async def _disturb(self, direction: Direction, text: Frame, pass_on: Pass) -> None:
        self._frames[direction] += 1
        frame = self._frames[direction]
        fate = self._plan.fate(direction, frame)
        async with self._one_at_a_time[direction]:
            if fate.half_open_s:
                self._did(direction, "half_open", f"nothing is read or written for {fate.half_open_s:g} s", frame)
                self._close_for(fate.half_open_s)
            if fate.delay_s:
                self._did(direction, "delay", f"{fate.delay_s:.3f} s", frame)
                await self._wait(fate.delay_s)
            if fate.drop:
                self._did(direction, "drop", _words(text), frame)
            else:
                await self._pass(direction, frame, fate, self._damaged(direction, frame, fate, text), pass_on)
        if fate.disconnect:
            self._did(direction, "disconnect", "the socket is gone", frame)
            self._point.drop()

    def _remember(self, text: str) -> None:
        match msgspec.json.decode(text):
            case [2, _, str(action), _] as call if action in TOLD_AGAIN:
                self._told.append(call)

    def _damaged(self, direction: Direction, frame: int, fate: Fate, text: Frame) -> Frame:
        """Frames with a credential stay whole: the log could not find it in a damaged one to mask it."""
        if any(secret in _words(text).casefold() for secret in SECRETS):
            return text
        if fate.corruption is not None:
            text = corrupted(text, fate.corruption, self._plan.damage(direction, frame))
            self._did(direction, "corrupt", f"{fate.corruption}: {_words(text)}", frame)
        if fate.cut is not None:
            text = truncated(text, fate.cut)
            self._did(direction, "truncate", _words(text), frame)
        return text

    async def _pass(self, direction: Direction, frame: int, fate: Fate, text: Frame, pass_on: Pass) -> None:
        if fate.late and direction not in self._late:
            self._late[direction] = text, frame, pass_on
            self._beside(self._late_enough(direction, frame))
            return
        await self._out(direction, text, pass_on)
        if fate.duplicate:
            self._did(direction, "duplicate", _words(text), frame)
            await self._out(direction, text, pass_on)
        if fate.replay and self._told:
            _, _, action, payload = self._told[0]
            self._did(direction, "replay", action, frame)
            again = [2, f"replay-{frame}-{self._plan.damage(direction, frame).below(10**9)}", action, payload]
            await self._out(direction, msgspec.json.encode(again).decode(), pass_on)
        if direction in self._late:
            self._did(direction, "reorder", f"frame {frame} went first", self._late[direction][1])
            await self._pass_late(direction)

    async def _out(self, direction: str, text: Frame, pass_on: Pass) -> None:
        """A frame to be sent while the socket is half open waits in the buffers of the network; who sent it does
        not.
        """
        if direction == "sent" and not self._flows.is_set():
            self._unsent.append((text, pass_on))
        else:
            await pass_on(text)

    async def _pass_late(self, direction: Direction) -> None:
        text, _, pass_on = self._late.pop(direction)
        await self._out(direction, text, pass_on)

    async def _late_enough(self, direction: Direction, frame: int) -> None:
        await asyncio.sleep(LONGEST_LATE_S)
        async with self._one_at_a_time[direction]:
            if direction in self._late and self._late[direction][1] == frame:
                self._did(direction, "delay", f"{LONGEST_LATE_S:g} s; no other frame came to go first", frame)
                with contextlib.suppress(ConnectionClosed):
                    await self._pass_late(direction)

    # -- the socket, the clock, the mains --------------------------------------------------------------------

    async def _watch(self, socket: ClientConnection, lost: asyncio.Event) -> None:
        """Nobody waits on for a socket that is gone: who reads from it would never notice."""
        await socket.wait_closed()
        lost.set()
        if socket is self._socket:
            self._flows.set()

    async def _wait(self, seconds: float) -> None:
        with contextlib.suppress(TimeoutError):
            async with asyncio.timeout(seconds):
                await self._lost.wait()

    def _close_for(self, seconds: float) -> None:
        if self._flows.is_set():
            self._flows.clear()
            if self._socket is not None:
                self._socket.transport.pause_reading()
            self._half_open = self._beside(self._open_later(seconds))

    async def _open_later(self, seconds: float) -> None:
        await asyncio.sleep(seconds)
        with contextlib.suppress(ConnectionClosed):
            await self._open_again()

    async def _open_again(self) -> None:
        async with self._one_at_a_time["sent"]:
            while self._unsent:
                text, pass_on = self._unsent.pop(0)
                await pass_on(text)
            self._flows.set()
        if self._socket is not None:
            self._socket.transport.resume_reading()

    async def _drift(self) -> None:
        loop = asyncio.get_running_loop()
        started_s = loop.time()
        while True:
            await asyncio.sleep(SKEW_STEP_S)
            self._point.set_skew(self._plan.skew_s(loop.time() - started_s))

    async def _crash_again_and_again(self) -> None:
        crash = 1
        while (after_s := self._plan.crash_after_s(crash)) is not None:
            await asyncio.sleep(after_s)
            self._did("sent", "crash", f"power is lost, after {after_s:.1f} s")
            await self._point.power_loss()
            crash += 1

    # -- keeping count ---------------------------------------------------------------------------------------

    def _did(self, direction: Direction, fault: str, detail: str, frame: int | None = None) -> None:
        self._counts[fault] += 1
        self._point.note(direction, fault, detail if frame is None else f"frame {frame}: {detail}")

    def _beside(self, work: Coroutine[Any, Any, None]) -> asyncio.Task[None]:
        """Belongs to no operation, whoever began it."""
        task = asyncio.get_running_loop().create_task(work, context=contextvars.Context())
        self._tasks.add(task)
        task.add_done_callback(self._ended)
        return task

    def _ended(self, task: asyncio.Task[None]) -> None:
        self._tasks.discard(task)
        if not task.cancelled() and task.exception() is not None:
            log.error("%s: chaos ended early", self._id, exc_info=task.exception())


def _words(text: Frame) -> str:
    """Of a frame, for the log."""
    return masked(text if isinstance(text, str) else text.decode(errors="replace"))
