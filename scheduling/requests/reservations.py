"""Reservations: a free charger is held for a driver who has not queued, until they plug in or the time is over.

A reservation is a hold with a time of its own, and never passes the queue: whoever may be called comes first.
"""

from dataclasses import replace
from datetime import timedelta

from model.charger import UNPLUGGED, Charger, EndReason
from model.entry import Entry
from model.errors import Conflict, Invalid
from model.settings import Settings
from scheduling.charging.sessions import VIA_RESERVATION
from scheduling.draft import Draft
from scheduling.fairness import score
from scheduling.forecasting.habits import usual_s
from scheduling.inputs import CancelReservation, Reserve
from scheduling.offering import offers
from scheduling.outcome import Answer
from scheduling.people import Person
from scheduling.requests.asking import (
    allowed,
    charger_named,
    known,
    own_session,
    refuse_absent,
    refuse_closed,
    refuse_penniless,
)
from scheduling.rights.access import open_to, refuse_shut_out
from scheduling.rights.quotas import refuse_used_up


def reserve(draft: Draft, request: Reserve) -> Answer:
    """Hold a free charger for a driver who asks for it."""
    person = known(draft, request.user_id)
    charger = charger_named(draft, request.charger_id)
    allowed(draft, request.user_id, "Reserve")
    refuse_closed(draft, person)
    seconds = _seconds(draft.settings, request.seconds)
    refuse_absent(draft, present=request.present)
    refuse_shut_out(draft, person, charger)
    refuse_used_up(draft, person)
    refuse_penniless(draft, person, charger)
    _refuse_taken(charger)
    _refuse_before_others(draft, charger)
    held = take(draft, charger, person, seconds, VIA_RESERVATION)
    return Answer(charger_id=held.charger_id, session_number=held.last_session)


def cancel_reservation(draft: Draft, request: CancelReservation) -> Answer:
    """Let the held charger go, at no cost."""
    charger, session = own_session(draft, request.user_id, request.charger_id, "CancelReservation")
    offers.decline(draft, charger, session)
    return Answer(charger_id=charger.charger_id, session_number=session.number)


def take(draft: Draft, charger: Charger, person: Person, seconds: int, via: str) -> Charger:
    """Hold a charger that nobody has for a driver at once.

    Who waits, or was called to another charger, goes on with that turn; who has none gets one that began with this.
    """
    found = draft.charger_of(person.member.user_id)
    entry = draft.entry_of(person.member.user_id)
    reserved_s = 0
    if found is not None and found[1].phase in UNPLUGGED:
        other, session, entry = found
        offers.end_unplugged(draft, other, session, EndReason.WITHDRAWN)
        reserved_s = seconds if session.reserved_s else 0
    elif entry is not None:
        draft.drop_entry(entry.entry_id)
    else:
        entry = _turn(draft, person, via)
        reserved_s = seconds
    entry = replace(entry, snoozed_until=None, snoozed_by_silence=False)
    return offers.hold(draft, charger, entry, draft.now + timedelta(seconds=seconds), reserved_s)


def _seconds(settings: Settings, asked: int | None) -> int:
    """For how long: what was asked for, within what the location allows."""
    if settings.reserve_s <= 0:
        raise Conflict("no_reservations", "Chargers cannot be reserved here.")
    if asked is not None and not 1 <= asked <= settings.reserve_s:
        most = f"{settings.reserve_s / 60:g}"
        raise Invalid("invalid_minutes", f"A charger can be reserved for {most} minutes at most.", field="minutes")
    return settings.reserve_s if asked is None else asked


def _refuse_taken(charger: Charger) -> None:
    name = f"Charger {charger.charger_id}"
    if charger.session is not None:
        if charger.session.phase in UNPLUGGED:
            raise Conflict("held_for_another", f"{name} is held for somebody else.")
        raise Conflict("in_use", f"{name} is in use.")
    if charger.offline_since is not None:
        raise Conflict("charger_offline", f"{name} cannot be reached now.")
    if charger.plugged or charger.transaction is not None:
        raise Conflict("in_use", f"A car is plugged in at charger {charger.charger_id}.")
    if not charger.free:
        raise Conflict("charger_not_ready", f"{name} is {charger.state.value}.")


def _refuse_before_others(draft: Draft, charger: Charger) -> None:
    """Also where the queue is closed: it may open while the charger is kept."""
    if draft.settings.reserve_past_queue:
        return
    if not draft.settings.walk_up:
        raise Conflict("join_first", "Here chargers go to the queue: join it.")
    called = (one for one in draft.queue if open_to(draft.site, charger, one.member.groups))
    awake = sum(one.snoozed_until is None or one.snoozed_until <= draft.now for one in called)
    if awake:
        raise Conflict("others_wait", f"{awake} waiting here come first: join the queue.")


def _turn(draft: Draft, person: Person, via: str) -> Entry:
    """A turn that began with taking a charger."""
    draft.last_entry += 1
    noted = score.need_noted(person.record, draft.fairness, draft.today.date, draft.now)
    charging_s, full_s = usual_s(person.record)
    entry = Entry(
        entry_id=draft.last_entry,
        member=person.member,
        joined_at=draft.now,
        score=score.score_at_joining(draft.settings.order, noted, draft.fairness, draft.now),
        via=via,
        usual_charging_s=charging_s,
        usual_full_s=full_s,
    )
    draft.take_place(replace(person, record=noted), entry.entry_id)
    return entry
