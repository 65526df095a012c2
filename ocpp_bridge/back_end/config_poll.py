"""Keeps the local copy up to date. Every poll is also the bridge's sign of life to the API."""

import asyncio
from collections.abc import Callable, Iterable

import structlog

from ocpp_bridge.back_end.api_client import ApiClient, Refused, Unreachable
from ocpp_bridge.back_end.local_copy import LocalCopy
from ocpp_bridge.backoff import pause_s
from ocpp_bridge.clock import Clock
from ocpp_bridge.spool import copy_rows
from ocpp_bridge.spool.disk import Disk

log = structlog.get_logger()
FIRST_RETRY_S = 1.0
RETRY_MOST_S = 10.0
ASKED_ONCE_IN_S = 2.0


class ConfigPoll:
    """``every_s`` between polls; a failed one is repeated sooner. ``on_back``: the API answers again.

    ``on_changed`` hears of charge points that were changed, and of those that are gone.
    """

    def __init__(
        self,
        api: ApiClient,
        copy: LocalCopy,
        disk: Disk,
        clock: Clock,
        on_back: Callable[[], None],
        on_changed: Callable[[Iterable[str], Iterable[str]], None],
        every_s: float = 60.0,
    ) -> None:
        self._api = api
        self._copy = copy
        self._disk = disk
        self._clock = clock
        self._on_back = on_back
        self._on_changed = on_changed
        self._every_s = every_s
        self._once_in_s = min(ASKED_ONCE_IN_S, every_s)
        self._last_at = -1e9
        self._since = ""
        """Everything at first: a stored copy missed the commands while this process was not there."""
        self._running: asyncio.Task[bool] | None = None
        self._next: asyncio.Task[None] | None = None
        self.failing = ""

    async def run(self) -> None:
        """For ever."""
        failures = 0
        while True:
            if await self.poll():
                failures = 0
                await asyncio.sleep(self._every_s)
            else:
                failures += 1
                await asyncio.sleep(pause_s(failures, FIRST_RETRY_S, min(self._every_s, RETRY_MOST_S)))

    async def refresh(self) -> bool:
        """Once more, for somebody whom the copy does not know; not oftener than every 2 s, all askers together.

        Who comes sooner waits for it: one that was made known a moment ago must not be turned away. Only who comes
        before there was any answer gets the first: True then, and may ask again.
        """
        if not self._since and self._running is not None and await self.poll():
            return True
        if self._next is None:
            self._next = asyncio.get_running_loop().create_task(self._poll_in_time())
        await asyncio.shield(self._next)
        return False

    async def _poll_in_time(self) -> None:
        await asyncio.sleep(max(0.0, self._last_at + self._once_in_s - self._clock.monotonic()))
        self._next = None  # who comes from here on may be newer than the answer
        await self.poll()

    async def poll(self) -> bool:
        """True when the API answered. Askers at the same time share one request."""
        if self._running is None:
            self._running = asyncio.get_running_loop().create_task(self._poll())
            self._running.add_done_callback(self._ran)
        return await asyncio.shield(self._running)

    def _ran(self, _task: "asyncio.Task[bool]") -> None:
        self._running = None

    async def _poll(self) -> bool:
        asked_at = self._last_at = self._clock.monotonic()
        try:
            config = await self._api.config(self._since)
        except (Unreachable, Refused) as error:
            if not self.failing:
                log.warning("the API's configuration cannot be read", error=str(error))
            self.failing = str(error)
            return False
        if self.failing:
            log.info("the API's configuration can be read again")
            self._on_back()
        self.failing = ""
        self._since = config.cursor
        if config.cursor != self._copy.cursor or config.complete or config.holds is not None:
            before = self._copy.charge_points.copy()
            holds = self._copy.apply(config, asked_at)
            self._disk.write(lambda connection: copy_rows.store(connection, config, holds))
            after = self._copy.charge_points
            # What is listed has not always changed: a complete answer lists all, another tells some again.
            changed = [
                point.charge_point_id
                for point in config.charge_points
                if before.get(point.charge_point_id) != point or (point.changed_at is None and not config.complete)
            ]
            self._on_changed(changed, before.keys() - after.keys())
        return True
