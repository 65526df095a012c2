"""Scheduling: the entry somebody would have who joined now, for a forecast; nothing is decided by it."""

from datetime import datetime

from model.entry import Entry
from model.instants import local_day
from model.site import Site
from scheduling.fairness.score import as_joined_at, need_noted, score_at_joining
from scheduling.forecasting.habits import usual_s
from scheduling.people import Person


def would_join(site: Site, person: Person, now: datetime) -> Entry:
    """As :mod:`scheduling.requests.drivers` would enter them, with the next entry's number."""
    today = local_day(now, site.time_zone)
    record = need_noted(person.record, site.fairness, today, now)
    score = score_at_joining(site.settings.order, record, site.fairness, now)
    if site.day is not None and site.day.date == today:
        penalty_min = site.day.late_min.get(person.member.user_id)
        score = score if penalty_min is None else as_joined_at(score, now, penalty_min)
    charging_s, full_s = usual_s(record)
    return Entry(
        entry_id=site.last_entry + 1,
        member=person.member,
        joined_at=now,
        score=score,
        usual_charging_s=charging_s,
        usual_full_s=full_s,
    )
