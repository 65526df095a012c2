"""What the charge point has to say, in the order it happened: statuses while connected, transaction messages
durably.

A transaction-related message stays first of its kind until it is answered; a refused one is tried again after
a pause that the configuration sets (OCPP 1.6, 3.7.1; 2.0.1, E04). Statuses are told once, or not at all when
the socket breaks: after reconnecting the current ones are told anew.
"""

import asyncio
import logging
from collections import deque
from collections.abc import Callable
from typing import Any, Protocol

import msgspec

from simulator.link.errors import CallFailed, MalformedAnswer, NotConnected
from simulator.link.messagelog import in_operation, operation_id
from simulator.memory.port import StateError

log = logging.getLogger(__name__)


class Unsent(msgspec.Struct, kw_only=True):
    """A transaction-related message until it is answered. ``seq`` grows by charge point and is never reused
    while another waits. ``key`` is the transaction it is about; its id is filled in when the message is sent.
    """

    seq: int
    action: str
    payload: dict[str, Any]
    key: str
    operation_id: str | None = None


class Teller(Protocol):
    """Who knows what the messages mean."""

    def prepare(self, message: Unsent) -> dict[str, Any]:
        """The payload as it goes out now."""

    def answered(self, message: Unsent, answer: dict[str, Any] | None) -> None:
        """Its answer (None: given up). Raises :class:`MalformedAnswer`."""

    def pause_s(self, action: str, attempt: int) -> float | None:
        """The pause after the ``attempt``-th refusal; None: no more."""


class _Told(msgspec.Struct):
    seq: int
    action: str
    payload: dict[str, Any]
    operation_id: str | None


class Lane:
    """One sender task per charge point; :meth:`open` and :meth:`close` with the (booted) connection."""

    def __init__(
        self,
        call: Callable[[str, dict[str, Any]], Any],
        unsent: list[Unsent],
        teller: Teller,
    ) -> None:
        self._call = call
        self._teller = teller
        self._unsent = deque(unsent)
        self._told: deque[_Told] = deque()
        self._awaited: dict[int, asyncio.Future[dict[str, Any] | None]] = {}
        self._order = max((one.seq for one in unsent), default=0)
        self._open = False
        self._openings = 0
        self._busy = False
        self._attempts = 0
        self._not_before = 0.0
        # When it was last closed, on the event loop's clock.
        self.closed_at: float | None = None
        # Whether something told was lost with a socket; who tells it anew resets this.
        self.dropped = False
        self._news = asyncio.Event()
        self._quiet = asyncio.Event()
        self._quiet.set()

    @property
    def unsent(self) -> int:
        """Transaction-related messages not yet answered."""
        return len(self._unsent)

    def concerns(self, key: str) -> bool:
        """Whether a message about this transaction still waits."""
        return any(one.key == key for one in self._unsent)

    def next_order(self) -> int:
        """The place of something that happens now."""
        self._order += 1
        return self._order

    def add(self, messages: list[Unsent]) -> None:
        """Messages already in the store."""
        self._unsent.extend(messages)
        self._wake()

    def sent(self, seq: int) -> asyncio.Future[dict[str, Any] | None]:
        """The answer to a message added before, None where it must wait for a connection. Raises
        :class:`CallFailed` when it is given up.
        """
        future: asyncio.Future[dict[str, Any] | None] = asyncio.get_running_loop().create_future()
        if self._open:
            self._awaited[seq] = future
        else:
            future.set_result(None)
        return future

    def tell(self, action: str, payload: dict[str, Any]) -> None:
        """Something that is only worth saying now; dropped while not connected and booted."""
        if self._open:
            self._told.append(_Told(self.next_order(), action, payload, operation_id.get()))
            self._wake()

    def open(self) -> None:
        """Connected and booted: speak."""
        self._open = True
        self._openings += 1
        self._not_before = 0.0
        self._wake()

    def close(self) -> None:
        """Not connected: statuses are void, transaction messages wait."""
        if self._open:
            self.closed_at = asyncio.get_running_loop().time()
        self._open = False
        self.dropped |= bool(self._told)
        self._told.clear()
        for future in self._awaited.values():
            if not future.done():
                future.set_result(None)
        self._awaited.clear()
        self._wake()

    async def quiet(self) -> None:
        """Returns when everything told was answered, or nothing can be told now."""
        await self._quiet.wait()

    @property
    def is_open(self) -> bool:
        return self._open

    def _wake(self) -> None:
        self._news.set()
        if self._open and (self._unsent or self._told):
            self._quiet.clear()
        elif not self._busy:
            self._quiet.set()

    async def run(self) -> None:
        """Send for ever; ends by cancellation."""
        while True:
            self._news.clear()
            wait_s = await self._one()
            if wait_s == 0:
                continue
            try:
                async with asyncio.timeout(wait_s):
                    await self._news.wait()
            except TimeoutError:
                continue

    async def _one(self) -> float | None:
        """Send what is due. Returns 0 when something was, else the seconds until something may be (None:
        unknown).
        """
        if not self._open or not (self._unsent or self._told):
            return None
        loop = asyncio.get_running_loop()
        held_back = self._not_before - loop.time()
        may_send = bool(self._unsent) and held_back <= 0
        if self._told and not (may_send and self._unsent[0].seq < self._told[0].seq):
            await self._send_told()
        elif may_send:
            await self._send_message()
        else:
            return held_back
        return 0

    async def _send_told(self) -> None:
        told = self._told.popleft()
        self._busy = True
        try:
            with in_operation(told.operation_id):
                await self._call(told.action, told.payload)
        except (CallFailed, NotConnected) as error:
            self.dropped |= isinstance(error, NotConnected)
            log.info("a %s was not taken: %s", told.action, error)
        finally:
            self._busy = False
            self._wake()

    async def _send_message(self) -> None:
        message = self._unsent[0]
        opening = self._openings
        self._busy = True
        try:
            with in_operation(message.operation_id):
                answer = await self._call(message.action, self._teller.prepare(message))
                self._teller.answered(message, answer)
            self._settle(message.seq, answer)
        except (CallFailed, MalformedAnswer, StateError) as error:
            if not self._give_up(message, error):
                return
        except NotConnected:
            # News of a connection before this one must not silence this one.
            if opening == self._openings:
                self.close()
            return
        except Exception as error:
            log.exception("what became of %s could not be told", message.action)
            if not self._give_up(message, error):
                return
        finally:
            self._busy = False
            self._wake()
        self._attempts = 0
        self._unsent.popleft()
        self._wake()

    def _settle(self, seq: int, outcome: dict[str, Any] | Exception) -> None:
        future = self._awaited.pop(seq, None)
        if future is None or future.done():
            return
        if isinstance(outcome, Exception):
            future.set_exception(outcome)
        else:
            future.set_result(outcome)

    def _give_up(self, message: Unsent, error: Exception) -> bool:
        """Whether the configured attempts are used up; else when to try again."""
        self._attempts += 1
        log.info("%s was not taken (attempt %d): %s", message.action, self._attempts, error)
        pause_s = self._teller.pause_s(message.action, self._attempts)
        if pause_s is None:
            self._teller.answered(message, None)
            self._settle(message.seq, error if isinstance(error, CallFailed) else CallFailed("Malformed", str(error)))
            return True
        self._not_before = asyncio.get_running_loop().time() + pause_s
        return False
