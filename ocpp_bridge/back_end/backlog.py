"""Which charge points have events to post, and when. In memory; built again from the spool at start.

A charge point is due at once when it has an event that readings do not tell. Of readings alone the first after such an
event is due soon, so that a driver sees the car charge; the following wait and go together. What readings tell of a car
is due soon, too. One charge point is in at most one batch at a time, so its events arrive in order whatever its
location is by then.
"""

import asyncio
import heapq
import math
from collections.abc import Callable

METER = "meter"
SOON_S = 1.0
"""Nobody waits for it, and in a moment more may go with it."""
BEATS = 10
"""Readings are due at so many moments of their time, so that those of several charge points go together."""


class Pending:
    """One charge point's unconfirmed events."""

    __slots__ = ("busy", "last_seq", "meter_due", "posted_seq", "soon_seq", "urgent_seq")

    def __init__(self) -> None:
        self.last_seq = 0
        self.urgent_seq = 0
        self.soon_seq = 0
        self.posted_seq = 0
        self.meter_due: float | None = None
        self.busy = False


class Group:
    """The charge points of one location that are due, in the order they became so."""

    __slots__ = ("due", "failing", "kick")

    def __init__(self) -> None:
        self.due: dict[str, None] = {}
        self.failing = False
        self.kick = asyncio.Event()


class Backlog:
    """``on_due`` hears of a group that got its first due charge point."""

    def __init__(self, group_of: Callable[[str], str], meter_post_s: float, on_due: Callable[[str], None]) -> None:
        self._group_of = group_of
        self._meter_post_s = meter_post_s
        self._on_due = on_due
        self.groups: dict[str, Group] = {}
        self.pending: dict[str, Pending] = {}
        self._meters: list[tuple[float, str]] = []
        self._read_at: dict[str, float] = {}
        """When a charge point's readings were due last; nothing of it since another event that told none of them."""
        self._timer: asyncio.TimerHandle | None = None

    def note(self, charge_point_id: str, seq: int, *, urgent: bool, read: bool = False) -> None:
        """An event became durable. ``urgent``: it is no reading; ``read``: it tells what readings say and goes soon."""
        pending = self.pending.get(charge_point_id)
        if pending is None:
            pending = self.pending[charge_point_id] = Pending()
            pending.posted_seq = seq - 1  # nothing older is unconfirmed
        pending.last_seq = seq
        if read:
            pending.soon_seq = seq
        elif urgent:
            pending.urgent_seq = seq
            self._read_at.pop(charge_point_id, None)
        self._consider(charge_point_id, pending)

    def restore(self, charge_point_id: str, last_seq: int, urgent_seq: int) -> None:
        """At start: what the spool still holds of a charge point."""
        pending = self.pending[charge_point_id] = Pending()
        pending.last_seq = last_seq
        pending.urgent_seq = urgent_seq
        self._consider(charge_point_id, pending)

    def is_unconfirmed(self, charge_point_id: str, seq: int) -> bool:
        pending = self.pending.get(charge_point_id)
        return pending is not None and seq > pending.posted_seq

    def newest_due(self, charge_point_id: str) -> int | None:
        """The seq of the charge point's newest event that is on its way to an API that answers; None if none is."""
        pending = self.pending.get(charge_point_id)
        if pending is None or pending.urgent_seq <= pending.posted_seq:
            return None
        group = self.groups.get(self._group_of(charge_point_id))
        return None if group is not None and group.failing else pending.urgent_seq

    def take(self, group: Group) -> tuple[str, int] | None:
        """A due charge point and the seq after which its events are wanted; busy until :meth:`give_back`."""
        while group.due:
            charge_point_id = next(iter(group.due))
            del group.due[charge_point_id]
            pending = self.pending.get(charge_point_id)
            # It may have been due in a former group, too.
            if pending is not None and not pending.busy and pending.urgent_seq > pending.posted_seq:
                pending.busy = True
                return charge_point_id, pending.posted_seq
        return None

    def confirmed(self, charge_point_id: str, upto_seq: int) -> None:
        pending = self.pending[charge_point_id]
        pending.posted_seq = max(pending.posted_seq, upto_seq)
        pending.meter_due = None

    def give_back(self, charge_point_id: str) -> None:
        """The batch is over, whatever came of it."""
        pending = self.pending[charge_point_id]
        pending.busy = False
        if pending.last_seq <= pending.posted_seq:
            del self.pending[charge_point_id]
            return
        self._consider(charge_point_id, pending)

    def everything_due(self) -> None:
        """At a clean end: readings wait no longer."""
        for charge_point_id, pending in self.pending.items():
            pending.urgent_seq = pending.last_seq
            self._consider(charge_point_id, pending)

    def close(self) -> None:
        if self._timer is not None:
            self._timer.cancel()

    def _consider(self, charge_point_id: str, pending: Pending) -> None:
        if pending.busy:
            return
        if pending.urgent_seq > pending.posted_seq:
            self._make_due(charge_point_id)
        elif pending.meter_due is None or pending.soon_seq > pending.posted_seq:
            self._let_wait(charge_point_id, pending)

    def _let_wait(self, charge_point_id: str, pending: Pending) -> None:
        """Have readings, and what they tell, wait: no longer than they do already."""
        now = asyncio.get_running_loop().time()
        until = now + min(SOON_S, self._meter_post_s)
        read_at = self._read_at.get(charge_point_id)
        if read_at is not None and pending.soon_seq <= pending.posted_seq:
            until = max(now, on_beat(read_at + self._meter_post_s, self._meter_post_s))
        if pending.meter_due is None or until < pending.meter_due:
            pending.meter_due = until
            heapq.heappush(self._meters, (until, charge_point_id))
            self._set_timer()

    def _make_due(self, charge_point_id: str) -> None:
        name = self._group_of(charge_point_id)
        group = self.groups.get(name)
        if group is None:
            group = self.groups[name] = Group()
        if charge_point_id not in group.due:
            group.due[charge_point_id] = None
            group.kick.set()
            self._on_due(name)

    def _set_timer(self) -> None:
        if self._timer is not None and self._meters and self._meters[0][0] < self._timer.when():
            self._timer.cancel()
            self._timer = None
        if self._timer is None and self._meters:
            self._timer = asyncio.get_running_loop().call_at(self._meters[0][0], self._meters_due)

    def _meters_due(self) -> None:
        self._timer = None
        now = asyncio.get_running_loop().time()
        while self._meters and self._meters[0][0] <= now:
            due_at, charge_point_id = heapq.heappop(self._meters)
            pending = self.pending.get(charge_point_id)
            # Entries of readings that went out with another event are stale: their time no longer matches.
            if pending is not None and pending.meter_due == due_at:
                pending.urgent_seq = pending.last_seq
                self._read_at[charge_point_id] = due_at
                self._consider(charge_point_id, pending)
        self._set_timer()


def on_beat(moment_s: float, every_s: float) -> float:
    """The moment, or the next one that others wait for too."""
    beat_s = every_s / BEATS
    return math.ceil(moment_s / beat_s - 0.01) * beat_s if beat_s else moment_s
