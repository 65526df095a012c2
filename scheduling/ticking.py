"""Time: a new local day, deadlines that pass, snoozes that wake, cars that are full, and offers of what is free."""

from collections.abc import Iterator
from dataclasses import replace
from datetime import datetime, timedelta

from model.charger import UNPLUGGED, Charger, EndReason, OpenSession, Phase
from model.entry import Entry
from model.ids import fold
from model.instants import day_start, local_day
from model.site import Day
from scheduling.charging import overstay, sessions
from scheduling.draft import Draft
from scheduling.effects import Message
from scheduling.fairness import needs
from scheduling.fairness.order import ordered, waiting
from scheduling.hours import next_opening
from scheduling.offering import lapsing, offers
from scheduling.offering.matching import matched
from scheduling.offering.revoking import revoke
from scheduling.requests import asks, starting
from scheduling.rights.access import open_to, restricted
from scheduling.warnings import ladder, warning


def begin_day(draft: Draft) -> None:
    """At the first decision of a local day: needs are booked, the mean is frozen, counts restart, the queue empties.

    A reset removes waiting and snoozed; it assigns to nobody and ends no session; offers and holds run on.
    """
    today = local_day(draft.now, draft.zone)
    if draft.day is not None and draft.day.date >= today:
        return
    overstay.note(draft, draft.now)
    first = draft.day is None
    draft.day = Day(date=today)
    draft.midnight = True
    if first:
        return
    needs.at_closing(draft)
    draft.reasons.append(f"{today}: a new day; the mean share is {draft.fairness.mean:.3f}")
    if draft.settings.reset_queue_daily and draft.queue:
        for entry in draft.queue:
            draft.tell(entry, Message.RESET)
        draft.reasons.append(f"the queue was reset: {len(draft.queue)} removed")
        draft.queue = ()


def pass_time(draft: Draft, at: datetime) -> None:
    """Time has come to ``at``: overstay adds up, and what was due until then lapses."""
    overstay.note(draft, at)
    expire(draft, at)


def expire(draft: Draft, at: datetime) -> None:
    """Offers and holds whose deadline had passed at ``at`` lapse, unless their charge point could not be heard."""
    due = [(charger, session, until) for charger, session, until in _deadlines(draft) if until <= at]
    if not due:
        return
    longest = timedelta(seconds=draft.settings.offline_hold_s)
    unheard = {charger.charger_id for charger, _, _ in due if _unheard(draft, charger, at)}
    draft.require(
        session.entry.member.user_id
        for charger, session, _ in due
        if charger.charger_id not in unheard and session.entry is not None
    )
    for one, _, deadline in due:
        charger = draft.chargers[fold(one.charger_id)]
        session = charger.session
        if session is None:
            continue
        if charger.charger_id in unheard:
            if draft.now >= deadline + longest:
                lapsing.to_front(draft, charger, "the charger could not be heard", deadline)
        elif session.phase is Phase.HELD and charger.plugged:
            lapsing.to_front(draft, charger, "blocked by a car that did not identify itself", deadline)
        elif session.phase is Phase.HELD and _prolonged(draft, session, deadline):
            lapsing.to_front(draft, charger, "the charger was offline")
        else:
            lapsing.lapse(draft, charger, deadline)


def settle(draft: Draft) -> None:
    """After the inputs: deadlines, snoozes, full cars, offers, and then the queue's order.

    Who wakes and is called at once takes nobody's locked place from them.
    """
    pass_time(draft, draft.now)
    starting.give_up(draft)
    _wake(draft)
    asks.unblock(draft)
    _fill(draft)
    _forget_ghosts(draft)
    revoke(draft)
    _offer_free(draft)
    draft.queue = ordered(draft.queue, draft.settings.locked_places)
    ladder.climb(draft)
    warning.sum_up(draft)


def next_due(draft: Draft) -> datetime | None:
    """The earliest instant at which time alone will change this site."""
    if draft.site.retired:
        return None
    dues = [day_start(draft.today.date + timedelta(days=1), draft.zone)]
    for charger, _, deadline in _deadlines(draft):
        overdue = deadline <= draft.now  # Unheard: it ends when heard, or after the longest wait.
        late = deadline + timedelta(seconds=draft.settings.offline_hold_s)
        dues.append(late if overdue and charger.offline_since is not None else deadline)
    dues.extend(entry.snoozed_until for entry in draft.queue if entry.snoozed_until is not None)
    patience = timedelta(seconds=draft.settings.full_after_s)
    dues.extend(one.suspended_at + patience for one in draft.chargers.values() if one.suspended_at is not None)
    longest = timedelta(seconds=draft.settings.offline_hold_s)
    left = (sessions.left_at(one) for one in draft.chargers.values() if one.offline_since is None)
    dues.extend(since + longest for since in left if since is not None)
    dues.extend(starting.deadlines(draft))
    dues.extend(ladder.deadlines(draft))
    dues.extend(asks.deadlines(draft))
    dues.extend(warning.deadlines(draft))
    if draft.queue and not draft.open_now():
        opening = next_opening(draft.settings, draft.zone, draft.now)
        if opening is not None:
            dues.append(opening)
    elif _callable(draft):
        dues.append(draft.now)  # Given up for now: looked at again every minute, until it is heard.
    return min(dues)


