"""Services: what reports need of a decision, kept with its record: who waits, what is free, whose need was met.

Pure. ``{"queue": [waiting, awake, free, chargers], "blocked": […], "present": […], "zone": …, "waits_s": […],
"needs": {user_id: [got_wh, ask_wh]}, "closed": {"date": …, "asks": {user_id: wh}}}``; all but the first only where
there is something to tell. Chargers by folded id.
"""

from collections.abc import Mapping
from typing import Any

from model.charger import Charger, OpenSession
from model.entry import Entry
from model.session import Session
from model.site import Site
from scheduling.fairness.score import aged, aged_site
from scheduling.hours import is_open
from scheduling.outcome import Decided, SessionKey, State


def figures_of(state: State, decided: Decided) -> dict[str, Any]:
    """The figures of a decision that changed something."""
    before, after = state.site, decided.site
    figures: dict[str, Any] = {"queue": _queue(after)}
    present = _present(after)
    if decided.midnight or (present, after.time_zone) != (_present(before), before.time_zone):
        figures |= {"present": present, "zone": after.time_zone}
    if blocked := [key for key, one in after.chargers.items() if one.plugged and one.session is None]:
        figures["blocked"] = blocked
    if waits_s := [wait_s for key, one in decided.sessions.items() if (wait_s := _wait_s(state, after, key, one))]:
        figures["waits_s"] = waits_s
    closed = _asks_at_closing(before) if decided.midnight else {}
    if closed and before.day is not None:
        figures["closed"] = {"date": before.day.date.isoformat(), "asks": closed}
    if needs := _needs(state, decided, sum(closed.values())):
        figures["needs"] = needs
    return figures


def _queue(site: Site) -> list[int]:
    standing = [one for one in site.chargers.values() if not one.retired]
    at, awake = site.decided_at, 0
    if at is not None and not site.retired and is_open(site.settings, site.time_zone, at):
        awake = sum(one.snoozed_until is None or one.snoozed_until <= at for one in site.queue)
    return [len(site.queue), awake, sum(one.free for one in standing), len(standing)]


def _present(site: Site) -> list[str]:
    return [] if site.retired else [key for key, one in site.chargers.items() if not one.retired]


def _wait_s(state: State, after: Site, key: SessionKey, record: Session) -> int | None:
    """From joining to plugging in, of a charge that began in this decision after an offer; at least 1."""
    if record.plugged_at is None or record.walk_up or not record.user_id:
        return None
    known = state.sessions.get(key)
    running = _open(state.site.chargers.get(key[0]), record.number)
    if (known is not None and known.plugged_at is not None) or (running is not None and running.plugged_at is not None):
        return None
    entry = _turn(state.site, after, key, record)
    return None if entry is None else max(1, round((record.plugged_at - entry.joined_at).total_seconds()))


def _turn(before: Site, after: Site, key: SessionKey, record: Session) -> Entry | None:
    for site in (after, before):
        running = _open(site.chargers.get(key[0]), record.number)
        if running is not None and running.entry is not None:
            return running.entry
    return next((entry for entry in before.queue if entry.member.user_id == record.user_id), None)


def _open(charger: Charger | None, number: int) -> OpenSession | None:
    session = None if charger is None else charger.session
    return session if session is not None and session.number == number else None


def _asks_at_closing(before: Site) -> dict[str, int]:
    """The needs that the site counts when a day ends: see :func:`scheduling.fairness.needs.at_closing`."""
    counted = (entry for entry in before.queue if not entry.need_booked and not entry.let_go)
    return {entry.member.user_id: entry.need_wh for entry in counted if entry.need_wh}


def _needs(state: State, decided: Decided, closed_wh: int) -> Mapping[str, list[int]]:
    """What each driver got and asked for; together just what the site's own sums grew by."""
    fairness = decided.site.fairness
    faded = state.site.fairness if fairness.as_of is None else aged_site(state.site.fairness, fairness.as_of)
    left_wh = round((fairness.ask_kwh - faded.ask_kwh) * 1000) - closed_wh
    needs: dict[str, list[int]] = {}
    for user_id, person in decided.people.items():
        known = state.people.get(user_id)
        if known is None:
            continue
        record, earlier = person.record, known.record
        got_wh = record.energy_wh - earlier.energy_wh
        asked = record.ask_kwh - (earlier if record.as_of is None else aged(earlier, record.as_of)).ask_kwh
        ask_wh = min(max(0, round(asked * 1000)), max(0, left_wh))
        left_wh -= ask_wh
        if got_wh or ask_wh:
            needs[user_id] = [got_wh, ask_wh]
    return needs
