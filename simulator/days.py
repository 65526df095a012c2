"""The days that were played since the process began."""

from simulator.people import DayOrder, PlayedDay
from simulator.people.ground import Ground

# The oldest of those that are over make room.
KEPT = 50


class UnknownDay(LookupError):
    """There is no such day."""


class Days:
    """Of one simulator."""

    def __init__(self) -> None:
        self._days: dict[str, PlayedDay] = {}
        self._last = 0

    def play(self, order: DayOrder, ground: Ground) -> PlayedDay:
        """Begin one at the charge points that ``ground`` names."""
        self._last += 1
        day = self._days[str(self._last)] = PlayedDay(str(self._last), order, ground)
        day.start()
        over = [day_id for day_id, one in self._days.items() if one.view(drivers=False)["status"] != "playing"]
        for day_id in over[: max(0, len(self._days) - KEPT)]:
            del self._days[day_id]
        return day

    def all(self) -> list[PlayedDay]:
        """The oldest first."""
        return list(self._days.values())

    def get(self, day_id: str) -> PlayedDay:
        """Raises :class:`UnknownDay`."""
        try:
            return self._days[day_id]
        except KeyError:
            raise UnknownDay(f"day {day_id[:50]}") from None

    async def stop(self, day_id: str) -> None:
        """Everybody goes home. Raises :class:`UnknownDay`."""
        await self.get(day_id).stop()

    async def stop_all(self) -> None:
        """The process ends; cars stay where they are."""
        for day in self._days.values():
            await day.stop(go_home=False)
