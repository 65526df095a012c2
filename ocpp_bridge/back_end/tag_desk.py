"""Questions about tags on their way to the API: those of one moment go together, of a busier time in one request."""

import asyncio
from typing import NamedTuple

from ocpp_bridge.back_end.api_client import ApiClient, Refused, Unreachable
from wire.questions import MOST_QUESTIONS, AuthorizeReply, AuthorizeRequest, TagQuestion

GATHER_S = 0.002
"""A question waits so long for company: charge points whose events were just taken ask at the same moment."""
APART_S = 0.02
"""So far apart are requests at least: each costs more than the verdicts it asks for."""


class _Waiting(NamedTuple):
    """A question, and who waits for its answer."""

    question: TagQuestion
    answered: "asyncio.Future[AuthorizeReply]"


class TagDesk:
    """``budget_s`` is how long the API may take, from when a question is asked here."""

    def __init__(self, api: ApiClient, budget_s: float) -> None:
        self._api = api
        self._budget_s = budget_s
        self._last_at = float("-inf")
        self._waiting: list[_Waiting] = []
        self._tasks: set[asyncio.Task[None]] = set()

    async def ask(self, charge_point_id: str, tag: str) -> AuthorizeReply:
        """The API's verdict. Raises :class:`Unreachable` or :class:`Refused`."""
        loop = asyncio.get_running_loop()
        if not self._waiting:
            loop.call_at(max(loop.time() + GATHER_S, self._last_at + APART_S), self._send)
        waiting = _Waiting(TagQuestion(charge_point_id=charge_point_id, tag=tag), loop.create_future())
        self._waiting.append(waiting)
        try:
            async with asyncio.timeout(self._budget_s):
                return await waiting.answered
        except TimeoutError as error:
            raise Unreachable("no verdict in time") from error

    def _send(self) -> None:
        loop = asyncio.get_running_loop()
        self._last_at = loop.time()
        gathered, self._waiting = self._waiting, []
        for first in range(0, len(gathered), MOST_QUESTIONS):
            task = loop.create_task(self._together(gathered[first : first + MOST_QUESTIONS]))
            self._tasks.add(task)
            task.add_done_callback(self._tasks.discard)

    async def _together(self, gathered: list[_Waiting]) -> None:
        """One request; where that is refused, each by itself: no question spoils another's answer."""
        if len(gathered) > 1:
            try:
                reply = await self._api.authorize_all([one.question for one in gathered], self._budget_s)
            except Unreachable as error:
                for one in gathered:
                    _settle(one, error)
                return
            except Refused:
                pass
            else:
                for one, verdict in zip(gathered, reply.verdicts, strict=True):
                    _settle(one, verdict or Refused(404, "the API does not know the charge point"))
                return
        await asyncio.gather(*(self._answer_alone(one) for one in gathered))

    async def _answer_alone(self, waiting: _Waiting) -> None:
        try:
            _settle(waiting, await self._alone(waiting.question))
        except (Unreachable, Refused) as error:
            _settle(waiting, error)

    async def _alone(self, question: TagQuestion) -> AuthorizeReply:
        request = AuthorizeRequest(tag=question.tag)
        return await self._api.authorize(question.charge_point_id, request, self._budget_s)


def _settle(waiting: _Waiting, outcome: AuthorizeReply | Exception) -> None:
    if waiting.answered.done():  # nobody waits any more
        return
    if isinstance(outcome, Exception):
        waiting.answered.set_exception(outcome)
    else:
        waiting.answered.set_result(outcome)
