"""What must be true of a site whatever happened to it, each as a sentence that is a function."""

from collections import Counter
from dataclasses import dataclass
from datetime import timedelta

from model.charger import UNPLUGGED, Charger, Phase
from model.entry import Entry
from model.ids import fold
from model.session import Session
from model.site import Site
from scheduling.fairness.order import waiting
from scheduling.fairness.score import BOOST_MAX_MIN, EARLIER_MIN, LATER_MIN, NO_SHOW_MIN
from scheduling.hours import is_open
from scheduling.outcome import SessionKey
from scheduling.people import Person
from scheduling.rights.access import open_to, shut_out
from scheduling.states import Standing
from tests.fakes.yard import Yard

MOST_OVERTAKEN_MIN = LATER_MIN - EARLIER_MIN + BOOST_MAX_MIN + NO_SHOW_MIN


@dataclass(frozen=True)
class Before:
    """The yard before a decision."""

    site: Site
    people: dict[str, Person]
    sessions: dict[SessionKey, Session]

    @classmethod
    def of(cls, yard: Yard) -> "Before":
        return cls(yard.site, dict(yard.people), dict(yard.sessions))


def entries(site: Site) -> list[Entry]:
    on_chargers = [one.session.entry for one in site.chargers.values() if one.session and one.session.entry]
    return [*site.queue, *on_chargers]


def everybody_has_one_turn_at_most(yard: Yard) -> None:
    """At most one open session a user; nobody both queued and assigned; no entry twice."""
    turns = entries(yard.site)
    assert max(Counter(one.member.user_id for one in turns).values(), default=0) <= 1
    assert max(Counter(one.entry_id for one in turns).values(), default=0) <= 1


def a_charger_has_one_open_session_at_most(yard: Yard) -> None:
    """The open records are exactly the sessions the site holds open."""
    recorded = {key for key, record in yard.sessions.items() if record.ended_at is None}
    held = {(key, one.session.number) for key, one in yard.site.chargers.items() if one.session is not None}
    assert recorded == held
    for charger, session in yard.open_sessions():
        record = yard.record(session.number, fold(charger.charger_id))
        assert record.user_id == (session.entry.member.user_id if session.entry else "")


def every_living_place_is_its_drivers_only_one(yard: Yard) -> None:
    for one in entries(yard.site):
        person = yard.people.get(one.member.user_id)
        if person is None:
            continue
        assert person.place is not None
        assert (person.place.location_id, person.place.entry_id) == ("yard", one.entry_id)
        assert one.member.user_id not in yard.elsewhere


def nobody_sent_away_waits(yard: Yard) -> None:
    if yard.site.day is not None:
        assert not {one.member.user_id for one in yard.site.queue} & set(yard.site.day.out)


def no_charger_stands_free_while_somebody_waits(yard: Yard) -> None:
    if is_open(yard.site.settings, yard.site.time_zone, yard.now) and any(map(waiting, yard.site.queue)):
        free = [one for one in yard.site.chargers.values() if one.free and _wanted(yard, one)]
        assert not [one.charger_id for one in free if one.last_hold is None or not _unheard(yard, one)]


def nobody_has_what_is_closed_to_them(yard: Yard) -> None:
    """Nor waits where every charger is. A charge that began before may go on."""
    for charger, session in yard.open_sessions():
        if session.entry is not None and session.phase in UNPLUGGED:
            assert open_to(yard.site, charger, session.entry.member.groups)
    for one in yard.site.queue:
        assert not shut_out(yard.site, yard.site.chargers.values(), one.member.groups)


def _wanted(yard: Yard, charger: Charger) -> bool:
    return any(open_to(yard.site, charger, one.member.groups) for one in filter(waiting, yard.site.queue))


def nobody_is_overtaken_beyond_the_bounds(yard: Yard) -> None:
    queue = [one for one in yard.site.queue if one.front_at is None]
    for index, behind in enumerate(queue):
        for before in queue[:index]:
            assert before.score.joined_min - behind.score.joined_min <= MOST_OVERTAKEN_MIN


def front_comes_first_earliest_first(yard: Yard) -> None:
    fronts = [one.front_at for one in yard.site.queue]
    known = [one for one in fronts if one is not None]
    assert fronts == [*sorted(known), *[None] * (len(fronts) - len(known))]


