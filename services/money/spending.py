"""Services: a running charge is held against its driver's balance each time live energy comes in."""

import threading
from collections.abc import Iterable
from datetime import datetime

import structlog

from model.decision import Actor
from model.session import Session
from scheduling.costs.funds import reaches
from scheduling.inputs import FundsReached
from services.ports import Clock
from services.sites.desk import Desk

LONGEST_S = 600
"""Bridges tell what a car draws at least so often."""
STOPPING_S = 60
"""How long a charge point may take to be told, and to stop."""
MOST_REMEMBERED = 10_000
_SYSTEM = Actor(kind="system", id="spending")
_LOG = structlog.get_logger(__name__)


class Spending:
    """Has charges stopped in time: before what is drawn until the next look has used the balance up.

    No balance is read for it: the session keeps what it may cost. Only when that is reached does a decision look at
    the balance as it is by now. The next look is expected after as long as the last one took.
    """

    def __init__(self, desk: Desk, clock: Clock) -> None:
        self._desk = desk
        self._clock = clock
        self._lock = threading.Lock()
        self._looked: dict[str, datetime] = {}

    def look(self, sessions: Iterable[Session]) -> int:
        """Hold sessions just written against what they may cost; how many were decided about. Never raises."""
        now = self._clock.now()
        decided = 0
        for session in sessions:
            if session.funds is None:
                continue
            ahead_s = self._until_next_look_s(session.name, now) + STOPPING_S
            if not reaches(session, now, ahead_s):
                continue
            try:
                reached = FundsReached(charger_id=session.charger_id, number=session.number, ahead_s=ahead_s)
                self._desk.decide(session.location_id, [reached], _SYSTEM)
                decided += 1
            except Exception:  # noqa: BLE001 -- logged with its stack; the next reading looks again
                _LOG.exception("spending_failed", session=session.name)
        return decided

    def _until_next_look_s(self, name: str, now: datetime) -> float:
        with self._lock:
            last = self._looked.get(name)
            if last is None and len(self._looked) >= MOST_REMEMBERED:
                self._looked.clear()
            self._looked[name] = now
        return LONGEST_S if last is None else min(LONGEST_S, max(0.0, (now - last).total_seconds()))
