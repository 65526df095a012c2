"""What played drivers need of charge points, and who gets which connector."""

import asyncio
from collections import defaultdict, deque
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from typing import Any, Protocol

from simulator.cars import Car


class PlayedPoint(Protocol):
    """A charge point as people see it; ``simulator.charge_point.ChargePoint`` is one."""

    @property
    def id(self) -> str: ...
    def view(self) -> dict[str, Any]: ...
    def connector(self, number: int) -> dict[str, Any]: ...
    def plug(self, number: int, car: Car) -> None: ...
    def unplug(self, number: int) -> None: ...
    async def tap(self, number: int, id_tag: str, wait_s: float = 60.0) -> str | None: ...


Ground = Callable[[], Sequence[PlayedPoint]]
"""The charge points that are there now."""


@dataclass(frozen=True, slots=True)
class Place:
    """One connector."""

    point: PlayedPoint
    number: int

    @property
    def key(self) -> tuple[str, int]:
        return self.point.id, self.number

    def __str__(self) -> str:
        return f"{self.point.id}/{self.number}"


class Lot:
    """Gives free connectors to whoever waits, in order of arrival; one that is reserved for a waiting card to its
    holder, before all others. A place is taken until it is :meth:`left`.
    """

    def __init__(self, ground: Ground, *, only_reserved: bool) -> None:
        self._ground = ground
        self._only_reserved = only_reserved
        self._waiting: dict[asyncio.Future[Place], str] = {}
        self._taken: set[tuple[str, int]] = set()
        self._looks = 0

    async def place(self, tag: str, patience_s: float) -> Place | None:
        """Waits for one; None when patience ends. However short it is, one look is taken."""
        found: asyncio.Future[Place] = asyncio.get_running_loop().create_future()
        self._waiting[found], looks = tag.casefold(), self._looks
        try:
            await asyncio.wait({found}, timeout=patience_s)
            if not found.done() and self._looks == looks:
                self.look()
            return found.result() if found.done() else None
        except asyncio.CancelledError:
            if found.done():
                self.left(found.result())
            raise
        finally:
            del self._waiting[found]

    def left(self, place: Place) -> None:
        self._taken.discard(place.key)

    def look(self) -> None:
        """One look at all connectors, if anybody waits."""
        self._looks += 1
        waiting = {found: tag for found, tag in self._waiting.items() if not found.done()}
        if not waiting:
            return
        free: deque[Place] = deque()
        kept: defaultdict[str, deque[Place]] = defaultdict(deque)
        for place, holder in self._free():
            (free if holder is None else kept[holder]).append(place)
        for found, tag in waiting.items():
            places = kept[tag] if kept.get(tag) or self._only_reserved else free
            if places:
                place = places.popleft()
                self._taken.add(place.key)
                found.set_result(place)

    def _free(self) -> Iterator[tuple[Place, str | None]]:
        """Connectors where a car could be plugged in now, and for which card each is kept."""
        for point in self._ground():
            for connector in point.view()["connectors"]:
                place = Place(point, connector["connector_id"])
                if place.key in self._taken or connector["plugged"] or connector["pending"]:
                    continue
                if connector["status"] in {"Available", "Reserved"}:
                    reservation = connector["reservation"]
                    yield place, reservation["id_tag"].casefold() if reservation else None
