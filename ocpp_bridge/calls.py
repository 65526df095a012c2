"""Calls to one charge point: one outstanding at a time, the rest queues behind it."""

import asyncio
import uuid
from collections.abc import Awaitable, Callable

from ocpp_bridge.translation import Answer, AnswerTo, Call

TIMEOUT = "timeout"
DISCONNECTED = "disconnected"
NOT_SENT = "the socket was gone before it was sent"


def is_unsent(answer: Answer) -> bool:
    """Whether the charge point cannot have heard the call."""
    return answer.error == DISCONNECTED and answer.description == NOT_SENT


class Calls:
    """The calls on one socket. Answers to unknown or late message ids are dropped."""

    __slots__ = ("_closed", "_lock", "_message_id", "_settled", "_waiting", "_write")

    def __init__(
        self, write: Callable[[str, Call], Awaitable[bool]], settled: Callable[[], Awaitable[None]] | None = None
    ) -> None:
        """``write`` sends a call under a message id; False when the socket is gone. ``settled`` comes before it."""
        self._write = write
        self._settled = settled
        self._lock = asyncio.Lock()
        self._waiting: asyncio.Future[Answer] | None = None
        self._message_id = ""
        self._closed = False

    async def call(self, call: Call, response_s: float) -> Answer:
        """The charge point's answer; its ``error`` is ``timeout`` or ``disconnected`` when there is none."""
        async with self._lock:
            if self._settled is not None:  # In here, so that calls leave in the order in which they came.
                await self._settled()
            if self._closed:
                return Answer(error=DISCONNECTED, description=NOT_SENT)
            self._message_id = uuid.uuid4().hex
            self._waiting = asyncio.get_running_loop().create_future()
            try:
                if not await self._write(self._message_id, call):
                    return Answer(error=DISCONNECTED)
                async with asyncio.timeout(response_s):
                    return await self._waiting
            except TimeoutError:
                return Answer(error=TIMEOUT, description=f"no answer within {response_s:g} s")
            finally:
                self._waiting = None

    def answered(self, answer: AnswerTo) -> bool:
        """False when nobody waits for it."""
        waiting = self._waiting
        if waiting is None or answer.message_id != self._message_id or waiting.done():
            return False
        waiting.set_result(answer.answer)
        return True

    def close(self) -> None:
        """The socket is gone: whoever waits, or is queued, is told so."""
        self._closed = True
        if self._waiting is not None and not self._waiting.done():
            self._waiting.set_result(Answer(error=DISCONNECTED))
