"""Scheduling: how long a driver will wait, and when a car will be full, as a range that holds four times out of five.

From the site alone: who charges and since when, who waits in which order, the queue's hours, and its habits.
"""

from collections.abc import Sequence
from datetime import datetime, timedelta
from zoneinfo import ZoneInfo

from model.charger import Charger, Phase
from model.entry import Entry
from model.foreseen import Range, Soon, Wait
from model.instants import minutes as absolute_min
from model.settings import WEEKDAYS
from model.site import Site
from scheduling.fairness.order import waiting, with_newcomer
from scheduling.forecasting.chances import FOREVER, Chances, chances_of, how_many
from scheduling.forecasting.drawing import mixed
from scheduling.forecasting.habits import SLOT_MIN, SLOTS, dispersion, minutes
from scheduling.forecasting.machines import free_in, key_of, works
from scheduling.forecasting.scenarios import Arrivals, Line, Machine, Turn, waits
from scheduling.forecasting.spread import beyond
from scheduling.hours import next_midnight, open_spans
from scheduling.rights.access import open_to, restricted

LOW, HIGH = 0.1, 0.9
"""The range holds four times out of five."""
_LONGEST = timedelta(days=7)
_SOON = 3
"""So many chargers that come free next are told."""
_FEW_SCENARIOS = 40
_SLOWER = 2.0
"""A charge that draws less than before takes so many times as long at most."""


def foresee_wait(site: Site, entry: Entry, now: datetime) -> Wait:
    """The wait of somebody in the queue, or of somebody who would join with ``entry``."""
    queue = site.queue
    if all(one.entry_id != entry.entry_id for one in queue):
        queue = with_newcomer(queue, entry, site.settings.locked_places)
    mine = next(place for place, one in enumerate(queue) if one.entry_id == entry.entry_id)
    chances = chances_of(site.habits, site.settings)
    chargers = [one for _, one in sorted(site.chargers.items()) if works(one)]
    limited = restricted(site, chargers)
    some_pass = limited or not waiting(entry)
    turns = queue if some_pass else queue[: mine + 1]
    found = waits(
        Line(
            machines=[_machine(site, one, turns, chances, now, limited=limited) for one in chargers],
            turns=[_turn(one, chances, now, stays=one is queue[mine]) for one in turns],
            mine=mine,
            arrivals=_arrivals(site, entry, chances, now) if entry.front_at is None else (),
            newcomer=Turn(key=0, charging=chances.charging, moving=chances.moving),
            locked_places=site.settings.locked_places,
            spans=_spans(site, now),
        ),
        chances,
    )
    mine_too = [one for one in chargers if open_to(site, one, entry.member.groups)]
    return Wait(
        range=range_of(found),
        today=sum(each < FOREVER for each in found) / len(found),
        place=mine + 1,
        ahead=mine,
        chargers=len(mine_too),
        soon=_soon(mine_too, chances, now),
    )


def foresee_full(site: Site, charger: Charger, now: datetime, energy_wh: int = 0, power_w: int = 0) -> Range | None:
    """Until a charging car is full; None where none charges.

    What it drew so far and draws now says whether it goes on faster or slower than before; 0: not known.
    """
    session = charger.session
    if session is None or session.phase is not Phase.CHARGING:
        return None
    chances = chances_of(site.habits, site.settings)
    since_min = minutes(session.plugged_at or now, now)
    pace = 1.0
    if energy_wh > 0 and power_w > 0 and since_min > 0:
        pace = min(_SLOWER, max(1 / _SLOWER, 60 * energy_wh / since_min / power_w))
    return range_of([pace * each for each in beyond(chances.charging_of(session.entry), since_min)])


def range_of(found: Sequence[float]) -> Range | None:
    """The range of values in order."""
    low, median, high = (_quantile(found, share) for share in (LOW, 0.5, HIGH))
    if low is None:
        return None
    return Range(low_min=low, median_min=median, high_min=high)


def _quantile(found: Sequence[float], share: float) -> float | None:
    at = share * (len(found) - 1)
    low = int(at)
    below, above = found[low], found[min(low + 1, len(found) - 1)]
    if below == FOREVER:
        return None
    return below if above == FOREVER else below + (above - below) * (at - low)


def _machine(
    site: Site, charger: Charger, turns: Sequence[Entry], chances: Chances, now: datetime, *, limited: bool
) -> Machine:
    may = None
    if limited:
        may = frozenset(index for index, one in enumerate(turns) if open_to(site, charger, one.member.groups))
    return Machine(key=key_of(charger), free=free_in(charger, chances, now), open_to=may)


def _turn(entry: Entry, chances: Chances, now: datetime, *, stays: bool) -> Turn:
    return Turn(
        key=entry.entry_id,
        charging=chances.charging_of(entry),
        moving=chances.moving_of(entry),
        awake_min=0.0 if entry.snoozed_until is None else minutes(now, entry.snoozed_until),
        leaving=() if stays else chances.leaving_of(minutes(entry.joined_at, now)),
    )


def _arrivals(site: Site, entry: Entry, chances: Chances, now: datetime) -> list[Arrivals]:
    """Who may come and rank before the entry, half hour by half hour, as on the last such weekdays."""
    habits = site.habits
    local = now.astimezone(ZoneInfo(site.time_zone))
    name = WEEKDAYS[local.weekday()]
    known = {name: habits.joins[name]} if name in habits.joins else habits.joins
    days = sum(habits.days.get(one, 0) for one in known)
    if not days:
        return []
    differs = dispersion(habits)
    minute = 60 * local.hour + local.minute + local.second / 60
    found = []
    for slot in range(int(minute) // SLOT_MIN, SLOTS):
        start = max(0.0, SLOT_MIN * slot - minute)
        long = SLOT_MIN * (slot + 1) - minute - start
        come = sum(joins[slot] for joins in known.values()) / days * long / SLOT_MIN
        before = chances.shifted_below(entry.score.value - absolute_min(now) - start - long / 2)
        if come * before > 0:
            counts = how_many(come * before, come * before * (1 + before * (differs - 1)))
            found.append(Arrivals(start_min=start, long_min=long, counts=counts))
    return found


def _spans(site: Site, now: datetime) -> list[tuple[float, float]]:
    """When offers are made that the entry lives to see, in minutes from now."""
    end = next_midnight(now, site.time_zone) if site.settings.reset_queue_daily else now + _LONGEST
    return [
        (minutes(now, opens), minutes(now, closes))
        for opens, closes in open_spans(site.settings, site.time_zone, now, end)
    ]


def _soon(chargers: Sequence[Charger], chances: Chances, now: datetime) -> tuple[Soon, ...]:
    found = []
    for charger in chargers:
        free, key = free_in(charger, chances, now), key_of(charger)
        middle = sorted(free(mixed(key, scenario)) for scenario in range(_FEW_SCENARIOS))[_FEW_SCENARIOS // 2]
        phase = None if charger.session is None else charger.session.phase
        found.append(Soon(charger_id=charger.charger_id, phase=phase, free_min=middle))
    return tuple(sorted(found, key=lambda one: (one.free_min, one.charger_id))[:_SOON])
