"""Scheduling: which price holds when, and energy divided among the prices of the time it was drawn in."""

from collections.abc import Iterable
from datetime import datetime, timedelta

from model.charger import Charger
from model.instants import local_day, local_instant
from model.money.amount import Slice
from model.money.tariff import Tariff
from model.settings import WEEKDAYS
from model.site import Site
from scheduling.hours import minute_of_day

LONGEST = timedelta(days=31)
"""Energy is looked for in the last days only, should a clock be years away."""
_DAY = timedelta(days=1)
_TICK = timedelta(microseconds=1)


def tariff_of(site: Site, charger: Charger) -> Tariff:
    """The prices of a charger now: with a price or times of its own, none of the location's per kWh hold there."""
    settings = site.settings
    own = charger.price is not None or bool(charger.tariffs)
    return Tariff(
        price=charger.price if own else settings.price,
        windows=charger.tariffs if own else settings.tariffs,
        idle_price=settings.idle_price if charger.idle_price is None else charger.idle_price,
        zone=site.time_zone,
        prepaid=settings.prepaid,
    )


def price_at(tariff: Tariff, at: datetime) -> int:
    """The price per kWh at an instant."""
    held = [price for opens, closes, price in _spans(tariff, at, at) if opens <= at < closes]
    return held[0] if held else tariff.price or 0


def split(tariff: Tariff, since: datetime, until: datetime, energy_wh: int) -> list[Slice]:
    """Energy drawn evenly from ``since`` to ``until``, by price; the parts are whole Wh and together ``energy_wh``.

    Nothing is known of how it was drawn within a stretch, so a boundary of prices divides it in proportion to time.
    """
    since = max(since, until - LONGEST)
    if not tariff.windows or until <= since:
        return [Slice(price=price_at(tariff, until), energy_wh=energy_wh)]
    whole = (until - since) // _TICK
    parts: list[Slice] = []
    passed = given = 0
    for price, length in _stretches(tariff, since, until):
        passed += length // _TICK
        part = energy_wh * passed // whole - given
        given += part
        parts.append(Slice(price=price, energy_wh=part))
    return parts


def together(slices: Iterable[Slice]) -> tuple[Slice, ...]:
    """One slice a price, in the order in which the prices first held; without those of no energy."""
    sums: dict[int, int] = {}
    for one in slices:
        sums[one.price] = sums.get(one.price, 0) + one.energy_wh
    return tuple(Slice(price=price, energy_wh=energy_wh) for price, energy_wh in sums.items() if energy_wh)


def _stretches(tariff: Tariff, since: datetime, until: datetime) -> Iterable[tuple[int, timedelta]]:
    """The time from ``since`` to ``until`` without a gap: (price, how long)."""
    at = since
    for opens, closes, price in _spans(tariff, since, until):
        if opens > at:
            yield tariff.price or 0, min(opens, until) - at
            at = min(opens, until)
        if closes > at and at < until:
            yield price, min(closes, until) - at
            at = min(closes, until)
    if at < until:
        yield tariff.price or 0, until - at


def _spans(tariff: Tariff, since: datetime, until: datetime) -> list[tuple[datetime, datetime, int]]:
    """The windows that may touch the time, as instants, in order.

    A day more on both sides: where clocks go back over midnight, an instant after it is of the day before again.
    """
    found = []
    day, last = local_day(since, tariff.zone) - _DAY, local_day(until, tariff.zone) + _DAY
    while tariff.windows and day <= last:
        for window in tariff.windows:
            if WEEKDAYS[day.weekday()] in window.days:
                opens = local_instant(day, minute_of_day(window.start), tariff.zone)
                closes = local_instant(day, minute_of_day(window.end), tariff.zone)
                found.append((opens, closes, window.price))
        day += _DAY
    return sorted(found)
