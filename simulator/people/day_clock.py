"""The time of a played day: seconds after midnight, as fast as was asked."""

import asyncio


class DayClock:
    """Runs from :meth:`start` to :meth:`stop`, ``speed`` times as fast as the event loop's clock."""

    def __init__(self, speed: float) -> None:
        self._speed = speed
        self._origin_s = 0.0
        self._zero_s: float | None = None

    def start(self, day_s: float) -> None:
        self._origin_s, self._zero_s = day_s, asyncio.get_running_loop().time()

    def stop(self) -> None:
        self._origin_s, self._zero_s = self.now_s(), None

    def now_s(self) -> float:
        if self._zero_s is None:
            return self._origin_s
        return self._origin_s + (asyncio.get_running_loop().time() - self._zero_s) * self._speed

    def real_s(self, day_s: float) -> float:
        """How long so much of the day takes."""
        return day_s / self._speed

    async def sleep(self, day_s: float) -> None:
        await asyncio.sleep(max(0.0, self.real_s(day_s)))

    async def until(self, day_s: float) -> None:
        await self.sleep(day_s - self.now_s())


def words(day_s: float) -> str:
    """As on a wall: ``08:14:03``."""
    whole = int(day_s)
    return f"{whole // 3600:02}:{whole // 60 % 60:02}:{whole % 60:02}"
