"""Services: which session samples belong to: that of the running transaction, or one that is over."""

from collections.abc import Iterator
from datetime import datetime, timedelta

from model import paths
from model.charger import UNPLUGGED_ENDS, Charger
from model.documents import CorruptNoun
from model.session import Session
from model.site import Site
from model.store.port import Reads
from services.sites.session_document import session_of
from wire.events import Meter, TransactionEnded

LATE_SESSIONS = 3
"""So many of a charger's last sessions are looked at for late samples."""
AFTER_END = timedelta(minutes=5)
"""How long after its end samples that name no transaction still count as a session's."""
BEFORE_PLUG = timedelta(minutes=1)


class RunningSessions:
    """The sessions of a site's running transactions, found by what events say."""

    def __init__(self, site: Site) -> None:
        self._found: dict[tuple[str, str | int | None], tuple[Charger, int]] = {}
        for charger in site.chargers.values():
            running = charger.transaction
            if running is None or running.session_number == 0:
                continue
            found = charger, running.session_number
            for place in (running.transaction_id, charger.connector):
                self._found.setdefault((charger.charge_point_id, place), found)

    def at(self, event: Meter | TransactionEnded) -> tuple[Charger, int] | None:
        """The charger and the session number an event's samples belong to: that of its running transaction."""
        return self._found.get((event.charge_point_id, event.transaction_id or event.connector))


def past_session(reads: Reads, site: Site, event: Meter | TransactionEnded) -> str | None:
    """The path of the session that late samples belong to: of that transaction, or of their time at the connector.

    Reads a few sessions; None: they belong to none.
    """
    chargers = [one for one in site.chargers.values() if one.charge_point_id == event.charge_point_id]
    if event.connector:
        chargers = [one for one in chargers if one.connector == event.connector]
    wanted = [
        paths.session(site.location_id, charger.charger_id, number)
        for charger in chargers
        for number in range(charger.last_session, max(0, charger.last_session - LATE_SESSIONS), -1)
    ]
    taken_at = max((sample.at for sample in event.samples), default=event.occurred_at)
    for path, session in _sessions(reads, wanted):
        if event.transaction_id:
            if event.transaction_id in {session.transaction_id, *(one.transaction_id for one in session.unended)}:
                return path
        elif _is_of(session, taken_at):
            return path
    return None


def _sessions(reads: Reads, wanted: list[str]) -> Iterator[tuple[str, Session]]:
    for path, document in zip(wanted, reads.get_many(wanted) if wanted else (), strict=True):
        if document is None:
            continue
        try:
            yield path, session_of(document.data)
        except CorruptNoun:
            continue


def _is_of(session: Session, taken_at: datetime) -> bool:
    if session.plugged_at is None or session.end_reason in UNPLUGGED_ENDS:
        return False
    until = session.ended_at
    return taken_at >= session.plugged_at - BEFORE_PLUG and (until is None or taken_at <= until + AFTER_END)
