"""Services: what the session records of a day say. Pure, and the same however often and in whichever order."""

from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import datetime

from model.charger import EndReason
from model.ids import fold
from model.session import Session
from model.summary import ChargerDay, Counted, Outcomes, Takings

_COUNTED_AS = {
    EndReason.NO_SHOW: "no_shows",
    EndReason.DECLINED: "declines",
    EndReason.LAPSED: "silences",
    EndReason.SNOOZED: "snoozes",
    EndReason.WITHDRAWN: "withdrawn",
}


@dataclass(slots=True)
class _Sums:
    charger_id: str
    sessions: int = 0
    energy_wh: int = 0
    earnings: Counter[str] = field(default_factory=Counter)
    charging_s: float = 0.0
    full_s: float = 0.0
    held_s: float = 0.0


def count_day(
    sessions: Iterable[Session], starts_at: datetime, ends_at: datetime, until: datetime, chargers: Iterable[str] = ()
) -> Counted:
    """The day from ``starts_at`` to ``ends_at``, of which time has come ``until``.

    ``sessions``: all that were open in it, others do no harm; ``chargers``: ids of those that are listed anyway.
    """
    until = max(starts_at, min(until, ends_at))
    sums = {fold(charger_id): _Sums(charger_id) for charger_id in chargers}
    outcomes: Counter[str] = Counter()
    running: list[tuple[str, int]] = []
    for one in sorted(sessions, key=lambda each: (each.assigned_at, fold(each.charger_id), each.number)):
        ended_at = _ended_at(one)
        if one.assigned_at >= ends_at or (ended_at is not None and ended_at < starts_at):
            continue
        key = fold(one.charger_id)
        at_charger = sums.setdefault(key, _Sums(one.charger_id))
        _add_times(at_charger, one, starts_at, until)
        if ended_at is None or ended_at >= ends_at:
            running.append((key, one.number))
        else:
            _add_takings(at_charger, one)
        outcomes.update(_outcomes(one, starts_at, ends_at))
    found = {key: _charger_day(one) for key, one in sorted(sums.items())}
    return Counted(until=until, chargers=found, outcomes=Outcomes(**outcomes), running=tuple(sorted(running)))


def _ended_at(session: Session) -> datetime | None:
    """Not before it began: what was received late may say so."""
    return None if session.ended_at is None else max(session.ended_at, session.assigned_at)


def _add_times(sums: _Sums, session: Session, starts_at: datetime, until: datetime) -> None:
    end = _ended_at(session) or until
    plugged = session.plugged_at
    if plugged is None:  # An offer; or a charge of which only beginning and end are known.
        plugged = end if session.ended_at is None or session.never_plugged else session.assigned_at
    full = session.full_at or end

    def within(since: datetime, to: datetime) -> float:
        return max(0.0, (min(to, end, until) - max(since, starts_at)).total_seconds())

    sums.held_s += within(session.assigned_at, plugged)
    sums.charging_s += within(plugged, full)
    sums.full_s += within(max(full, plugged), end)


def _add_takings(sums: _Sums, session: Session) -> None:
    """A charge that ended in this day."""
    if session.never_plugged:
        return
    sums.sessions += 1
    sums.energy_wh += session.energy_wh
    if amount := earned(session):
        sums.earnings[session.currency] += amount


def earned(session: Session) -> int:
    """Minor units: what a ledger has of it; where charging is not paid from balances, what it cost.

    Nobody's and unconfirmed charges are not billed.
    """
    if session.charged or (session.tariff is not None and session.tariff.prepaid):
        return session.charged
    return session.cost or 0 if session.user_id and session.confirmed else 0


def _outcomes(session: Session, starts_at: datetime, ends_at: datetime) -> Iterable[str]:
    if session.plugged_at is not None and session.user_id and starts_at <= session.plugged_at < ends_at:
        yield "walk_ups" if session.walk_up else "served"
    name = _COUNTED_AS.get(session.end_reason) if session.end_reason is not None else None
    ended_at = _ended_at(session)
    if name is not None and ended_at is not None and starts_at <= ended_at < ends_at:
        yield name


def _charger_day(sums: _Sums) -> ChargerDay:
    return ChargerDay(
        charger_id=sums.charger_id,
        takings=Takings(sessions=sums.sessions, energy_wh=sums.energy_wh, earnings=dict(sorted(sums.earnings.items()))),
        charging_s=round(sums.charging_s),
        full_s=round(sums.full_s),
        held_s=round(sums.held_s),
    )
