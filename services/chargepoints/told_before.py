"""Services: starts of transactions that a session has long since: charge points tell their history again."""

from dataclasses import replace
from datetime import timedelta

from model import paths
from model.ids import fold
from model.site import Site
from model.store.port import Reads
from model.store.query import Filter, Query
from scheduling.inputs import Input, TransactionBegan
from scheduling.outcome import Answer
from services.sites.known_tags import ACCEPTED, BLOCKED
from services.sites.session_document import session_of

HISTORY = timedelta(seconds=30)
"""A start told later than this may be told again; of what is told at once the charger itself remembers enough."""
AWAY_MOST = timedelta(days=30)
"""A session that began so long after the start's own time belongs to another one: that clock was not set."""


def told_before(reads: Reads, site: Site, noun: Input) -> Input:
    """The input; an old start of a transaction that a session of the charger had is marked. 1 read if it is old."""
    if not isinstance(noun, TransactionBegan):
        return noun
    began_at = noun.source.occurred_at
    place = noun.source.charge_point_id, noun.connector
    charger = next((one for one in site.chargers.values() if (one.charge_point_id, one.connector) == place), None)
    if charger is None or noun.source.received_at - began_at < HISTORY:
        return noun
    running = charger.transaction
    if noun.transaction_id in charger.past_transactions or (
        running is not None and running.transaction_id == noun.transaction_id
    ):
        return noun  # The rules know it.
    of_this = Filter("charger_key", "==", fold(charger.charger_id)), Filter("transaction_id", "==", noun.transaction_id)
    sessions = [session_of(found.data) for found in reads.query(Query(paths.sessions(site.location_id), of_this))]
    booked = any(session.assigned_at - began_at <= AWAY_MOST for session in sessions)
    return replace(noun, booked=True) if booked else noun


def verdict_again(site: Site, noun: Input) -> Answer:
    """The verdict a repeated start was given, from what became of it."""
    if not isinstance(noun, TransactionBegan):
        return Answer()
    for charger in site.chargers.values():
        running = charger.transaction
        if charger.charge_point_id != noun.source.charge_point_id or running is None:
            continue
        if running.transaction_id == noun.transaction_id:
            refused = BLOCKED if noun.tagged.verdict == ACCEPTED else noun.tagged.verdict
            status = ACCEPTED if running.session_number else refused
            return Answer(tag_status=status, parent_tag=noun.tagged.parent_tag)
    return Answer(tag_status=noun.tagged.verdict, parent_tag=noun.tagged.parent_tag)
