"""What the charge point has to say, in the order it happened: statuses while connected, transaction messages
durably.

A transaction-related message stays first of its kind until it is answered; a refused one is tried again after
TransactionMessageRetryInterval, TransactionMessageAttempts times (OCPP 1.6, 3.7.1). Statuses are told once,
or not at all when the socket breaks: after reconnecting the current ones are told anew.
"""

import asyncio
import logging
from collections import deque
from collections.abc import Callable
from typing import Any

from simulator.chargepoint.configuration import Configuration
from simulator.chargepoint.connection import CallFailed, Connection, NotConnected
from simulator.chargepoint.memory import Unsent
from simulator.store import StateFileError

LONGEST_RETRY_S = 60.0

log = logging.getLogger(__name__)

# Fills in the transaction id of a message about to be sent; and takes its answer (None: given up).
Prepare = Callable[[Unsent], dict[str, Any]]
Answered = Callable[[Unsent, dict[str, Any] | None], None]


class MalformedAnswer(Exception):
    """A CALLRESULT without what it must hold; counts as a failed attempt."""


class Lane:
    """One sender task per charge point; :meth:`open` and :meth:`close` with the (booted) connection."""

    def __init__(
        self,
        connection: Connection,
        configuration: Configuration,
        unsent: list[Unsent],
        prepare: Prepare,
        answered: Answered,
    ) -> None:
        self._connection = connection
        self._configuration = configuration
        self._prepare = prepare
        self._answered = answered
        self._unsent = deque(unsent)
        self._statuses: deque[tuple[int, dict[str, Any]]] = deque()
        self._order = max((one.seq for one in unsent), default=0)
        self._open = False
        self._busy = False
        self._attempts = 0
        self._not_before = 0.0
        self._news = asyncio.Event()
        self._quiet = asyncio.Event()
        self._quiet.set()

    @property
    def unsent(self) -> int:
        """Transaction-related messages not yet answered."""
        return len(self._unsent)

    def next_order(self) -> int:
        """The place of something that happens now."""
        self._order += 1
        return self._order

    def add(self, messages: list[Unsent]) -> None:
        """Messages already in the store."""
        self._unsent.extend(messages)
        self._wake()

    def tell_status(self, payload: dict[str, Any]) -> None:
        """A StatusNotification; dropped while not connected and booted."""
        if self._open:
            self._statuses.append((self.next_order(), payload))
            self._wake()

    def open(self) -> None:
        """Connected and booted: speak."""
        self._open = True
        self._not_before = 0.0
        self._wake()

    def close(self) -> None:
        """Not connected: statuses are void, transaction messages wait."""
        self._open = False
        self._statuses.clear()
        self._wake()

    async def quiet(self) -> None:
        """Returns when everything told was answered, or nothing can be told now."""
        await self._quiet.wait()

    @property
    def is_open(self) -> bool:
        return self._open

    def _wake(self) -> None:
        self._news.set()
        if self._open and (self._unsent or self._statuses):
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
        if not self._open or not (self._unsent or self._statuses):
            return None
        loop = asyncio.get_running_loop()
        held_back = self._not_before - loop.time()
        may_send = bool(self._unsent) and held_back <= 0
        if self._statuses and not (may_send and self._unsent[0].seq < self._statuses[0][0]):
            await self._send_status()
        elif may_send:
            await self._send_message()
        else:
            return held_back
        return 0

    async def _send_status(self) -> None:
        _, payload = self._statuses.popleft()
        self._busy = True
        try:
            await self._connection.call("StatusNotification", payload)
        except (CallFailed, NotConnected) as error:
            log.info("a StatusNotification was not taken: %s", error)
        finally:
            self._busy = False
            self._wake()

    async def _send_message(self) -> None:
        message = self._unsent[0]
        self._busy = True
        try:
            answer = await self._connection.call(message.action, self._prepare(message))
            self._answered(message, answer)
        except (CallFailed, MalformedAnswer, StateFileError) as error:
            if not self._give_up(message, error):
                return
        except NotConnected:
            self.close()
            return
        finally:
            self._busy = False
            self._wake()
        self._attempts = 0
        self._unsent.popleft()
        self._wake()

    def _give_up(self, message: Unsent, error: Exception) -> bool:
        """Whether the configured attempts are used up; else when to try again."""
        self._attempts += 1
        log.info("%s was not taken (attempt %d): %s", message.action, self._attempts, error)
        if self._attempts >= self._configuration.count("TransactionMessageAttempts"):
            self._answered(message, None)
            return True
        pause_s = self._configuration.count("TransactionMessageRetryInterval") * self._attempts
        self._not_before = asyncio.get_running_loop().time() + min(pause_s, LONGEST_RETRY_S)
        return False
