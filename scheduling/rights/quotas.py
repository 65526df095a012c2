"""Scheduling: what a driver may still charge. A day is the location's own."""

from collections.abc import Iterable
from dataclasses import dataclass, replace
from datetime import date, datetime, timedelta

from model.errors import Conflict
from model.instants import day_start, local_day, to_text
from model.quota import Limit, Of, Per, Usage, booked
from model.session import Session
from model.site import Site
from scheduling.draft import Draft
from scheduling.people import Person

ASK_AGAIN = timedelta(minutes=5)
"""A charge point that did not stop is asked again."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Left:
    """A limit, and how much of it is used. ``anew_at``: when it begins anew."""

    limit: Limit
    used: int
    anew_at: datetime

    @property
    def left(self) -> int:
        """In the limit's unit, 0 at least."""
        return max(0, self.limit.most - self.used)


def lefts(limits: Iterable[Limit], usage: Usage, now: datetime, zone: str) -> list[Left]:
    """Each limit as it stands at ``now`` in a zone."""
    today = local_day(now, zone)
    return [
        Left(limit=one, used=_used(one, usage, today), anew_at=day_start(_next(one.per, today), zone)) for one in limits
    ]


def used_up(site: Site, person: Person, now: datetime) -> Left | None:
    """The limit of which nothing is left; of several that which lasts longest."""
    if not person.limits:
        return None
    gone = [one for one in lefts(person.limits, person.usage, now, site.time_zone) if not one.left]
    return max(gone, key=lambda one: one.anew_at, default=None)


def energy_left_wh(site: Site, person: Person, now: datetime) -> int | None:
    """How much energy a charge may draw before a limit is reached; None: as much as the car takes."""
    if not person.limits:
        return None
    found = lefts(person.limits, person.usage, now, site.time_zone)
    return min((one.left for one in found if one.limit.of is Of.ENERGY), default=None)


def words(one: Left) -> str:
    """A used-up limit in a sentence."""
    limit = one.limit
    what = f"{limit.most / 1000:g} kWh" if limit.of is Of.ENERGY else f"{limit.most} charges"
    used = f"{one.used / 1000:g} kWh" if limit.of is Of.ENERGY else str(one.used)
    whose = f"of group {limit.group}" if limit.group else "of yours"
    return (
        f"The quota {whose}, {what} a {limit.per.value}, is used up ({used} charged). "
        f"It begins anew at {to_text(one.anew_at)}."
    )


def refuse_used_up(draft: Draft, person: Person) -> None:
    """Raise :class:`Conflict` for a driver whose quota is used up: they would be called in vain."""
    gone = used_up(draft.site, person, draft.now)
    if gone is not None:
        raise Conflict("quota_used", words(gone))


def bounded(draft: Draft, record: Session) -> Session:
    """A charge begins: where quotas stop charges, what it may draw is kept with it, to be held against readings."""
    if not draft.settings.stop_at_quota or not record.user_id:
        return record
    person = draft.person(record.user_id)
    return record if person is None else replace(record, quota_wh=energy_left_wh(draft.site, person, draft.now))


def reaches(record: Session, at: datetime) -> bool:
    """Whether a charge has drawn what its quota leaves it. Not again for a while after it was asked to stop."""
    if record.ended_at is not None or record.quota_wh is None or record.energy_wh < record.quota_wh:
        return False
    return record.quota_stop_at is None or at >= record.quota_stop_at + ASK_AGAIN


def charged(draft: Draft, record: Session, more_wh: int, sessions: int) -> None:
    """So much more energy is known of an ended session: it is used on the local day on which that ended."""
    person = draft.person(record.user_id) if record.user_id else None
    if person is None or record.ended_at is None or (more_wh <= 0 and not sessions):
        return
    day = local_day(record.ended_at, draft.zone)
    draft.put_person(replace(person, usage=booked(person.usage, day, more_wh, sessions, draft.zone)))


def _used(limit: Limit, usage: Usage, today: date) -> int:
    used = usage.of_day(today) if limit.per is Per.DAY else usage.of_month(today)
    return used.energy_wh if limit.of is Of.ENERGY else used.sessions


def _next(per: Per, today: date) -> date:
    """The first day on which a limit begins anew."""
    if per is Per.DAY:
        return today + timedelta(days=1)
    return (today.replace(day=1) + timedelta(days=32)).replace(day=1)
