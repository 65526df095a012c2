"""A driver and the app: looks now and then, is woken by messages, joins, answers, plugs in, leaves."""

import random
from datetime import datetime, timedelta
from typing import Protocol

from scheduling.effects import Message
from tests.bench.costs.cloud import Cloud
from tests.bench.costs.ledger import Cause
from tests.bench.costs.street import Street
from tests.bench.costs.timeline import Timeline

LOOKS_A_DAY = 4
"""How often the app is opened for no reason but to look; messages and acts open it as well."""
LOOK_S = (60, 240)
WOKEN_S = (30, 120)
POLL_S = 30
SILENT, SNOOZES, DECLINES, STAYS_AWAY = 0.07, 0.06, 0.05, 0.03
AGAIN_S = 2400
"""Who declined joins again so much later."""
POWERS_W = (3700, 7400, 11_000, 11_000)


class Place(Protocol):
    """The site as its drivers see it."""

    location_id: str
    cloud: Cloud
    street: Street
    timeline: Timeline

    def charge_point_of(self, charger_id: str) -> str:
        """The charge point behind a charger."""


class Driver:
    """One driver of one place. ``chance`` is the driver's own, so that no driver's day depends on another's draws."""

    def __init__(self, place: Place, user_id: str, tag: str, secret: str, chance: random.Random) -> None:
        self.user_id = user_id
        self.charged = 0
        self.opened = 0
        """How often the app was opened; joining and being woken included."""
        self._place = place
        self._tag = tag
        self._secret = secret
        self._chance = chance
        self._etag = ""
        self._asked = 0
        self._leaves_at = place.cloud.clock.now()
        self._parked_at = ""

    def plan(self, midnight: datetime, *, swaps: bool) -> None:
        """Lay out the day that begins then; ``swaps``: the token's week is over."""
        after = self._place.timeline.after
        arrives_at = midnight + timedelta(hours=min(10.0, max(6.0, self._chance.gauss(7.75, 0.75))))
        self._leaves_at = arrives_at + timedelta(hours=self._chance.uniform(9.5, 11))
        arrives_s = (arrives_at - self._place.cloud.clock.now()).total_seconds()
        if swaps:
            after(arrives_s - 60, self._swap)
        after(arrives_s - 1, self._open_list)
        after(arrives_s, self._join)
        for _ in range(LOOKS_A_DAY):
            after(arrives_s + self._chance.uniform(0, 8) * 3600, lambda: self._look(self._chance.uniform(*LOOK_S)))
        self._place.timeline.at(self._leaves_at, self._goes_home)

    def hear(self, kind: str, charger_id: str) -> None:
        """A message woke the phone: it is read after a while, and acted upon."""
        after = self._place.timeline.after
        read_s = self._chance.uniform(15, 240)
        after(read_s, lambda: self._look(self._chance.uniform(*WOKEN_S)))
        if kind == Message.OFFERED:
            self._answer_later(read_s + 10)
        elif kind == Message.HELD and self._chance.random() >= STAYS_AWAY:
            after(self._chance.uniform(120, 600), lambda: self._plug(charger_id))
        elif kind == Message.FULL:
            after(self._chance.uniform(180, 900), self._unplug)

    # --- the app

    def _ask(self, cause: Cause, method: str, path: str, body: object = None, **headers: str) -> tuple[int, dict]:
        answer = self._place.cloud.request(cause, method, path, self._secret, body, **headers)
        return answer.status_code, answer.get_json() if answer.data else {}

    def _look(self, for_s: float, cause: Cause = Cause.LOOKS) -> None:
        """The app is opened: who am I, and then the location every 30 s, while it is in sight."""
        self.opened += 1
        _, found = self._ask(cause, "GET", "user")
        if found["user"]["state"] == "assigned":
            self._ask(cause, "GET", f"location/{self._place.location_id}/queue/offer")
        for number in range(1 + int(for_s // POLL_S)):
            self._place.timeline.after(number * POLL_S, lambda: self._poll(cause))

    def _poll(self, cause: Cause) -> None:
        cloud = self._place.cloud
        head = {"If_None_Match": self._etag} if self._etag else {}
        answer = cloud.request(cause, "GET", f"location/{self._place.location_id}", self._secret, None, **head)
        self._etag = answer.headers["ETag"]

    def _open_list(self) -> None:
        self._ask(Cause.LIST, "GET", "location")

    def _swap(self) -> None:
        self._secret = str(self._ask(Cause.SWAPS, "POST", "auth/refresh")[1]["token"])

    # --- what drivers do

    def _join(self) -> None:
        if self._place.cloud.clock.now() < self._leaves_at - timedelta(hours=1):
            self._act("POST", "queue", {})
        self._look(self._chance.uniform(*LOOK_S))

    def _act(self, method: str, path: str, body: object) -> int:
        self._asked += 1
        key = f"{self.user_id}-{self._asked}"
        way = f"location/{self._place.location_id}/{path}"
        return self._ask(Cause.ACTS, method, way, body, Idempotency_Key=key)[0]

    def _answer_later(self, after_s: float) -> None:
        drawn = self._chance.random()
        if drawn < SILENT:
            return
        if drawn < SILENT + SNOOZES:
            action = "snooze"
        elif drawn < SILENT + SNOOZES + DECLINES:
            action = "decline"
            self._place.timeline.after(after_s + AGAIN_S, self._join)
        else:
            action = "accept"
        self._place.timeline.after(after_s, lambda: self._answer(action))

    def _answer(self, action: str) -> None:
        status = self._act("POST", "queue/offer", {"action": action})
        if status == 409 and action == "snooze":
            self._act("POST", "queue/offer", {"action": "accept"})

    def _plug(self, charger_id: str) -> None:
        point = self._place.street.points[self._place.charge_point_of(charger_id)]
        if not point.is_free or self._parked_at:
            return
        self._parked_at = point.name
        need_wh = round(self._chance.uniform(5_000, 13_000))
        self.charged += 1
        point.plug(self._tag, need_wh, self._chance.choice(POWERS_W), f"{self.user_id}-{self.charged}")

    def _unplug(self) -> None:
        if self._parked_at:
            name, self._parked_at = self._parked_at, ""
            self._place.street.points[name].unplug()

    def _goes_home(self) -> None:
        if self._parked_at:
            self._unplug()
        elif not self.charged:
            self._act("DELETE", "queue", None)
