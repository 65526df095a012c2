"""A planned day, played on charge points: all drivers beside each other, at real or accelerated speed."""

import asyncio
import contextvars
import logging
from collections import Counter, deque
from datetime import UTC, datetime
from typing import Any, Literal

from simulator.people.day_clock import DayClock, words
from simulator.people.driver import Doing, Driver
from simulator.people.ground import Ground, Lot
from simulator.people.order import DayOrder
from simulator.people.planner import Visit, plan_day

LOOK_S = 1.0
# Day seconds before the first arrival, where a day begins.
BEFORE_S = 60
LINES_KEPT = 500

log = logging.getLogger(__name__)


class PlayedDay:
    """``ground`` tells which charge points are there. :meth:`start` it on the running event loop; it is over when the
    last driver has gone.
    """

    def __init__(self, day_id: str, order: DayOrder, ground: Ground, *, look_s: float = LOOK_S) -> None:
        self.day_id = day_id
        self.order = order
        self._clock = DayClock(order.speed)
        self._lot = Lot(ground, only_reserved=order.only_reserved)
        self._look_s = look_s
        self._lines: deque[dict[str, str]] = deque(maxlen=LINES_KEPT)
        self._last: dict[str, str] = {}
        self._drivers = [self._driver(visit) for visit in plan_day(order)]
        self._task: asyncio.Task[None] | None = None
        self._started_at: datetime | None = None
        self.status: Literal["playing", "over", "stopped"] = "playing"

    def start(self) -> None:
        self._started_at = datetime.now(UTC)
        self._clock.start(self._drivers[0].visit.arrives_s - BEFORE_S)
        self._task = asyncio.get_running_loop().create_task(self._play(), context=contextvars.Context())

    async def over(self) -> None:
        """Returns when the last driver has gone, or the day was stopped."""
        if self._task is not None:
            await asyncio.wait({self._task})

    async def stop(self, *, go_home: bool = True) -> None:
        """End it now; all go home with their cars, or leave them where they are."""
        if self._task is None or self._task.done():
            return
        self._task.cancel()
        await asyncio.wait({self._task})
        self.status = "stopped"
        for driver in self._drivers if go_home else []:
            driver.go_home()

    def view(self, *, drivers: bool = True) -> dict[str, Any]:
        """Plain JSON values; ``clock`` is the time of the played day."""
        seen: dict[str, Any] = {
            "day_id": self.day_id,
            "status": self.status,
            "seed": self.order.seed,
            "speed": self.order.speed,
            "clock": words(self._clock.now_s()),
            "started_at": None if self._started_at is None else _time(self._started_at),
            "counts": dict(sorted(Counter(driver.doing.value for driver in self._drivers).items())),
            "energy_wh": sum(driver.energy_wh for driver in self._drivers),
        }
        if drivers:
            seen["drivers"] = [self._driver_view(driver) for driver in self._drivers]
            seen["lines"] = list(self._lines)
        return seen

    async def _play(self) -> None:
        looking = asyncio.get_running_loop().create_task(self._look())
        lives = [asyncio.get_running_loop().create_task(self._live(driver)) for driver in self._drivers]
        try:
            await asyncio.gather(*lives)
            self.status = "over"
        finally:
            self._clock.stop()
            for task in (looking, *lives):
                task.cancel()
            await asyncio.gather(looking, *lives, return_exceptions=True)

    async def _live(self, driver: Driver) -> None:
        """One driver's failure ends no other's day."""
        try:
            await driver.live()
        except Exception:
            log.exception("day %s: %s failed", self.day_id, driver.visit.driver)
            driver.doing = Doing.FAILED

    async def _look(self) -> None:
        while True:
            self._lot.look()
            await asyncio.sleep(self._look_s)

    def _driver(self, visit: Visit) -> Driver:
        need_wh = max(1, round(visit.need_wh / self.order.speed)) if self.order.scale_energy else visit.need_wh

        def say(text: str) -> None:
            self._last[visit.driver] = text
            self._lines.append({"clock": words(self._clock.now_s()), "driver": visit.driver, "text": text})

        return Driver(visit, need_wh, self._clock, self._lot, self._look_s, say)

    def _driver_view(self, driver: Driver) -> dict[str, Any]:
        visit, place = driver.visit, driver.place
        return {
            "driver": visit.driver,
            "tag": visit.tag,
            "car": visit.car,
            "need_wh": visit.need_wh,
            "arrives": words(visit.arrives_s),
            "leaves": words(visit.leaves_s),
            "starts": visit.start.value,
            "overstays": visit.overstays,
            "no_show": visit.no_show,
            "doing": driver.doing.value,
            "charge_point_id": place.point.id if place is not None else None,
            "connector_id": place.number if place is not None else None,
            "energy_wh": driver.energy_wh,
            "said": self._last.get(visit.driver),
        }


def _time(moment: datetime) -> str:
    return moment.isoformat(timespec="milliseconds").replace("+00:00", "Z")
