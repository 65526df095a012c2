"""Posts the spool's events to the API: one task a location, so that one location's trouble stops no other's."""

import asyncio
import random
from collections.abc import Sequence
from contextlib import suppress

import structlog

from ocpp_bridge.back_end.api_client import ApiClient, Refused, Unreachable
from ocpp_bridge.back_end.backlog import METER, Backlog, Group
from ocpp_bridge.back_end.going_alone import GoingAlone
from ocpp_bridge.backoff import pause_s
from ocpp_bridge.clock import Clock
from ocpp_bridge.metrics import Metrics
from ocpp_bridge.spool.disk import DiskRefused
from ocpp_bridge.spool.event_log import EventLog
from ocpp_bridge.spool.event_rows import Row
from wire.events import EventResult

log = structlog.get_logger()
EVENTS_MOST = 500
BYTES_MOST = 500_000
"""The API takes 1 MiB, and the last event may be long."""
CHARGE_POINTS_AT_ONCE = 100
COMPANY_MOST_S = 0.05
"""Under load a post waits for company, half as long as the last one took: each costs more than what it carries."""
BACKOFF_FIRST_S = 0.5
BACKOFF_MOST_S = 30.0
UNWANTED = frozenset({400, 422})
"""In the API's own words. A proxy that says so would say it to everything, and has to be mended first."""
TOO_LARGE = 413


