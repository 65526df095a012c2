"""Keeping a location: its description, its chargers, and an admin's word on a charger's state."""

from dataclasses import fields, replace
from typing import TypeVar

from model.charger import UNPLUGGED, Charger, Condition, EndReason, Enforcement
from model.errors import Conflict
from model.ids import fold
from model.instants import local_day
from model.settings import settings_of_new
from model.site import MAX_CHARGERS, Link
from scheduling.charging import sessions
from scheduling.draft import Draft
from scheduling.inputs import PutCharger, PutLocation, RetireCharger, RetireLocation, SetState
from scheduling.offering import lapsing, offers
from scheduling.outcome import Answer
from scheduling.requests.asking import charger_named
from scheduling.states import ADMIN

T = TypeVar("T")


def put_location(draft: Draft, request: PutLocation) -> Answer:
    """Create or describe the location; what is None stays, what is cleared becomes None."""
    given = {one.name: getattr(request, one.name) for one in fields(request) if one.name != "cleared"}
    described = {name: value for name, value in given.items() if value is not None}
    if draft.site.version == 0:
        described.setdefault("settings", settings_of_new())
    draft.site = replace(draft.site, **{**described, **dict.fromkeys(request.cleared)})
    if "time_zone" in described and draft.day is not None:  # The day goes on; its date is another one there.
        draft.day = replace(draft.day, date=local_day(draft.now, draft.zone))
    draft.reasons.append("the location was described")
    return Answer()


def retire_location(draft: Draft, request: RetireLocation) -> Answer:  # noqa: ARG001 -- all of it is in the site
    """Close for good: nobody is stranded, the record is kept."""
    if draft.queue:
        raise Conflict("location_in_use", f"{len(draft.queue)} drivers wait here.")
    busy = [charger.charger_id for charger in draft.chargers.values() if charger.session is not None]
    if busy:
        raise Conflict("location_in_use", f"There are open sessions on {', '.join(busy)}.")
    for charger in list(draft.chargers.values()):
        draft.put_charger(replace(charger, retired=True, charge_point_id="", connector=0))
    draft.links = {}
    draft.site = replace(draft.site, retired=True)
    draft.reasons.append("the location was closed for good")
    return Answer()


def put_charger(draft: Draft, request: PutCharger) -> Answer:
    """Add or describe a charger. One bound to a charge point is unknown until it is heard."""
    key = fold(request.charger_id)
    known = draft.chargers.get(key)
    if draft.site.retired:
        raise Conflict("location_retired", "This location is closed for good.")
    if (known is None or known.retired) and sum(not one.retired for one in draft.chargers.values()) >= MAX_CHARGERS:
        raise Conflict("too_many_chargers", f"A location has at most {MAX_CHARGERS} chargers.")
    charger = known or Charger(charger_id=request.charger_id)
    if charger.retired:  # Numbers go on where they were: a session id is never used twice.
        charger = Charger(charger_id=request.charger_id, last_session=charger.last_session)
    described = replace(
        charger,
        connector_type=_given(request.connector_type, charger.connector_type),
        max_power_w=_given(request.max_power_w, charger.max_power_w),
        price=None if "price" in request.cleared else _given(request.price, charger.price),
        tariffs=_given(request.tariffs, charger.tariffs),
        idle_price=None if "idle_price" in request.cleared else _given(request.idle_price, charger.idle_price),
        groups=_given(request.groups, charger.groups),
        enforcement=_given(request.enforcement, charger.enforcement),
        out_of_service=_given(request.out_of_service, charger.out_of_service),
    )
    described = _bound(draft, described, request)
    draft.put_charger(described)
    if described.out_of_service and described.session is not None and described.session.phase in UNPLUGGED:
        lapsing.to_front(draft, described, "taken out of service")
    draft.reasons.append(f"charger {described.charger_id} was {'added' if known is None else 'described'}")
    return Answer(charger_id=described.charger_id)


