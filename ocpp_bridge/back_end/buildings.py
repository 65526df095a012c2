"""Readings of buildings' meters on their way to the API: durable, paced, newest first, and bounded."""

import asyncio
import contextlib
from collections.abc import Mapping, Sequence
from datetime import datetime

import structlog

from ocpp_bridge.back_end.api_client import ApiClient, Refused, Unreachable
from ocpp_bridge.backoff import pause_s
from ocpp_bridge.clock import Clock
from ocpp_bridge.spool import building_rows
from ocpp_bridge.spool.building_rows import StoredReadings
from ocpp_bridge.spool.disk import Disk
from wire.building import MOST_READINGS, BuildingReading, BuildingReport

log = structlog.get_logger()
PACE_S = 10.0
"""Between two posts of a location."""
UNKNOWN_S = 60.0
"""Before a location that the API does not know is asked for again."""
BACKOFF_FIRST_S, BACKOFF_MOST_S = 1.0, 30.0
MOST_WAITING = 1440
"""Of a location: a calm day. Where more wait the oldest go."""
LAST_S = 3.0
UNWANTED = frozenset({400, 413, 422})
UNKNOWN = {"location_not_found": "location unknown", "location_retired": "location closed"}
"""By the code of a 404 or 409. Without one it is not our API that answers: a proxy before it, or one too old."""


class Told:
    """One location's. To a driver it is a `units.driver.BuildingPort`."""

    def __init__(self, location_id: str, buildings: "Buildings", stored: StoredReadings | None) -> None:
        self.location_id = location_id
        self.newest_at: datetime | None = None if stored is None else stored.newest_at
        self.refused = ""
        self.coming: list[BuildingReading] = []
        """On their way to the disk, whose write has not begun."""
        self.waiting: dict[datetime, BuildingReading] = {}
        self.not_before = 0.0
        self.failures = 0
        self._buildings = buildings
        for each in () if stored is None else stored.waiting:
            self.waiting[each.at] = each

    def tell(self, reading: BuildingReading) -> None:
        """See `BuildingPort`."""
        self.newest_at = reading.at
        self._buildings.keep(self, reading)

    def batch(self) -> list[BuildingReading]:
        """Those to post next: what is asked for is how it is now."""
        return sorted(self.waiting.values(), key=lambda each: each.at, reverse=True)[:MOST_READINGS]


class Buildings:
    """``stored``: what a former process left."""

    def __init__(self, api: ApiClient, disk: Disk, clock: Clock, stored: Mapping[str, StoredReadings]) -> None:
        self._api = api
        self._disk = disk
        self._clock = clock
        self._kick = asyncio.Event()
        self._told = {name: Told(name, self, each) for name, each in stored.items()}

    def port(self, location_id: str) -> Told:
        """Of a location, as it was when the bridge ended."""
        return self._told.setdefault(location_id, Told(location_id, self, None))

    def keep(self, told: Told, reading: BuildingReading) -> None:
        """Durable first: what a meter sends again after a crash is known by the newest reading that was kept."""
        told.coming.append(reading)
        del told.coming[:-MOST_WAITING]
        if len(told.coming) > 1:
            return  # With the write that has not begun yet: a meter gone wild fills no queue before the disk.
        coming = told.coming

        def taken() -> None:
            told.coming = []

        written = self._disk.write(
            lambda connection: building_rows.put(connection, told.location_id, coming), taken=taken
        )
        written.add_done_callback(lambda _: self._kept(told, coming))

    def _kept(self, told: Told, readings: Sequence[BuildingReading]) -> None:
        """Or the disk refused them: they are posted all the same, while the bridge lives."""
        told.waiting.update((each.at, each) for each in readings)
        if len(told.waiting) > MOST_WAITING:
            self._drop(told, [told.waiting[at] for at in sorted(told.waiting)[:-MOST_WAITING]])
        self._kick.set()

    async def run(self) -> None:
        """For ever."""
        while True:
            self._kick.clear()
            wait_s = await self.post_due()
            with contextlib.suppress(TimeoutError):
                async with asyncio.timeout(wait_s):
                    await self._kick.wait()

    async def close(self) -> None:
        """Post what waits, if the API answers at once; the rest stays in the spool."""
        with contextlib.suppress(TimeoutError):
            async with asyncio.timeout(LAST_S):
                for told in self._told.values():
                    if told.waiting and not told.failures:
                        await self._post(told)

    async def post_due(self) -> float | None:
        """One post for each location that may; seconds until the next, None: nothing waits."""
        waits = []
        for told in list(self._told.values()):
            if told.waiting and told.not_before <= self._clock.monotonic():
                await self._post(told)
            if told.waiting:
                waits.append(max(0.0, told.not_before - self._clock.monotonic()))
        return min(waits, default=None)

    async def _post(self, told: Told) -> None:
        batch = told.batch()
        pause_s = PACE_S
        try:
            await self._api.building(BuildingReport(location_id=told.location_id, readings=tuple(batch)))
        except Refused as error:
            pause_s = self._refused(told, batch, error)
        except Unreachable as error:
            pause_s = _failed(told, str(error))
        else:
            told.refused, told.failures = "", 0
            self._drop(told, batch)
        told.not_before = self._clock.monotonic() + pause_s

    def _refused(self, told: Told, batch: Sequence[BuildingReading], error: Refused) -> float:
        if why_not := UNKNOWN.get(error.code, ""):
            if not told.refused:
                log.warning("the API takes no building", location=told.location_id, why=error.text[:300])
            told.refused = why_not
            self._drop(told, list(told.waiting.values()))
            return UNKNOWN_S
        if error.status in UNWANTED:
            log.error("readings of a building are refused", location=told.location_id, why=error.text[:300])
            self._drop(told, batch)
            return PACE_S
        return max(error.retry_after_s or 0.0, _failed(told, str(error)))

    def _drop(self, told: Told, readings: Sequence[BuildingReading]) -> None:
        for each in readings:
            told.waiting.pop(each.at, None)
        self._disk.write_lazily(lambda connection: building_rows.drop(connection, told.location_id, readings))


def _failed(told: Told, why: str) -> float:
    if not told.failures:
        log.warning("readings of a building cannot be posted, they wait", location=told.location_id, why=why[:300])
    told.failures += 1
    return pause_s(told.failures, BACKOFF_FIRST_S, BACKOFF_MOST_S)
