"""Time: a new local day, deadlines that pass, snoozes that wake, cars that are full, and offers of what is free."""

from collections.abc import Iterator
from dataclasses import replace
from datetime import datetime, timedelta

from model.instants import local_day
from model.site import Charger, Day, Entry, OpenSession, Phase
from scheduling import offers, score, sessions
from scheduling.draft import UNPLUGGED, Draft
from scheduling.effects import Message
from scheduling.hours import next_midnight, next_opening
from scheduling.order import ordered, waiting


def begin_day(draft: Draft) -> None:
    """At the first decision of a local day: needs are booked, the mean is frozen, counts restart, the queue empties.

    A reset removes waiting and snoozed; it assigns to nobody and ends no session; offers and holds run on.
    """
    today = local_day(draft.now, draft.zone)
    if draft.day is not None and draft.day.date >= today:
        return
    first = draft.day is None
    draft.day = Day(date=today)
    draft.midnight = True
    if first:
        return
    aged = score.aged_site(draft.fairness, draft.now)
    unbooked_wh = sum(entry.need_wh for entry in draft.queue if not entry.need_booked and not entry.let_go)
    aged = replace(aged, ask_kwh=aged.ask_kwh + unbooked_wh / 1000)
    draft.fairness = replace(aged, mean=score.mean_ratio(aged))
    draft.queue = tuple(replace(entry, need_booked=True) for entry in draft.queue)
    draft.reasons.append(f"{today}: a new day; the mean share is {draft.fairness.mean:.3f}")
    if draft.settings.reset_queue_daily and draft.queue:
        for entry in draft.queue:
            draft.tell(entry, Message.RESET)
        draft.reasons.append(f"the queue was reset: {len(draft.queue)} removed")
        draft.queue = ()


def note_overstay(draft: Draft) -> None:
    """Add, to every full session, the time beyond grace since the last decision during which somebody waited."""
    since = draft.site.decided_at
    if since is None or draft.now <= since or not any(map(waiting, draft.queue)):
        return
    grace = timedelta(seconds=draft.settings.grace_s)
    for charger in list(draft.chargers.values()):
        session = charger.session
        if session is None or session.phase is not Phase.FULL or session.full_at is None:
            continue
        overlap_s = (draft.now - max(since, session.full_at + grace)).total_seconds()
        if overlap_s > 0:
            longer = replace(session, overstay_s=session.overstay_s + overlap_s)
            draft.put_charger(replace(charger, session=longer))


def expire(draft: Draft, at: datetime) -> None:
    """Offers and holds whose deadline had passed at ``at`` lapse, unless their charge point could not be heard."""
    for charger, session, deadline in list(_deadlines(draft)):
        if deadline > at:
            continue
        if not _unheard(draft, charger):
            if charger.plugged and session.phase is Phase.HELD:
                offers.to_front(draft, charger, "blocked by a car that did not identify itself")
            else:
                offers.lapse(draft, charger, deadline)
        elif draft.now >= deadline + timedelta(seconds=draft.settings.offline_hold_s):
            offers.to_front(draft, charger, "the charger could not be heard")


def settle(draft: Draft) -> None:
    """After the inputs: deadlines, snoozes, full cars, the queue's order, and offers."""
    expire(draft, draft.now)
    _wake(draft)
    _fill(draft)
    draft.queue = ordered(draft.queue, draft.settings.locked_places)
    _offer_free(draft)


def next_due(draft: Draft) -> datetime | None:
    """The earliest instant at which time alone will change this site."""
    if draft.site.retired:
        return None
    dues = [next_midnight(draft.now, draft.zone)]
    for charger, _, deadline in _deadlines(draft):
        overdue = deadline <= draft.now  # Unheard: it ends when heard, or after the longest wait.
        late = deadline + timedelta(seconds=draft.settings.offline_hold_s)
        dues.append(late if overdue and charger.offline_since is not None else deadline)
    dues.extend(entry.snoozed_until for entry in draft.queue if entry.snoozed_until is not None)
    for charger in draft.chargers.values():
        if charger.suspended_at is not None:
            dues.append(charger.suspended_at + timedelta(seconds=draft.settings.full_after_s))
    if draft.queue and not draft.open_now():
        opening = next_opening(draft.settings, draft.zone, draft.now)
        if opening is not None:
            dues.append(opening)
    return min(dues)


def _deadlines(draft: Draft) -> Iterator[tuple[Charger, OpenSession, datetime]]:
    for charger in draft.chargers.values():
        session = charger.session
        if session is None or session.phase not in UNPLUGGED:
            continue
        deadline = session.answer_by if session.phase is Phase.OFFERED else session.plug_by
        if deadline is not None:
            yield charger, session, deadline


def _unheard(draft: Draft, charger: Charger) -> bool:
    """Whether a plug may have happened that we cannot know of yet: charge point offline, or its bridge silent."""
    if charger.offline_since is not None:
        return True
    link = draft.links.get(charger.charge_point_id)
    if link is None or not link.bridge_id:
        return False
    heard = draft.bridge_heard(link.bridge_id)
    return heard is None or draft.now - heard > timedelta(seconds=draft.settings.bridge_silence_s)


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


def _offer_free(draft: Draft) -> None:
    """Each free charger to the first who is waiting and not asleep."""
    if not draft.open_now():
        return
    for charger_key in sorted(draft.chargers):
        charger = draft.chargers[charger_key]
        entry = next(filter(waiting, draft.queue), None)
        if entry is None:
            return
        if charger.free:
            offers.offer(draft, charger, entry, _why(draft, entry))


def _why(draft: Draft, entry: Entry) -> str:
    """The choice in words: who was preferred, over whom, by what."""
    others = [other for other in draft.queue if other.entry_id != entry.entry_id and waiting(other)]
    if entry.front_at is not None:
        return "at the front, because a charger failed them"
    key = entry.score
    text = f"first of {len(others) + 1} waiting, share {key.ratio:.2f} (mean {key.mean:.2f}), {key.shift_min:+.0f} min"
    if others:
        text += f"; next is {others[0].member.username} ({others[0].score.shift_min:+.0f} min)"
    return text
