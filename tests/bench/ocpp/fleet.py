"""The load generator: simulated charge points in a process of their own, told what to do over a pipe."""

import asyncio
import multiprocessing
import time
from collections.abc import Callable
from contextlib import suppress
from datetime import UTC, datetime, timedelta
from multiprocessing.connection import Connection
from typing import Any, NamedTuple, Self

from tests.bench.ocpp import frames
from tests.bench.ocpp.names import name_of
from tests.bench.ocpp.peer import Peer, frame

HOST = "127.0.0.1"
CONNECTING_MOST = 100
ANSWER_S = 60.0
CALL, RESULT = ord("2"), ord("3")


class Storm(NamedTuple):
    """How it went when all came at once. ``later``: answered Pending, to come back."""

    seconds: float
    errors: list[str]
    later: int


class Run(NamedTuple):
    """Messages answered, in how many seconds, and what went wrong."""

    messages: int
    seconds: float
    errors: list[str]


class Points:
    """Simulated charge points on the running loop. Verbs return what went wrong, or tell it beside figures."""

    def __init__(self) -> None:
        self.peers: list[Peer] = []
        self._waiting: dict[Peer, asyncio.Future[bytes]] = {}
        self._lost: list[str] = []
        self._next = 0
        self._read: dict[Peer, tuple[datetime, int]] = {}
        """The instant and the register of each one's last reading: neither ever goes back."""
        self.called: list[bytes] = []
        """What the central system asked; it is not supported."""

    async def connect(self, port: int, count: int, first: int = 0) -> list[str]:
        """Open ``count`` sockets more, a hundred at a time."""
        turns = asyncio.Semaphore(CONNECTING_MOST)

        async def one(number: int) -> None:
            async with turns:
                await self._open(port, number)

        await asyncio.gather(*(one(number) for number in range(first, first + count)))
        return self._faults()

    async def boot(self, count: int, first: int = 0) -> list[str]:
        """BootNotification of each, a hundred at a time."""
        turns = asyncio.Semaphore(CONNECTING_MOST)

        async def one(peer: Peer) -> None:
            async with turns:
                await self.ask(peer, frames.BOOT)

        await asyncio.gather(*(one(peer) for peer in self.peers[first : first + count]))
        return self._faults()

    async def storm(self, port: int, count: int) -> Storm:
        """All connect and boot at once; until the last answer."""
        later = 0
        began = time.perf_counter()

        async def one(number: int) -> None:
            nonlocal later
            peer = await self._open(port, number)
            if peer is not None:
                later += b'"Pending"' in await self.ask(peer, frames.BOOT)

        await asyncio.gather(*(one(number) for number in range(count)))
        return Storm(time.perf_counter() - began, self._faults(), later)

    async def drop(self) -> list[str]:
        """All at once, without a word."""
        for peer in self.peers:
            peer.drop()
        self.peers = []
        self._read.clear()
        await asyncio.sleep(0)
        return self._faults()

    async def start(self, count: int, first: int = 0) -> list[int]:
        """A transaction at each of ``count``; their ids (1 where a constant was answered)."""
        answers = await asyncio.gather(*(
            self.ask(peer, frames.START, 1_000, frames.stamp(datetime.now(UTC)))
            for peer in self.peers[first : first + count]
        ))  # fmt: skip
        return [int(frames.result_of(answer).get("transactionId", 1)) for answer in answers]  # type: ignore[call-overload]

    async def meter(self, count: int, messages: int, transactions: list[int]) -> Run:
        """MeterValues of ``count`` charge points, each as many, and each the next as soon as the last was answered."""
        each = -(-messages // count)
        began_at = datetime.now(UTC)

        async def one(peer: Peer, transaction: int) -> None:
            at, energy_wh = self._read.get(peer, (began_at, 1_000))
            for _ in range(each):
                at, energy_wh = at + frames.READ_EVERY, energy_wh + 20
                await self.ask(peer, frames.METER, transaction, frames.stamp(at), energy_wh)
            self._read[peer] = at, energy_wh

        began = time.perf_counter()
        await asyncio.gather(*(one(*pair) for pair in zip(self.peers[:count], transactions, strict=True)))
        return Run(each * count, time.perf_counter() - began, self._faults())

    async def heartbeats(self, count: int, messages: int) -> Run:
        """Heartbeats of the first ``count``, each the next as soon as the last was answered."""
        left = messages

        async def one(peer: Peer) -> None:
            nonlocal left
            while left > 0:
                left -= 1
                await self.ask(peer, frames.HEARTBEAT)

        began = time.perf_counter()
        await asyncio.gather(*(one(peer) for peer in self.peers[:count]))
        return Run(messages - left, time.perf_counter() - began, self._faults())

    async def cycles(self, count: int, cycles: int) -> Run:
        """Authorize, Start, three MeterValues, Stop, available again: ``cycles`` times at ``count`` charge points."""
        left, done = cycles, 0

        async def one(peer: Peer) -> None:
            nonlocal left, done
            register_wh = 1_000
            while left > 0:
                left -= 1
                await self._cycle(peer, register_wh)
                register_wh += 60
                done += 6

        began = time.perf_counter()
        await asyncio.gather(*(one(peer) for peer in self.peers[:count]))
        return Run(done, time.perf_counter() - began, self._faults())

    async def _cycle(self, peer: Peer, register_wh: int) -> None:
        await self.ask(peer, frames.AUTHORIZE)
        at = datetime.now(UTC)
        answer = frames.result_of(await self.ask(peer, frames.START, register_wh, frames.stamp(at)))
        transaction = int(answer.get("transactionId", 1))  # type: ignore[call-overload]
        for reading in range(1, 4):
            taken = frames.stamp(at + timedelta(seconds=reading))
            await self.ask(peer, frames.METER, transaction, taken, register_wh + 20 * reading)
        stopped = frames.stamp(at + timedelta(seconds=4))
        await self.ask(peer, frames.STOP, transaction, register_wh + 60, stopped)

    async def _open(self, port: int, number: int) -> Peer | None:
        loop = asyncio.get_running_loop()
        opened: asyncio.Future[bool] = loop.create_future()
        peer = Peer(name_of(number))
        peer.on_open = lambda _: opened.set_result(True)
        peer.on_text = self._heard
        peer.on_lost = lambda lost, why: self._gone(lost, why, opened)
        try:
            await loop.create_connection(lambda: peer, HOST, port)
        except OSError as error:
            self._lost.append(f"{peer.name}: {error!r}")
            return None
        if not await opened:
            return None
        self.peers.append(peer)
        return peer

    def _gone(self, peer: Peer, why: str, opened: "asyncio.Future[bool]") -> None:
        self._lost.append(f"{peer.name}: {why}")
        if not opened.done():
            opened.set_result(False)
        waiting = self._waiting.pop(peer, None)
        if waiting is not None and not waiting.done():
            waiting.set_result(b"[4]")

    def ask(self, peer: Peer, template: bytes, *filled: object) -> "asyncio.Future[bytes]":
        """Send a call; the whole answer."""
        self._next += 1
        future = self._waiting[peer] = asyncio.get_running_loop().create_future()
        peer.send(frame(template % (self._next, *filled)))
        return future

    def _heard(self, peer: Peer, text: bytes) -> None:
        if text[1] == CALL:
            self.called.append(text)
            peer.send(frame(b'[4,%s,"NotSupported","",{}]' % text.split(b",", 2)[1]))
            return
        if text[1] != RESULT:
            self._lost.append(f"{peer.name}: {text.decode()[:200]}")
        waiting = self._waiting.pop(peer, None)
        if waiting is not None and not waiting.done():
            waiting.set_result(text)

    def _faults(self) -> list[str]:
        lost, self._lost = self._lost, []
        return lost


async def _obey(pipe: Connection) -> None:
    fleet, loop = Points(), asyncio.get_running_loop()
    while True:
        try:
            verb, arguments = await loop.run_in_executor(None, pipe.recv)
        except EOFError:
            return
        try:
            async with asyncio.timeout(ANSWER_S):
                answer = await getattr(fleet, verb)(*arguments)
        except Exception as error:  # noqa: BLE001 -- raised where it was asked
            answer = error
        pipe.send(answer)


def _child(pipe: Connection) -> None:
    with suppress(KeyboardInterrupt):
        asyncio.run(_obey(pipe))


class Fleet:
    """Charge points in another process. Every verb of the generator is a method here."""

    def __enter__(self) -> Self:
        spawn = multiprocessing.get_context("spawn")
        self._pipe, theirs = spawn.Pipe()
        self._process = spawn.Process(target=_child, args=(theirs,), daemon=True)
        self._process.start()
        theirs.close()
        return self

    def __exit__(self, *_error: object) -> None:
        self._process.kill()
        self._process.join()
        self._pipe.close()

    def __getattr__(self, verb: str) -> Callable[..., Any]:
        def tell(*arguments: object) -> Any:
            self._pipe.send((verb, arguments))
            answer = self._pipe.recv()
            if isinstance(answer, Exception):
                raise answer
            return answer

        return tell