class Poster:
    """Started by events becoming due; a location's task ends when nothing of it is due any more."""

    def __init__(self, api: ApiClient, clock: Clock, metrics: Metrics) -> None:
        self._api = api
        self._clock = clock
        self._metrics = metrics
        self._log: EventLog
        self._backlog: Backlog
        self._tasks: dict[str, asyncio.Task[None]] = {}
        self._asked: dict[int, list[asyncio.Future[EventResult | None]]] = {}
        self._closing = False
        self._company_until = 0.0

    def begin(self, event_log: EventLog, backlog: Backlog) -> None:
        """Take up what a former process left."""
        self._log = event_log
        self._backlog = backlog
        for waiting in event_log.waiting():
            self._metrics.waiting_events.inc(waiting.events)
            backlog.restore(waiting.charge_point_id, waiting.last_seq, waiting.urgent_seq)

    def due(self, group_name: str) -> None:
        """A group has something to post."""
        if not self._closing and group_name not in self._tasks:
            self._tasks[group_name] = asyncio.get_running_loop().create_task(self._run(group_name))

    def result_of(self, charge_point_id: str, seq: int) -> "asyncio.Future[EventResult | None]":
        """The API's answer to an event; None as soon as the API turns out to be unreachable."""
        future: asyncio.Future[EventResult | None] = asyncio.get_running_loop().create_future()
        if not self._backlog.is_unconfirmed(charge_point_id, seq):
            future.set_result(None)
            return future
        self._asked.setdefault(seq, []).append(future)
        return future

    async def caught_up(self, charge_point_id: str, wait_s: float) -> None:
        """Wait, not for ever, until the API knows what the charge point told; not at all when it does not answer."""
        seq = self._backlog.newest_due(charge_point_id)
        if seq is None:
            return
        with suppress(TimeoutError):
            async with asyncio.timeout(wait_s):
                await self.result_of(charge_point_id, seq)

    def is_posting(self, charge_point_id: str) -> bool:
        """Whether events of a charge point are on their way to the API."""
        pending = self._backlog.pending.get(charge_point_id)
        return pending is not None and pending.busy

    def api_is_back(self) -> None:
        """Whoever waits to try again tries now."""
        for group in self._backlog.groups.values():
            group.kick.set()

    async def close(self, wait_s: float) -> None:
        """Give the API a moment to take what is due, then stop; the rest waits in the spool."""
        self._backlog.everything_due()
        self._closing = True
        tasks = list(self._tasks.values())
        if tasks:
            await asyncio.wait(tasks, timeout=wait_s)
        for task in tasks:
            task.cancel()
        await asyncio.gather(*tasks, return_exceptions=True)
        self._backlog.close()

    async def _run(self, group_name: str) -> None:
        group = self._backlog.groups[group_name]
        alone = GoingAlone()
        failures = 0
        try:
            while group.due:
                taken: list[str] = []
                delay: tuple[float, float] | None = None
                try:
                    await self._company()
                    is_together = not alone.goes_on
                    rows = await self._fetch(group, taken, CHARGE_POINTS_AT_ONCE if is_together else 1)
                    if rows:
                        began = asyncio.get_running_loop().time()
                        await self._post(rows)
                        ended = asyncio.get_running_loop().time()
                        self._company_until = ended + min(COMPANY_MOST_S, (ended - began) / 2)
                    alone.posted()
                    if is_together:
                        failures, group.failing = 0, False
                except (Unreachable, Refused, DiskRefused) as error:
                    failures += 1
                    self._failed(group, group_name, error, failures)
                    if not alone.failed(error, len(taken), len(group.due)):
                        delay = _delay_s(error, failures)
                finally:
                    for charge_point_id in taken:
                        self._backlog.give_back(charge_point_id)
                if delay is not None:
                    await _sleep(group, *delay)
        except Exception:
            log.exception("posting failed", location=group_name)
            await asyncio.sleep(BACKOFF_MOST_S)
        finally:
            del self._tasks[group_name]
            if group.due and not self._closing:
                self.due(group_name)
            elif not group.due:
                self._backlog.groups.pop(group_name, None)

    async def _company(self) -> None:
        left_s = self._company_until - asyncio.get_running_loop().time()
        if left_s > 0 and not self._closing:
            await asyncio.sleep(left_s)

    async def _fetch(self, group: Group, taken: list[str], charge_points_most: int) -> list[Row]:
        """The next batch. What is taken is given back by the caller."""
        rows: list[Row] = []
        size = 0
        while len(rows) < EVENTS_MOST and size < BYTES_MOST:
            due: list[tuple[str, int]] = []
            while len(due) < charge_points_most and (found := self._backlog.take(group)) is not None:
                due.append(found)
            if not due:
                break
            taken += (charge_point_id for charge_point_id, _ in due)
            fetched = await self._log.read(due, EVENTS_MOST - len(rows), BYTES_MOST - size)
            having = {row.charge_point_id for row in fetched.rows}
            for charge_point_id, _ in due[: fetched.looked_at]:
                if charge_point_id not in having:  # what it had was parked meanwhile
                    self._backlog.confirmed(charge_point_id, self._backlog.pending[charge_point_id].last_seq)
            rows += fetched.rows
            size += sum(len(row.body) for row in fetched.rows)
            if fetched.looked_at < len(due) or charge_points_most == 1:
                break
        return rows

    async def _post(self, rows: Sequence[Row]) -> None:
        """Post a batch; one that is not wanted is halved until the events that are the cause are found."""
        body = b'{"stream":"%s","events":[%s]}' % (
            self._log.stream.encode(),
            b",".join(row.body for row in rows),
        )
        self._metrics.posts.inc()
        try:
            reply = await self._api.post_events(body)
        except Refused as refused:
            if refused.status != TOO_LARGE and not (refused.status in UNWANTED and refused.code):
                raise
            await self._split(rows, refused.status, refused.text)
            return
        results = {result.seq: result for result in reply.results}
        answered = next((at for at, row in enumerate(rows) if row.seq not in results), len(rows))
        self._confirm(rows[:answered], results)
        if answered < len(rows):
            raise Unreachable(f"the API gave no result for event {rows[answered].seq}")

    async def _split(self, rows: Sequence[Row], status: int, text: str) -> None:
        if len(rows) > 1:
            middle = len(rows) // 2
            await self._post(rows[:middle])
            await self._post(rows[middle:])
            return
        row = rows[0]
        log.error(
            "the API refuses an event: parked",
            charge_point=row.charge_point_id,
            seq=row.seq,
            kind=row.kind,
            status=status,
            reason=text[:300],
        )
        await self._log.reject(row, status, text[:2_000], self._clock.now())
        self._metrics.rejected_events.inc()
        self._done([row], {})

    def _confirm(self, rows: Sequence[Row], results: dict[int, EventResult]) -> None:
        for row in rows:
            if results[row.seq].outcome == "noted" and row.kind != METER:
                log.info("noted", charge_point=row.charge_point_id, kind=row.kind, reason=results[row.seq].reason)
        self._done(rows, results)

    def _done(self, rows: Sequence[Row], results: dict[int, EventResult]) -> None:
        newest: dict[str, int] = {}
        for row in rows:
            newest[row.charge_point_id] = row.seq
            for future in self._asked.pop(row.seq, ()):
                if not future.done():
                    future.set_result(results.get(row.seq))
        for charge_point_id, seq in newest.items():
            self._backlog.confirmed(charge_point_id, seq)
        self._log.confirm(newest)
        self._metrics.waiting_events.dec(len(rows))

    def _failed(self, group: Group, group_name: str, error: Exception, failures: int) -> None:
        if not group.failing:
            log.warning("events cannot be posted, they wait", location=group_name, error=str(error))
        elif failures % 20 == 0:
            log.error("events still cannot be posted", location=group_name, error=str(error), tries=failures)
        group.failing = True
        self._metrics.failed_posts.inc()
        if isinstance(error, Unreachable):
            for futures in self._asked.values():
                for future in futures:
                    if not future.done():
                        future.set_result(None)
            self._asked.clear()


def _delay_s(error: Exception, failures: int) -> tuple[float, float]:
    """(at least, at most) seconds until the next try. What the API asked for is not cut short."""
    asked_for = error.retry_after_s if isinstance(error, Refused) else None
    if asked_for is not None:
        delay_s = asked_for + random.uniform(0, 1)  # noqa: S311 -- spreads retries, no secret
        return delay_s, delay_s
    return BACKOFF_FIRST_S, max(BACKOFF_FIRST_S, pause_s(failures, BACKOFF_FIRST_S, BACKOFF_MOST_S))


async def _sleep(group: Group, least_s: float, most_s: float) -> None:
    """Back-off; something new that is due, or the API's return, ends it after the least."""
    await asyncio.sleep(least_s)
    group.kick.clear()
    if most_s > least_s:
        try:
            async with asyncio.timeout(most_s - least_s):
                await group.kick.wait()
        except TimeoutError:
            return