def retire_charger(draft: Draft, request: RetireCharger) -> Answer:
    """Take a charger away; its sessions are kept and its numbers never used again."""
    charger = charger_named(draft, request.charger_id)
    if charger.session is not None:
        raise Conflict("charger_in_use", f"Charger {charger.charger_id} has an open session.")
    draft.put_charger(replace(charger, retired=True, charge_point_id="", connector=0, last_hold=None))
    _drop_unused_links(draft)
    draft.reasons.append(f"charger {charger.charger_id} was taken away")
    return Answer(charger_id=charger.charger_id)


def set_state(draft: Draft, request: SetState) -> Answer:
    """An admin's word; what is not in the table is a conflict."""
    charger = charger_named(draft, request.charger_id)
    what = ADMIN.get((charger.state, request.state))
    foreign = charger.foreign_reservation and not charger.out_of_service and charger.condition is Condition.OK
    if what is None or (what == "put_back" and foreign):
        raise Conflict(
            "illegal_transition",
            f"Charger {charger.charger_id} cannot go from {charger.state.value} to {request.state}.",
        )
    session = charger.session
    match what:
        case "take_out":
            draft.put_charger(replace(charger, out_of_service=True))
            if session is not None and session.phase in UNPLUGGED:
                lapsing.to_front(draft, draft.chargers[fold(charger.charger_id)], "taken out of service")
        case "put_back":
            draft.put_charger(replace(charger, out_of_service=False, condition=Condition.OK, blocked_at=None))
        case "clear":
            draft.put_charger(replace(sessions.transaction_over(charger), plugged=False, blocked_at=None))
        case "withdraw" if session is not None:
            offers.withdraw(draft, charger, session)
        case "plug_in" if session is not None:
            sessions.plug_in(draft, charger, draft.now, confirmed=True)
        case "fill" if session is not None:
            sessions.become_full(draft, charger, draft.now)
        case "again" if session is not None:
            sessions.charge_again(draft, charger)
        case "end" if session is not None:
            _end(draft, charger)
    draft.reasons.append(f"charger {charger.charger_id} set to {request.state} by an admin")
    return Answer(charger_id=charger.charger_id)


def _end(draft: Draft, charger: Charger) -> None:
    if charger.transaction is not None:
        draft.stop(charger, charger.transaction)
        sessions.close(draft, sessions.without_ghost(charger), EndReason.STOPPED, draft.now)
    else:
        sessions.close(draft, replace(charger, plugged=False), EndReason.UNPLUGGED, draft.now)


def _bound(draft: Draft, charger: Charger, request: PutCharger) -> Charger:
    """The charger bound to a connector, or unbound; moving it while a session is open is refused."""
    if request.charge_point_id is None:
        return charger
    connector = request.connector or 0
    if (charger.charge_point_id, charger.connector) == (request.charge_point_id, connector):
        return charger
    other = draft.connector(request.charge_point_id, connector) if request.charge_point_id else None
    for one in (charger, other):
        if one is not None and one.session is not None:
            raise Conflict("charger_in_use", f"Charger {one.charger_id} has an open session.")
    if other is not None:  # Its hardware is another charger's now.
        draft.put_charger(replace(_unheard(other, Enforcement.PRESUMED), charge_point_id="", connector=0))
    usual = Enforcement.AUTHORIZE if request.charge_point_id else Enforcement.PRESUMED
    bound = replace(
        _unheard(charger, request.enforcement or usual),
        charge_point_id=request.charge_point_id,
        connector=connector,
        condition=Condition.UNKNOWN,  # Until it is heard in the new way.
    )
    draft.put_charger(bound)
    if request.charge_point_id and request.charge_point_id not in draft.links:
        draft.put_link(Link(charge_point_id=request.charge_point_id))
    _drop_unused_links(draft)
    return bound


def _unheard(charger: Charger, enforcement: Enforcement) -> Charger:
    """The charger as if nothing had been heard of it yet."""
    return replace(
        charger,
        enforcement=enforcement,
        condition=Condition.UNKNOWN,
        plugged=False,
        status="",
        status_at=None,
        offline_since=None,
        foreign_reservation=False,
        suspended_at=None,
        transaction=None,
    )


def _drop_unused_links(draft: Draft) -> None:
    used = {charger.charge_point_id for charger in draft.chargers.values()}
    draft.links = {name: link for name, link in draft.links.items() if name in used}


def _given(value: T | None, known: T) -> T:
    return known if value is None else value
