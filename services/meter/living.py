"""Services: what samples say of a running session: its energy, its power, and whether it is nearly full. Pure."""

from collections.abc import Callable, Sequence
from dataclasses import replace
from datetime import datetime
from typing import Any

from model.meter import quantities
from model.meter.labels import FACTOR, KWH_AS_WH, begins_in_kwh, grows_in_kwh
from model.meter.register import Count, counts
from model.meter.samples import Samples, instant
from model.session import Session
from scheduling.costs.growing import grown, read_at

Recent = Callable[[], Samples]
Readings = list[tuple[int, float]]

PHASES = ("", "1-phase", "2-phase", "3-phase")
"""Types of sessions, by how many phases a car drew from at most; they sort as they grow."""
NEARLY_FULL_PERCENT = 90
FADING = 0.6
"""Of the most it drew: a battery that takes less, although it is offered more, is nearly full."""
NOTHING = 0.05
FADING_S = 240
LEAST_PEAK_W = 1_000


def lived(session: Session, fresh: Samples, recent: Recent, at: datetime, known_to: datetime | None = None) -> Session:
    """The session with what is known of it by ``at``. Energy never decreases; an ended session stays as it is.

    ``fresh``: what the running transaction told now; ``recent``: with it, all of the last minutes, looked at only where
    it takes more than the latest to tell. ``known_to``: what was taken before is of no power that is drawn now, unless
    that is yet to come: then the charge point's clock was put back.
    """
    if session.ended_at is not None or not fresh:
        return session
    power, register = quantities.powers(fresh), quantities.registers(fresh)
    after, changes = _grown(_labelled(session, register, power, recent), register, recent, at)
    power_w, peak_w = session.power_w, session.peak_power_w
    if power and (known_to is None or known_to > at or instant(power[-1][0]) > known_to):
        power_w = max(0, round(power[-1][1]))
        peak_w = max(peak_w, power_w)
    if session.nearly_full_at is None and _is_nearly_full(power_w, peak_w, fresh, recent):
        changes["nearly_full_at"] = at
    if session.session_type != PHASES[-1]:
        changes["session_type"] = max(session.session_type, PHASES[quantities.phases_drawn(fresh)])
    if (after.energy_wh, power_w) != (session.energy_wh, session.power_w):
        changes["meter_at"] = at
    return replace(after, power_w=power_w, peak_power_w=peak_w, **changes)


def fades(peak_w: int, offered_w: float | None, power: Sequence[tuple[int, float]]) -> bool:
    """Whether a car has taken clearly less than it did for minutes, though it is offered more."""
    most_w = peak_w if offered_w is None else min(peak_w, offered_w)
    if most_w < LEAST_PEAK_W or not power:
        return False
    since_ms = power[-1][0] - FADING_S * 1000
    latest = (watts for at_ms, watts in power if at_ms >= since_ms)
    return power[0][0] <= since_ms and all(NOTHING * most_w < watts < FADING * most_w for watts in latest)


def _is_nearly_full(power_w: int, peak_w: int, fresh: Samples, recent: Recent) -> bool:
    percent = quantities.charge_percents(fresh)
    if percent and percent[-1][1] >= NEARLY_FULL_PERCENT:
        return True
    if not NOTHING * peak_w < power_w < FADING * peak_w:
        return False
    latest = recent()
    return fades(peak_w, quantities.offered_w(latest), quantities.powers(latest))


def _labelled(session: Session, register: Readings, power: Readings, recent: Recent) -> Session:
    """The session with the correction its register needs noted, once it shows."""
    if KWH_AS_WH in session.corrections or not register or session.energy_wh >= FACTOR:
        return session  # A thousandth of what a car takes is never as much.
    begins = not _is_counted(session) and begins_in_kwh(session.meter_start_wh, register[0][1])
    if not begins:
        if len(register) < 2:
            latest = recent()
            known, power = quantities.registers(latest), quantities.powers(latest)
        else:
            known = register
        if not grows_in_kwh(known, power):
            return session
    start_wh = session.meter_start_wh
    if start_wh is not None and not begins and abs(register[0][1] - start_wh) <= FACTOR:
        start_wh *= FACTOR  # The start was told in kWh too.
    corrected = (*session.corrections, KWH_AS_WH)
    return replace(session, corrections=corrected, meter_start_wh=start_wh, register_wh=None, register_at=None)


def _is_counted(session: Session) -> bool:
    return session.register_at is not None and session.register_of == session.transaction_id


def _grown(session: Session, register: Readings, recent: Recent, at: datetime) -> tuple[Session, dict[str, Any]]:
    """With the energy its register tells, and the other fields that change with it.

    Where the price goes by the time of day, reading by reading.
    """
    start_wh = session.meter_start_wh
    if start_wh is None or not register:
        return session, {}
    factor = FACTOR if KWH_AS_WH in session.corrections else 1
    same = _is_counted(session)
    last_at = session.register_at if same else None
    if last_at is not None and at < last_at and instant(register[-1][0]) <= last_at:
        # The clock was put back since: what is more than was counted is newer all the same.
        register = [(at_ms, wh) for at_ms, wh in register if wh * factor >= (session.register_wh or 0)]
        if not register:
            return session, {}
        last_at = min(session.meter_at or at, instant(register[0][0] - 1))
    elif same and session.register_wh is not None and min(wh for _, wh in register) * factor < session.register_wh:
        # It may have begun anew with a post before. What was taken after a reading that counts is of this transaction.
        register = quantities.registers(recent())
    known = Count(
        start_wh=start_wh,
        before_wh=session.energy_before_wh,
        last_wh=session.register_wh if same else None,
        last_at=last_at,
    )
    steps = list(counts(known, [(instant(at_ms), round(wh * factor)) for at_ms, wh in register]))
    if not steps:
        return session, {}
    last = steps[-1]
    by_time = session.tariff is not None and bool(session.tariff.windows)
    for step in steps if by_time else [last]:
        session = grown(session, step.energy_wh, read_at(session, step.last_at or at, at))
    return session, {
        "meter_start_wh": last.start_wh,
        "energy_before_wh": last.before_wh,
        "register_wh": last.last_wh,
        "register_at": last.last_at,
        "register_of": session.transaction_id,
    }
