"""The fair share (design §5): who gets what, who needs what, and the order key that follows. All in kWh and minutes.

Amounts decay by the calendar with one half-life, so that ratios are not changed by time and nothing is re-scored.
"""

from dataclasses import replace
from datetime import date, datetime, timedelta

from model.account import ServiceRecord
from model.entry import Score
from model.instants import minutes
from model.settings import Order
from model.site import Fairness

HALF_LIFE = timedelta(days=14)
SITE_PRIOR_KWH = 5.0
DRIVER_PRIOR_KWH = 10.0
MINUTES_PER_RATIO = 600.0
"""0.1 below the mean is an hour's head start."""
EARLIER_MIN = -240.0
LATER_MIN = 600.0
BOOST_MAX_MIN = 120.0
NO_SHOW_MIN = 60.0
FIRST_NEED_WH = 10_000
"""The need assumed while neither driver nor site has a metered mean."""
SESSIONS_FOR_MEAN = 3


def fading(since: datetime | None, now: datetime) -> float:
    """What is left of an amount booked at ``since``: 1 now, a half after 14 days."""
    if since is None or since >= now:
        return 1.0
    return float(0.5 ** ((now - since) / HALF_LIFE))


def aged(record: ServiceRecord, now: datetime) -> ServiceRecord:
    """``record`` decayed to ``now``."""
    left = fading(record.as_of, now)
    return replace(
        record,
        got_kwh=record.got_kwh * left,
        debt_kwh=record.debt_kwh * left,
        ask_kwh=record.ask_kwh * left,
        as_of=max(now, record.as_of or now),
    )


def aged_site(fairness: Fairness, now: datetime) -> Fairness:
    """The site's sums decayed to ``now``; the frozen mean stays."""
    left = fading(fairness.as_of, now)
    return replace(
        fairness,
        got_kwh=fairness.got_kwh * left,
        ask_kwh=fairness.ask_kwh * left,
        as_of=max(now, fairness.as_of or now),
    )


def mean_ratio(fairness: Fairness) -> float:
    """Σgot over Σask with a prior of 5 kWh each: 1 where nothing is known."""
    return (fairness.got_kwh + SITE_PRIOR_KWH) / (fairness.ask_kwh + SITE_PRIOR_KWH)


def score_at_joining(
    order: Order, record: ServiceRecord, fairness: Fairness, now: datetime, boost_min: float = 0.0
) -> Score:
    """The order key of somebody who joins at ``now``, with its inputs."""
    fresh = aged(record, now)
    mean = fairness.mean
    ratio = (fresh.got_kwh + fresh.debt_kwh + DRIVER_PRIOR_KWH * mean) / (fresh.ask_kwh + DRIVER_PRIOR_KWH)
    shift, boost = 0.0, 0.0
    if order is Order.SCORE:
        shift = min(max(MINUTES_PER_RATIO * (ratio - mean), EARLIER_MIN), LATER_MIN)
        boost = min(max(boost_min, 0.0), BOOST_MAX_MIN)
    joined = minutes(now)
    return Score(
        value=joined + shift - boost,
        joined_min=joined,
        shift_min=shift,
        boost_min=boost,
        ratio=ratio,
        mean=mean,
        got_kwh=fresh.got_kwh,
        debt_kwh=fresh.debt_kwh,
        ask_kwh=fresh.ask_kwh,
    )


def as_joined_at(score: Score, now: datetime, penalty_min: float = 0.0) -> Score:
    """``score`` as if joined at ``now``, and ``penalty_min`` later still."""
    joined = minutes(now)
    return replace(
        score,
        joined_min=joined,
        penalty_min=penalty_min,
        value=joined + score.shift_min - score.boost_min + penalty_min,
    )


def usual_need_wh(record: ServiceRecord, fairness: Fairness) -> int:
    """The driver's metered mean charge; before 3 sessions the site's; before any, 10 kWh. Never what was typed."""
    if record.sessions >= SESSIONS_FOR_MEAN:
        return record.energy_wh // record.sessions
    if fairness.sessions:
        return fairness.energy_wh // fairness.sessions
    return FIRST_NEED_WH


def need_noted(record: ServiceRecord, fairness: Fairness, today: date, now: datetime) -> ServiceRecord:
    """At joining: the need is noted for ``today``, unless one was booked today already.

    A need noted on an earlier day is booked now, faded as the site's sum is, which counted it when that day closed.
    """
    if record.ask_day is not None and record.ask_day < today:
        left = fading(record.ask_from, now)
        record = need_booked(replace(record, need_wh=round(record.need_wh * left)), now)
    if today in {record.asked_on, record.ask_day}:
        return record
    return replace(record, ask_day=today, ask_from=now, need_wh=usual_need_wh(record, fairness))


def need_booked(record: ServiceRecord, now: datetime) -> ServiceRecord:
    """The noted need, if any, becomes part of what the driver asked for."""
    if record.ask_day is None:
        return record
    fresh = aged(record, now)
    booked = replace(fresh, ask_kwh=fresh.ask_kwh + record.need_wh / 1000, asked_on=record.ask_day)
    return need_cleared(booked)


def need_cleared(record: ServiceRecord) -> ServiceRecord:
    """The noted need does not count: the driver let an offer go, or left soon."""
    return replace(record, ask_day=None, ask_from=None, need_wh=0)


def served(record: ServiceRecord, energy_wh: int, debt_kwh: float, now: datetime, sessions: int = 1) -> ServiceRecord:
    """``energy_wh`` was charged, in so many more sessions."""
    fresh = aged(record, now)
    return replace(
        fresh,
        got_kwh=fresh.got_kwh + energy_wh / 1000,
        debt_kwh=fresh.debt_kwh + debt_kwh,
        sessions=fresh.sessions + sessions,
        energy_wh=fresh.energy_wh + energy_wh,
    )


def overstay_debt_kwh(energy_wh: int, charging_s: float, overstay_s: float) -> float:
    """2 · mean power · the time of overstay beyond grace during which somebody was waiting."""
    if charging_s <= 0 or overstay_s <= 0:
        return 0.0
    return 2 * (energy_wh / 1000 / charging_s) * overstay_s
