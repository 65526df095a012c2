"""One driver lives a planned visit: arrives, finds a place, plugs and taps, charges, moves the car or does not."""

import asyncio
import contextlib
from collections.abc import Callable
from enum import StrEnum
from typing import Any

from simulator.cars import car_of
from simulator.people.day_clock import DayClock
from simulator.people.ground import Lot, Place
from simulator.people.planner import Start, Visit
from simulator.unit.person import NotPossible
from simulator.unit.unit import UnknownConnector

# Another connector is tried so often when the first choice does not start.
TRIES = 3
TAP_WAIT_S = 30.0


class Doing(StrEnum):
    """What a driver does now; the last five are ends."""

    AWAY = "away"
    WAITING = "waiting"
    WALKING = "walking"
    PLUGGED = "plugged"
    CHARGING = "charging"
    FULL = "full"
    LEFT = "left"
    GAVE_UP = "gave_up"
    NO_SHOW = "no_show"
    REFUSED = "refused"
    FAILED = "failed"


class Gone(Exception):
    """What the driver stood at is not there any more."""


class Driver:
    """``say`` takes what happens, in words. :meth:`live` ends with the visit."""

    def __init__(
        self, visit: Visit, need_wh: int, clock: DayClock, lot: Lot, look_s: float, say: Callable[[str], None]
    ) -> None:
        self.visit = visit
        self.doing = Doing.AWAY
        self.place: Place | None = None
        self.energy_wh = 0
        self._need_wh = need_wh
        self._clock = clock
        self._lot = lot
        self._look_s = look_s
        self._say = say
        self._parked = False
        self._register_wh = 0

    async def live(self) -> None:
        visit = self.visit
        await self._clock.until(visit.arrives_s)
        try:
            for _ in range(TRIES):
                if not await self._find() or await self._use():
                    return
            self._end(Doing.GAVE_UP, f"gives up after {TRIES} tries")
        except (Gone, UnknownConnector) as gone:
            self._end(Doing.FAILED, f"finds nothing there any more: {gone}")

    def go_home(self) -> None:
        """At once, with the car."""
        if self.place is not None and self._parked:
            with contextlib.suppress(UnknownConnector):
                self._unplug(self.place)
            self._end(Doing.LEFT, "is sent home")

    # -- a place ---------------------------------------------------------------------------------------------

    async def _find(self) -> bool:
        """Whether there is a place for who comes to it."""
        visit = self.visit
        self._does(Doing.WAITING, "arrives, looks for a connector")
        patience_s = min(visit.patience_s, visit.leaves_s - self._clock.now_s())
        place = await self._lot.place(visit.tag, max(0.0, self._clock.real_s(patience_s)))
        if place is None:
            self._end(Doing.GAVE_UP, "found no connector and goes home")
            return False
        if visit.no_show:
            self._lot.left(place)
            self._end(Doing.NO_SHOW, f"could have {place} and does not come")
            return False
        self.place = place
        self._does(Doing.WALKING, f"goes to {place}")
        await self._clock.sleep(visit.walk_s)
        return True

    async def _use(self) -> bool:
        """Whether the visit is over; otherwise another place is looked for."""
        place = self.place
        if place is None:
            raise Gone("its place")
        try:
            if self.visit.start is Start.TAP_FIRST and not await self._tap(place, {"awaiting_plug", None}):
                return self.doing is Doing.REFUSED
            if not self._plug(place):
                return False
            if self.visit.start is Start.PLUG_FIRST and not await self._tap(place, {"started", None}):
                await self._clock.sleep(self.visit.walk_s)
                self._unplug(place)
                return self.doing is Doing.REFUSED
            await self._stay(place)
            await self._leave(place)
            return True
        finally:
            if not self._parked:
                self._lot.left(place)

    def _plug(self, place: Place) -> bool:
        try:
            self._register_wh = place.point.connector(place.number)["energy_wh"]
            place.point.plug(place.number, car_of(self.visit.car, self._need_wh))
        except NotPossible as not_possible:
            self._say(f"cannot plug in: {not_possible}")
            return False
        self._parked = True
        self._does(Doing.PLUGGED, f"plugs in at {place}, needs {self._need_wh} Wh")
        return True

    async def _tap(self, place: Place, good: set[str | None]) -> bool:
        outcome = await place.point.tap(place.number, self.visit.tag, TAP_WAIT_S)
        self._say(f"holds a card to {place}: {(outcome or 'no answer').replace('_', ' ')}")
        if outcome == "refused":
            self._end(Doing.REFUSED, "may not charge and goes home")
        return outcome in good

    # -- the charge ------------------------------------------------------------------------------------------

    async def _stay(self, place: Place) -> None:
        """Until it is time to leave, or the car is done and is moved."""
        while self._clock.now_s() < self.visit.leaves_s:
            seen = self._look(place)
            if seen is None:
                raise Gone(f"the car at {place}")
            done = seen["car"]["full"] or seen["status"] == "Finishing"
            if seen["transaction"] is not None and self.doing is Doing.PLUGGED:
                self._does(Doing.CHARGING, f"charges at {place}")
            if done and self.doing is not Doing.FULL:
                self._does(Doing.FULL, "has a full car" if seen["car"]["full"] else "is told that charging ended")
            if done and not self.visit.overstays:
                left_s = self.visit.leaves_s - self._clock.now_s()
                await self._clock.sleep(min(self.visit.move_s, left_s))
                return
            left_s = self._clock.real_s(self.visit.leaves_s - self._clock.now_s())
            await asyncio.sleep(max(0.0, min(self._look_s, left_s)))

    async def _leave(self, place: Place) -> None:
        seen = self._look(place)
        if seen is None:
            raise Gone(f"the car at {place}")
        if seen["transaction"] is not None and self.visit.taps_to_stop and self.visit.start is not Start.APP:
            await self._tap(place, {"stopped"})
        self._unplug(place)
        if self.doing is not Doing.REFUSED:
            self._end(Doing.LEFT, f"pulls the plug and drives off with {self.energy_wh} Wh")

    def _look(self, place: Place) -> dict[str, Any] | None:
        """The connector with the driver's car at it; None without."""
        seen = place.point.connector(place.number)
        self.energy_wh = seen["energy_wh"] - self._register_wh
        if seen["car"] is None:
            self._parked = False
            return None
        return seen

    def _unplug(self, place: Place) -> None:
        self._parked = False
        try:
            place.point.unplug(place.number)
        except NotPossible as not_possible:
            self._say(f"cannot pull the plug: {not_possible}")
        self._look(place)

    # -- telling ---------------------------------------------------------------------------------------------

    def _does(self, doing: Doing, text: str) -> None:
        self.doing = doing
        self._say(text)

    def _end(self, doing: Doing, text: str) -> None:
        self._does(doing, text)
        if self.place is not None:
            self._lot.left(self.place)
