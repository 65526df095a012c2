"""Services: a running charge is held against its driver's quota each time live energy comes in."""

from collections.abc import Iterable

import structlog

from model.decision import Actor
from model.session import Session
from scheduling.inputs import QuotaReached
from scheduling.rights.quotas import reaches
from services.ports import Clock
from services.sites.desk import Desk

_SYSTEM = Actor(kind="system", id="quotas")
_LOG = structlog.get_logger(__name__)


class QuotaWatch:
    """Where a location stops charges at their quota. Nothing is read for it: the session keeps what it may draw."""

    def __init__(self, desk: Desk, clock: Clock) -> None:
        self._desk = desk
        self._clock = clock

    def look(self, sessions: Iterable[Session]) -> int:
        """Hold sessions just written against what they may draw; how many were decided about. Never raises."""
        now = self._clock.now()
        decided = 0
        for session in sessions:
            if not reaches(session, now):
                continue
            try:
                reached = QuotaReached(charger_id=session.charger_id, number=session.number)
                self._desk.decide(session.location_id, [reached], _SYSTEM)
                decided += 1
            except Exception:  # noqa: BLE001 -- logged with its stack; the next reading looks again
                _LOG.exception("quota_failed", session=session.name)
        return decided
