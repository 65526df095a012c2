"""Services: what the rules will ask for about a batch, read in one go: each time they ask they start anew."""

from collections.abc import Iterable

from model.charger import Charger, OpenSession
from model.ids import fold
from model.site import Site
from scheduling.inputs import Input, StatusReported, TransactionBegan, TransactionDone
from scheduling.outcome import Need, SessionKey

AVAILABLE = "available"
UNPLUGGED = "EVDisconnected"
"""The reason of an end with which the session ends, too."""


def foreseen(site: Site, inputs: Iterable[Input]) -> Need:
    """The drivers who begin and the sessions that end, as far as the site tells. What is missing they ask for."""
    people: set[str] = set()
    sessions: set[SessionKey] = set()
    over: set[str] = set()
    running = {
        (charger.charge_point_id, charger.transaction.transaction_id): charger
        for charger in site.chargers.values()
        if charger.transaction is not None
    }
    places = {(charger.charge_point_id, charger.connector): charger for charger in site.chargers.values()}
    for one in inputs:
        if not isinstance(one, TransactionBegan | TransactionDone | StatusReported) or _is_repeat(site, one):
            continue
        if isinstance(one, StatusReported):
            freed = places.get((one.source.charge_point_id, one.connector))
            if (
                one.status == AVAILABLE
                and freed is not None
                and (freed.transaction is None or freed.charger_id in over)
            ):
                _ends(freed, people, sessions)
            continue
        charger = running.get((one.source.charge_point_id, one.transaction_id))
        if isinstance(one, TransactionBegan):
            if one.tagged.user_id and charger is None:
                people.add(one.tagged.user_id)
        elif charger is not None and charger.transaction is not None and charger.transaction.session_number:
            number = charger.transaction.session_number
            sessions.add((fold(charger.charger_id), number))
            over.add(charger.charger_id)
            if one.reason == UNPLUGGED and charger.session is not None and charger.session.number == number:
                people.update(_driver(charger.session))
    return Need(people=frozenset(people), sessions=frozenset(sessions))


def _ends(charger: Charger, people: set[str], sessions: set[SessionKey]) -> None:
    """No car is there any more, and no transaction runs: the session of a car ends."""
    session = charger.session
    if session is not None and session.plugged_at is not None:
        sessions.add((fold(charger.charger_id), session.number))
        people.update(_driver(session))


def _driver(session: OpenSession) -> set[str]:
    return {session.entry.member.user_id} if session.entry is not None else set()


def _is_repeat(site: Site, one: TransactionBegan | TransactionDone | StatusReported) -> bool:
    link = site.links.get(one.source.charge_point_id)
    cursor = link.cursors.get(one.source.stream) if link is not None else None
    return cursor is not None and one.source.seq <= cursor.seq