def a_reservation_passes_nobody(before: Site, yard: Yard, name: str) -> None:
    """Unless the location allows it, nobody who might be called waited."""
    asleep = [one for one in before.queue if one.snoozed_until is not None and one.snoozed_until > yard.now]
    assert yard.standing(name) is Standing.HELD
    assert before.settings.reserve_past_queue or len(asleep) == len(before.queue)


def a_newcomer_enters_behind_the_locked_places(before: Before, yard: Yard) -> None:
    """Those called to a charger in the same decision stood before the newcomer too."""
    awake = [one for one in yard.site.queue if one.front_at is None and waiting(one)]
    older = [one for one in awake if one.entry_id <= before.site.last_entry]
    called = [
        session.entry.entry_id
        for _, session in yard.open_sessions()
        if session.phase is Phase.OFFERED and session.assigned_at == yard.now and session.entry is not None
    ]
    for place, one in enumerate(awake):
        if one.entry_id > before.site.last_entry:
            assert place + len(called) >= min(yard.site.settings.locked_places, len(older) + len(called))


def the_locked_places_keep_their_order(before: Before, yard: Yard) -> None:
    """Unless somebody woke or came back before them."""
    if yard.site.settings != before.site.settings:
        return
    old, new = _awake(before.site), _awake(yard.site)
    if [one for one in new if one <= before.site.last_entry and one not in old]:
        return
    locked = [one for one in old[: yard.site.settings.locked_places] if one in new]
    assert new[: len(locked)] == locked


def _awake(site: Site) -> list[int]:
    return [one.entry_id for one in site.queue if waiting(one) and one.front_at is None]


def energy_never_decreases(before: Before, yard: Yard) -> None:
    for key, record in before.sessions.items():
        assert yard.sessions[key].energy_wh >= record.energy_wh


def session_numbers_are_never_used_again(before: Before, yard: Yard) -> None:
    for key, charger in before.site.chargers.items():
        assert yard.site.chargers[key].last_session >= charger.last_session
    for name, record in before.sessions.items():
        assert yard.sessions[name].assigned_at == record.assigned_at
    for charger_key, number in yard.sessions.keys() - before.sessions.keys():
        known = before.site.chargers.get(charger_key)
        assert number > (known.last_session if known is not None else 0)


def a_held_charger_goes_to_nobody_else(before: Before, yard: Yard) -> None:
    """Until its hold is over, which the record says."""
    for key, charger in before.site.chargers.items():
        session = charger.session
        if session is None or session.phase not in UNPLUGGED or session.entry is None:
            continue
        now = yard.site.chargers[key].session
        if now is None or now.number != session.number:
            assert yard.sessions[(key, session.number)].end_reason is not None
        else:
            assert now.entry is not None
            assert now.entry.member.user_id == session.entry.member.user_id


def counters_never_run_back(before: Before, yard: Yard) -> None:
    assert yard.site.last_entry >= before.site.last_entry
    assert yard.site.last_reservation >= before.site.last_reservation
    if before.site.day is not None and before.site.time_zone == yard.site.time_zone:
        assert yard.site.day is not None
        assert yard.site.day.date >= before.site.day.date


def amounts_are_never_negative(yard: Yard) -> None:
    sums = yard.site.fairness
    assert min(sums.got_kwh, sums.ask_kwh, sums.mean) >= 0
    for person in yard.people.values():
        assert min(person.record.got_kwh, person.record.debt_kwh, person.record.ask_kwh) >= 0
    assert all(record.overstay_s >= 0 for record in yard.sessions.values())


def time_has_done_what_was_due(yard: Yard) -> None:
    """After a decision nothing is overdue, but what cannot be heard."""
    due = yard.site.next_due_at
    if due is not None and due <= yard.now:
        assert [one for one in yard.site.chargers.values() if _unheard(yard, one) and (_overdue(yard, one) or one.free)]


def _overdue(yard: Yard, charger: Charger) -> bool:
    session = charger.session
    if session is None or session.phase not in UNPLUGGED:
        return False
    deadline = session.answer_by if session.phase is Phase.OFFERED else session.plug_by
    return deadline is not None and deadline <= yard.now


def _unheard(yard: Yard, charger: Charger) -> bool:
    """Offline; or its bridge was silent; or behind, which a test knows best: it told of a while ago."""
    link = yard.site.links.get(charger.charge_point_id)
    silence = timedelta(seconds=yard.site.settings.bridge_silence_s)
    heard = yard.bridge_seen or yard.now
    silent = link is not None and link.bridge_id != "" and yard.now - min(heard, yard.told_until) > silence
    return charger.offline_since is not None or silent
