"""One driver: looks at what the API says of them, and does what their temperament makes of it.

Nothing is remembered that the API does not know, so a driver goes on after a restart where they were.
"""

import random
import time
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from standalone.api_client import ApiClient, Refused
from standalone.demo.site import LOCATION, PLACES, Place
from standalone.demo.temperament import Span, Temperament
from standalone.street import NotPossible, Street

OUT_FOR_TODAY_S = 60.0
TRY_AGAIN_S = 3.0

Say = Callable[[str], None]


@dataclass(frozen=True, slots=True)
class Turn:
    """A situation a driver is in, and when they will do what about it (monotonic seconds; None: nothing)."""

    key: tuple[object, ...]
    act_at: float
    act: Callable[[], None] | None


class Driver:
    """``api`` is logged in as the driver. Call :meth:`step` about once a second."""

    def __init__(
        self, temperament: Temperament, api: ApiClient, street: Street, say: Say, chance: random.Random
    ) -> None:
        self._is = temperament
        self._api = api
        self._street = street
        self._say = say
        self._chance = chance
        self._turn = Turn((), 0.0, None)
        self._before = self._is.first_s
        self._parked: Place | None = None
        """Where the car is, as far as this driver knows."""

    def step(self) -> None:
        """Look, and act if it is time. Raises ``Refused``, ``Unreachable``, :class:`NotPossible`."""
        user = self._api.read("user")["user"]
        offer = self._offer() if user["state"] == "assigned" else None
        key = (user["state"], user["location_id"], user["charger_id"], user["session_id"], offer and offer["state"])
        if key != self._turn.key:
            self._turn = self._turn_of(key, user, offer)
        if self._turn.act is not None and time.monotonic() >= self._turn.act_at:
            act, self._turn = self._turn.act, Turn(key, time.monotonic() + TRY_AGAIN_S, self._turn.act)
            act()

    def _turn_of(self, key: tuple[object, ...], user: dict[str, Any], offer: dict[str, Any] | None) -> Turn:
        """What the driver makes of a new situation."""
        match user["state"]:
            case "inactive":
                before, self._before = self._before, self._is.away_s
                return self._plan(key, before, self._join)
            case "assigned" if offer is not None and offer["state"] == "offered":
                return self._answering(key, offer)
            case "assigned" if offer is not None:
                if self._chance.random() < self._is.no_show:
                    return Turn(key, 0.0, None)
                return self._plan(key, self._is.walk_s, lambda: self._start(PLACES[offer["charger_id"]]))
            case "connected_full" if user["location_id"] == LOCATION:
                self._parked = PLACES[user["charger_id"]]
                return self._plan(key, self._is.move_s, self._leave)
            case _:
                return Turn(key, 0.0, None)

    def _answering(self, key: tuple[object, ...], offer: dict[str, Any]) -> Turn:
        refusals = {"": self._is.silent, "snooze": self._is.snoozes, "decline": self._is.declines}
        chances = {**refusals, "accept": 1 - sum(refusals.values())}
        (action,) = self._chance.choices(list(chances), list(chances.values()))
        if not action:
            return Turn(key, 0.0, None)
        return self._plan(key, self._is.answer_s, lambda: self._answer(action, offer["session_id"]))

    def _plan(self, key: tuple[object, ...], after_s: Span, act: Callable[[], None]) -> Turn:
        return Turn(key, time.monotonic() + self._chance.uniform(*after_s), act)

    def _offer(self) -> dict[str, Any] | None:
        try:
            found: dict[str, Any] | None = self._api.read(f"location/{LOCATION}/queue/offer")["offer"]
        except Refused:  # gone between two looks
            return None
        return found

    def _join(self) -> None:
        if self._parked is not None:
            self._leave()
        try:
            self._api.send("POST", f"location/{LOCATION}/queue")
        except Refused as refused:
            self._say(f"wants to join and may not: {refused}")
            self._turn = Turn(self._turn.key, time.monotonic() + OUT_FOR_TODAY_S, self._join)

    def _answer(self, action: str, session_id: int) -> None:
        body: dict[str, Any] = {"action": action, "session_id": session_id}
        if action == "snooze":
            body["minutes"] = 1
        try:
            self._api.send("POST", f"location/{LOCATION}/queue/offer", body)
        except Refused as refused:
            if action != "snooze":
                raise
            self._say(f"asks to be asked later and may not ({refused}), so comes after all")
            self._api.send("POST", f"location/{LOCATION}/queue/offer", {**body, "action": "accept", "minutes": None})

    def _start(self, place: Place) -> None:
        """Plug in and start; whatever of it was done already is not done again."""
        if not self._street.connector(place.charge_point_id, place.connector)["plugged"]:
            need_wh = self._chance.randint(*self._is.need_wh)
            self._street.plug(place.charge_point_id, place.connector, need_wh)
            self._say(f"plugs in at {place.charger_id}, needs {need_wh} Wh")
        self._parked = place
        if self._is.starts_by_app:
            self._api.send("POST", f"location/{LOCATION}/charger/{place.charger_id}/start_charging")
            self._say(f"starts charger {place.charger_id} from the app")
            return
        tag = str(self._api.read("user")["user"]["tag"])
        outcome = self._street.tap(place.charge_point_id, place.connector, tag)
        self._say(f"holds a card to charger {place.charger_id}: {outcome.replace('_', ' ')}")

    def _leave(self) -> None:
        place, self._parked = self._parked, None
        if place is None:
            return
        try:
            self._street.unplug(place.charge_point_id, place.connector)
        except NotPossible:  # no car there any more
            return
        self._say(f"pulls the plug at {place.charger_id}")