def _deadlines(draft: Draft) -> Iterator[tuple[Charger, OpenSession, datetime]]:
    for charger in draft.chargers.values():
        if charger.session is not None and charger.session.deadline is not None:
            yield charger, charger.session, charger.session.deadline


def _unheard(draft: Draft, charger: Charger, at: datetime) -> bool:
    """Whether a plug may have happened until ``at`` that is not known yet.

    Its charge point is offline, or its bridge silent, or behind: telling now what it heard a while ago.
    """
    if charger.offline_since is not None:
        return True
    link = draft.links.get(charger.charge_point_id)
    if link is None or not link.bridge_id:
        return False
    heard = draft.heard_to.get(link.bridge_id) or draft.bridge_heard(link.bridge_id)
    return heard is None or at - heard > timedelta(seconds=draft.settings.bridge_silence_s)


def _prolonged(draft: Draft, session: OpenSession, deadline: datetime) -> bool:
    """Whether the time to plug in was made longer, because the charge point was offline when it ended."""
    promised = timedelta(seconds=session.reserved_s or draft.settings.plug_in_s)
    return session.accepted_at is not None and deadline > session.accepted_at + promised


def _wake(draft: Draft) -> None:
    awake: list[Entry] = []
    for entry in draft.queue:
        if entry.snoozed_until is not None and entry.snoozed_until <= draft.now:
            awake.append(replace(entry, snoozed_until=None, snoozed_by_silence=False))
            draft.reasons.append(f"{entry.member.username} is awake again")
        else:
            awake.append(entry)
    draft.queue = tuple(awake)


def _fill(draft: Draft) -> None:
    """A car that drew energy and has taken none for long enough is full."""
    patience = timedelta(seconds=draft.settings.full_after_s)
    for charger in list(draft.chargers.values()):
        session, since = charger.session, charger.suspended_at
        if since is None or since + patience > draft.now:
            continue
        if session is None or session.phase is not Phase.CHARGING:
            draft.put_charger(replace(charger, suspended_at=None))
            continue
        record = draft.record(charger, session.number)
        if record is not None and record.energy_wh > 0:
            sessions.become_full(draft, charger, since + patience)
        else:
            draft.put_charger(replace(charger, suspended_at=None))  # Delayed charging: it has not begun yet.


def _forget_ghosts(draft: Draft) -> None:
    """A charge point that forgot its transaction says Available and never tells the end: nobody waits for it for ever.

    Energy that came since shows that the word was wrong.
    """
    longest = timedelta(seconds=draft.settings.offline_hold_s)
    for charger in list(draft.chargers.values()):
        since = sessions.left_at(charger)
        if since is None or charger.offline_since is not None or since + longest > draft.now:
            continue
        session = charger.session
        if session is None or session.phase in UNPLUGGED:
            draft.put_charger(sessions.without_ghost(charger))
            continue
        record = draft.record(charger, session.number)
        if record is not None and record.meter_at is not None and record.meter_at > since:
            draft.put_charger(replace(charger, status_at=draft.now))
        else:
            left = sessions.without_ghost(charger)
            sessions.close(draft, left, EndReason.GHOST, since, note="its transaction never ended")


def _offer_free(draft: Draft) -> None:
    """Each free charger to the first who is waiting, not asleep, and may use it."""
    if not draft.open_now():
        return
    in_order = (draft.chargers[key] for key in sorted(draft.chargers))
    free = (charger for charger in in_order if charger.free and not _given_up(draft, charger))
    limited = restricted(draft.site, draft.chargers.values())
    called = list(filter(waiting, draft.queue))
    for charger, entry in matched(draft.site, free, called, restricted=limited):
        offers.offer(draft, charger, entry, _why(draft, charger, entry))


def _callable(draft: Draft) -> bool:
    """Whether a free charger is open to somebody who waits."""
    free = [charger for charger in draft.chargers.values() if charger.free]
    called = list(filter(waiting, draft.queue))
    return any(open_to(draft.site, charger, one.member.groups) for one in called for charger in free)


def _given_up(draft: Draft, charger: Charger) -> bool:
    """Whether its last hold ended because nothing could be heard, and nothing can be heard yet: not offered again."""
    past = charger.last_hold
    return past is not None and past.reason is EndReason.WITHDRAWN and _unheard(draft, charger, draft.now)


def _why(draft: Draft, charger: Charger, entry: Entry) -> str:
    """The choice in words: who was preferred, over whom, by what."""
    if entry.front_at is not None:
        return "at the front, because a charger failed them"
    key = entry.score
    others = [
        other
        for other in draft.queue
        if other.entry_id != entry.entry_id and waiting(other) and open_to(draft.site, charger, other.member.groups)
    ]
    text = f"first of {len(others) + 1} waiting, share {key.ratio:.2f} (mean {key.mean:.2f}), {key.shift_min:+.0f} min"
    if others:
        text += f"; next is {others[0].member.username} ({others[0].score.shift_min:+.0f} min)"
    return text
