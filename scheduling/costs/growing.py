"""Scheduling: a session's energy grows: each part falls to the price of the time it was drawn in, and adds to the cost.

All energy of sessions passes through here, whether a transaction's end, a sample or a late report tells it.
"""

from dataclasses import replace
from datetime import datetime, timedelta

from model.money.amount import amount, energy_of
from model.session import Session
from scheduling.costs.pricing import split, together

_OLDEST = timedelta(days=30)
"""A charge point's clock that says that a transaction began longer ago is wrong."""


def grown(record: Session, energy_wh: int, at: datetime) -> Session:
    """The session when it has drawn so much by ``at``, evenly since its last reading.

    Also when it has drawn nothing since: then what follows was drawn after ``at``. Energy never decreases.
    """
    energy_wh = max(energy_wh, record.energy_wh)
    if record.tariff is None:
        return record if energy_wh == record.energy_wh else replace(record, energy_wh=energy_wh)
    since = record.priced_to or record.plugged_at or at
    at = max(at, since)
    more_wh = energy_wh - energy_of(record.slices)
    slices = record.slices
    if more_wh > 0:
        slices = together((*slices, *split(record.tariff, since, at, more_wh)))
    return priced(replace(record, energy_wh=energy_wh, slices=slices, priced_to=at))


def priced(record: Session) -> Session:
    """The session with what it costs so far; its overstay counts when it has ended."""
    if record.tariff is None or not record.tariff.priced:
        return record
    idle_s = int(record.overstay_s) if record.ended_at is not None and record.tariff.idle_price else 0
    return replace(record, idle_s=idle_s, cost=amount(record.slices, idle_s, record.tariff.idle_price))


def begun(record: Session, at: datetime) -> Session:
    """A transaction begins at ``at``: nothing was drawn between the last reading and then.

    The first of a session may have begun before we heard of it.
    """
    if record.energy_wh == 0 and not record.slices and record.tariff is not None:
        return replace(record, priced_to=at)
    return grown(record, record.energy_wh, at)


def began_at(occurred_at: datetime, received_at: datetime, *, offline: bool) -> datetime:
    """When a transaction began: one that is told late has only the charge point's own clock to say so."""
    if not offline or not received_at - _OLDEST <= occurred_at <= received_at:
        return received_at
    return occurred_at


def read_at(record: Session, occurred_at: datetime, received_at: datetime) -> datetime:
    """When the last register of a transaction was read: by the charge point's clock, as far as it can be so."""
    since = record.priced_to
    return received_at if since is None else min(max(occurred_at, since), received_at)
