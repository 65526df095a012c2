"""The energy of a session as a transaction's end tells it: priced, counted for the driver's share, and paid.

It may come after the session's own end, and after the next transaction's start.
"""

from dataclasses import replace
from datetime import datetime

from model.charger import Charger
from model.session import Session, drawn_wh
from scheduling.costs import growing
from scheduling.costs.settling import settled
from scheduling.draft import Draft
from scheduling.fairness import needs, score
from scheduling.rights import quotas

MOST_LEAP_WH = 100_000
"""Between the last reading and the end."""


def book_energy(
    draft: Draft, charger: Charger, number: int, register_wh: int, occurred_at: datetime | None = None
) -> None:
    """The transaction's last register value. Energy never decreases: a register behind what is known is kept out."""
    record = draft.record(charger, number)
    if record is None:
        return
    start = record.meter_start_wh if record.meter_start_wh is not None else register_wh
    drawn = drawn_wh(start, register_wh) if _follows(record, register_wh) else 0
    _booked(draft, record, record.energy_before_wh + drawn, occurred_at)


def _follows(record: Session, register_wh: int) -> bool:
    """Whether a last register may follow the readings that are known: not where these began anew and it did not."""
    known_wh = record.register_wh if record.register_of == record.transaction_id else None
    return known_wh is None or register_wh - known_wh <= MOST_LEAP_WH


def _booked(draft: Draft, record: Session, energy_wh: int, occurred_at: datetime | None = None) -> None:
    """The session has drawn so much by now; told after its end, it still counts for its driver's share and is paid."""
    at = growing.read_at(record, occurred_at or draft.now, draft.now)
    after = replace(growing.grown(record, energy_wh, at), meter_at=draft.now)
    energy_wh = after.energy_wh
    more_wh = energy_wh - record.energy_wh
    draft.put_record(after)
    if record.ended_at is None:
        return
    draft.put_record(settled(draft, after))
    if energy_wh == 0:  # It came after our session had closed, here and below.
        needs.unmet(draft, record.user_id)
    elif record.energy_wh == 0:
        needs.served(draft, record.user_id, more_wh, debt_kwh(record, more_wh), counted=False)
        quotas.charged(draft, record, more_wh, sessions=1)
    elif more_wh > 0:
        needs.got_more(draft, record.user_id, more_wh, debt_kwh(record, more_wh))
        quotas.charged(draft, record, more_wh, sessions=0)


def book_unended(draft: Draft, charger: Charger, number: int, transaction_id: str, register_wh: int) -> None:
    """The end of a transaction that another of the same session followed: what it drew beyond what is counted."""
    record = draft.record(charger, number)
    past = [] if record is None else [one for one in record.unended if one.transaction_id == transaction_id]
    if record is None or not past:
        return
    more_wh = max(0, drawn_wh(past[0].meter_start_wh, register_wh) - past[0].counted_wh)
    record = replace(
        record,
        unended=tuple(one for one in record.unended if one.transaction_id != transaction_id),
        energy_before_wh=record.energy_before_wh + more_wh,
    )
    draft.put_record(record)
    _booked(draft, record, record.energy_wh + more_wh)


def debt_kwh(record: Session, energy_wh: int) -> float:
    """What overstaying in this session costs, for this much of its energy."""
    end = record.full_at or record.ended_at
    if end is None or record.plugged_at is None:
        return 0.0
    return score.overstay_debt_kwh(energy_wh, (end - record.plugged_at).total_seconds(), record.overstay_s)
