"""Services: a car that is nearly full, so that its driver may come: told once a session, by a decision."""

from collections.abc import Iterable

import structlog

from model.decision import Actor
from model.ids import fold
from model.session import Session
from model.site import Site
from scheduling.inputs import NearlyFull
from scheduling.warnings.ladder import Rung
from services.sites.desk import Desk

_SYSTEM = Actor(kind="system", id="nearly full")
_LOG = structlog.get_logger(__name__)


class NearlyFullWatch:
    """Looks at sessions just written; what was told stands in the site, so nothing is read for it."""

    def __init__(self, desk: Desk) -> None:
        self._desk = desk

    def look(self, site: Site, sessions: Iterable[Session]) -> int:
        """Decide about cars that have become nearly full; how many. Never raises."""
        if not site.settings.tell_nearly_full:
            return 0
        reports = [
            NearlyFull(charger_id=session.charger_id, number=session.number)
            for session in sessions
            if session.nearly_full_at is not None and session.ended_at is None and not _told(site, session)
        ]
        if not reports:
            return 0
        try:
            self._desk.decide(site.location_id, reports, _SYSTEM)
        except Exception:  # noqa: BLE001 -- logged with its stack; the next reading looks again
            _LOG.exception("nearly_full_failed", location_id=site.location_id)
            return 0
        return len(reports)


def _told(site: Site, session: Session) -> bool:
    """Whether its driver heard of it, or there is nobody to hear of it."""
    charger = site.chargers.get(fold(session.charger_id))
    running = None if charger is None else charger.session
    if running is None or running.number != session.number or running.entry is None:
        return True
    return Rung.NEARLY_FULL in running.told or running.full_at is not None
