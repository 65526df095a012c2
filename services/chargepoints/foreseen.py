"""Services: what the rules will ask for about a batch, read in one go: each time they ask they start anew."""

from collections.abc import Iterable

from model.charger import OpenSession
from model.ids import fold
from model.site import Site
from scheduling.inputs import Input, TransactionBegan, TransactionDone
from scheduling.outcome import Need, SessionKey

UNPLUGGED = "EVDisconnected"
"""The reason of an end with which the session ends, too."""


def foreseen(site: Site, inputs: Iterable[Input]) -> Need:
    """The drivers who begin and the sessions that end, as far as the site tells. What is missing they ask for."""
    people: set[str] = set()
    sessions: set[SessionKey] = set()
    running = {
        (charger.charge_point_id, charger.transaction.transaction_id): charger
        for charger in site.chargers.values()
        if charger.transaction is not None
    }
    for one in inputs:
        if not isinstance(one, TransactionBegan | TransactionDone) or _is_repeat(site, one):
            continue
        charger = running.get((one.source.charge_point_id, one.transaction_id))
        if isinstance(one, TransactionBegan):
            if one.tagged.user_id and charger is None:
                people.add(one.tagged.user_id)
        elif charger is not None and charger.transaction is not None and charger.transaction.session_number:
            number = charger.transaction.session_number
            sessions.add((fold(charger.charger_id), number))
            if one.reason == UNPLUGGED and charger.session is not None and charger.session.number == number:
                people.update(_driver(charger.session))
    return Need(people=frozenset(people), sessions=frozenset(sessions))


def _driver(session: OpenSession) -> set[str]:
    return {session.entry.member.user_id} if session.entry is not None else set()


def _is_repeat(site: Site, one: TransactionBegan | TransactionDone) -> bool:
    link = site.links.get(one.source.charge_point_id)
    cursor = link.cursors.get(one.source.stream) if link is not None else None
    return cursor is not None and one.source.seq <= cursor.seq
