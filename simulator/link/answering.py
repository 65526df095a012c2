"""How a request of the central system is answered: by the unit, or as a person set it."""

import asyncio
import logging
from collections.abc import Callable
from typing import Any

from simulator.link.connection import Reply
from simulator.link.errors import Answer, Refused
from simulator.link.frames import Call, CallError, CallResult
from simulator.link.messagelog import Logged, operation_id
from simulator.link.watch import SetAnswer, Watch

AS_USUAL = SetAnswer()
SILENT = "silent"

log = logging.getLogger(__name__)


class Answering:
    """``handle`` is the unit's own answer."""

    def __init__(
        self, charge_point_id: str, handle: Callable[[str, dict[str, Any]], Answer], watch: Watch | None
    ) -> None:
        self._id = charge_point_id
        self._handle = handle
        self._watch = watch
        self._delayed: set[asyncio.Task[None]] = set()

    def first_message_id(self) -> int:
        return self._watch.first_message_id(self._id) if self._watch is not None else 1

    def tell(self, logged: Logged) -> None:
        if self._watch is not None:
            self._watch.message(self._id, logged)

    def asked(self, action: str) -> str | None:
        return self._watch.asked(self._id, action) if self._watch is not None else None

    async def on_call(self, call: Call, reply: Reply) -> None:
        """Answer now, or later where that was set; then nothing else waits for it."""
        wanted = self._watch.answer_to(self._id, call.action) if self._watch is not None else None
        wanted = wanted or AS_USUAL
        if wanted.delay_s <= 0:
            await self._answer(call, wanted, reply)
            return
        task = asyncio.get_running_loop().create_task(self._answer_later(call, wanted, reply))
        self._delayed.add(task)
        task.add_done_callback(self._delayed.discard)

    async def stop(self) -> None:
        """Answers that are still held back never come."""
        for task in self._delayed:
            task.cancel()
        await asyncio.gather(*self._delayed, return_exceptions=True)

    async def _answer_later(self, call: Call, wanted: SetAnswer, reply: Reply) -> None:
        await asyncio.sleep(wanted.delay_s)
        await self._answer(call, wanted, reply)

    async def _answer(self, call: Call, wanted: SetAnswer, reply: Reply) -> None:
        afterwards: Callable[[], object] | None = None
        error: str | None = None
        match wanted.mode:
            case "silent":
                error = SILENT
            case "payload":
                await reply(CallResult(call.unique_id, wanted.payload))
            case "error":
                error = wanted.error_code
                await reply(CallError(call.unique_id, error, "set by a person"))
            case "as_usual":
                answer, afterwards = self._own(call)
                error = answer.code if isinstance(answer, CallError) else None
                await reply(answer)
        # What was promised is done whether or not the promise arrived.
        if afterwards is not None:
            afterwards()
        operation = operation_id.get()
        if self._watch is not None and operation is not None:
            self._watch.answered(self._id, operation, error)

    def _own(self, call: Call) -> tuple[CallResult | CallError, Callable[[], object] | None]:
        try:
            payload, afterwards = self._handle(call.action, call.payload)
        except Refused as refused:
            return CallError(call.unique_id, refused.code, str(refused)), None
        except Exception:
            log.exception("%s: failed to handle %s", self._id, call.action)
            return CallError(call.unique_id, "InternalError", "the charge point failed"), None
        return CallResult(call.unique_id, payload), afterwards
