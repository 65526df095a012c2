"""Questions: the API is asked for two seconds, then the bridge's own copy answers."""

import asyncio
import contextlib
from collections.abc import Mapping

import msgspec
import structlog

from ocpp_bridge.back_end.api_client import ApiClient, Refused, Unreachable
from ocpp_bridge.back_end.authorizations import Authorizations
from ocpp_bridge.back_end.local_copy import Connector, LocalCopy
from ocpp_bridge.back_end.poster import Poster
from ocpp_bridge.back_end.tag_desk import TagDesk
from ocpp_bridge.clock import Clock
from ocpp_bridge.metrics import Metrics
from ocpp_bridge.spool.disk import DiskRefused
from ocpp_bridge.spool.event_log import EventLog
from ocpp_bridge.translation import AuthorizeQuestion, StartQuestion, StopQuestion
from ocpp_bridge.watching.open_transactions import OpenTransactions
from wire.events import EventResult, TransactionStarted
from wire.questions import AuthorizeReply, TagStatus

log = structlog.get_logger()
CERTIFICATE_S = 4.0
"""Longer than the API grants a request (3 s), so that none is granted after it was answered no."""
AGAIN_S = 0.5
BUDGET_S = 2.0
"""So long a charge point waits for the API."""


class Questions:
    """``answered`` remembers what cards were told."""

    def __init__(
        self,
        api: ApiClient,
        poster: Poster,
        events: EventLog,
        copy: LocalCopy,
        clock: Clock,
        metrics: Metrics,
        transactions: Mapping[str, OpenTransactions],
        answered: Authorizations,
    ) -> None:
        self._tags = TagDesk(api, BUDGET_S)
        self._poster = poster
        self._events = events
        self._copy = copy
        self._clock = clock
        self._transactions = transactions
        self._answered = answered
        self._by_api = metrics.questions.labels("api")
        self._by_copy = metrics.questions.labels("copy")

    async def authorize(self, charge_point_id: str, question: AuthorizeQuestion) -> AuthorizeReply:
        # Asked at once, the question would overtake what was told before it, such as that the charger is free again.
        await self._poster.caught_up(charge_point_id, BUDGET_S / 2)
        try:
            reply = await self._tags.ask(charge_point_id, question.tag)
        except (Unreachable, Refused) as error:
            reply = self._copy.authorize(charge_point_id, question.tag, self._running(), self._clock.now())
            self._fell_back(charge_point_id, question.tag, reply, str(error))
            self._answered.note(charge_point_id, "authorize", question.tag, reply, by_copy=True)
            return reply
        self._by_api.inc()
        self._copy.learn(question.tag, reply)
        self._answered.note(charge_point_id, "authorize", question.tag, reply)
        return reply

    async def start(self, charge_point_id: str, question: StartQuestion, seq: int) -> AuthorizeReply:
        """The API's verdict comes with the result of the start's event, which is ``seq`` in the spool."""
        reply = await self._verdict_on(charge_point_id, question, seq)
        transactions = self._transactions.get(charge_point_id)
        if transactions is not None:
            transactions.judged(question.transaction_id, refused=reply.tag_status is not TagStatus.ACCEPTED)
        return reply

    async def _verdict_on(self, charge_point_id: str, question: StartQuestion, seq: int) -> AuthorizeReply:
        result: EventResult | None = None
        why = "the API cannot be reached"
        try:
            async with asyncio.timeout(BUDGET_S):
                result = await self._poster.result_of(charge_point_id, seq)
        except TimeoutError:
            why = "the API did not answer in time"
        if result is not None:
            try:
                status = TagStatus(result.tag_status)
            except ValueError:
                why = f"the API gave no verdict ({result.outcome}: {result.reason})"
            else:
                self._by_api.inc()
                reply = AuthorizeReply(tag_status=status, parent_tag=result.parent_tag, reason=result.reason)
                self._copy.learn(question.tag, reply)
                self._answered.note(charge_point_id, "start", question.tag, reply, connector=question.connector)
                return reply
        place = (charge_point_id, question.connector)
        reply = self._copy.start(place, question.tag, self._running(), self._clock.now())
        self._fell_back(charge_point_id, question.tag, reply, why)
        self._answered.note(charge_point_id, "start", question.tag, reply, connector=question.connector, by_copy=True)
        if reply.tag_status is TagStatus.ACCEPTED:
            with contextlib.suppress(DiskRefused):  # The start itself is durable.
                await self._admitted(question.started, seq)
        return reply

    def stop(self, question: StopQuestion) -> AuthorizeReply:
        """Never asked of the API: the charge has ended, and what the API makes of it stands in its records."""
        return self._copy.stop(question.tag, question.started_by, self._clock.now())

    def _running(self) -> dict[Connector, str]:
        return {
            (charge_point_id, connector): transaction.tag
            for charge_point_id, transactions in self._transactions.items()
            for connector, transaction in transactions.running().items()
        }

    async def certificate(self, charge_point_id: str, seq: int) -> bool:
        """Whether a request for a certificate, event ``seq``, is granted. Nobody to ask: not; it is asked for again."""
        try:
            async with asyncio.timeout(CERTIFICATE_S):
                while True:
                    result = await self._poster.result_of(charge_point_id, seq)
                    if result is not None:
                        return result.outcome != "noted"
                    await asyncio.sleep(AGAIN_S)
        except TimeoutError:
            return False

    async def _admitted(self, started: TransactionStarted, seq: int) -> None:
        """Have it booked: the API may refuse it while it is on its way there, or have done so too late."""
        amended = await self._events.admitted(seq, started)
        if not amended or self._poster.is_posting(started.charge_point_id):
            await self._events.append([msgspec.structs.replace(started, admitted=True)])

    def _fell_back(self, charge_point_id: str, tag: str, reply: AuthorizeReply, why: str) -> None:
        self._by_copy.inc()
        log.warning(
            "answered from the bridge's own copy",
            charge_point=charge_point_id,
            tag=tag,
            tag_status=str(reply.tag_status),
            verdict=reply.reason,
            why=why[:300],
        )
