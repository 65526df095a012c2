"""Services: meter samples as energy and power of a session, in Wh and W whatever unit they came in. Pure."""

import math
from collections.abc import Iterable
from dataclasses import dataclass, replace
from datetime import datetime

from model.charger import Charger
from model.session import Session, drawn_wh
from model.site import Site
from wire.events import Meter, Sample

REGISTER = "Energy.Active.Import.Register"
POWER = "Power.Active.Import"
_FACTORS = {
    REGISTER: {"": 1, "wh": 1, "kwh": 1000, "mwh": 1_000_000},
    POWER: {"": 1, "w": 1, "kw": 1000, "mw": 1_000_000},
}
_AT_THE_PLUG = {"", "Outlet"}
_WHOLE = {""}
_MOST = 1e15


@dataclass(frozen=True, slots=True, kw_only=True)
class Reading:
    """The highest register and the latest power of some samples; None: not among them.

    A register that fell has begun anew: what it had counted before was drawn all the same.
    """

    register_wh: int | None = None
    power_w: int | None = None


def reading_of(samples: Iterable[Sample]) -> Reading:
    """Of each the value of all phases together, else the sum of the phases given for the latest instant."""
    _, register = _latest(samples := tuple(samples), REGISTER)
    power, _ = _latest(samples, POWER)
    return Reading(
        register_wh=None if register is None or register < 0 else round(register),
        power_w=None if power is None else max(0, round(power)),
    )


class RunningSessions:
    """The sessions of a site's running transactions, found by what meter events say."""

    def __init__(self, site: Site) -> None:
        self._found: dict[tuple[str, str | int | None], tuple[Charger, int]] = {}
        for charger in site.chargers.values():
            running = charger.transaction
            if running is None or running.session_number == 0:
                continue
            found = charger, running.session_number
            for place in (running.transaction_id, charger.connector):
                self._found.setdefault((charger.charge_point_id, place), found)

    def at(self, event: Meter) -> tuple[Charger, int] | None:
        """The charger and the session number an event's samples belong to: that of its running transaction."""
        return self._found.get((event.charge_point_id, event.transaction_id or event.connector))


def metered(session: Session, reading: Reading, at: datetime) -> Session:
    """The session with a reading. Energy never decreases; an ended session stays as it is."""
    if session.ended_at is not None:
        return session
    energy_wh = session.energy_wh
    if reading.register_wh is not None and session.meter_start_wh is not None:
        drawn = drawn_wh(session.meter_start_wh, reading.register_wh)
        energy_wh = max(energy_wh, session.energy_before_wh + drawn)
    power_w = session.power_w if reading.power_w is None else reading.power_w
    if (energy_wh, power_w) == (session.energy_wh, session.power_w):
        return session
    return replace(session, energy_wh=energy_wh, power_w=power_w, meter_at=at)


def _latest(samples: Iterable[Sample], measurand: str) -> tuple[float | None, float | None]:
    """The latest value, and the highest of all."""
    at: datetime | None = None
    whole: float | None = None
    highest: float | None = None
    phases: dict[str, float] = {}
    for sample in samples:
        value = _value(sample, measurand)
        if value is None:
            continue
        if sample.phase in _WHOLE and (highest is None or value > highest):
            highest = value
        if at is not None and sample.at < at:
            continue
        if at is None or sample.at > at:
            at, whole, phases = sample.at, None, {}
        if sample.phase in _WHOLE:
            whole = value
        else:
            phases[sample.phase.removesuffix("-N")] = value
    if whole is None:
        lines = [value for phase, value in phases.items() if phase in {"L1", "L2", "L3"}]
        whole = sum(lines) if lines else None
    return whole, whole if highest is None or (whole is not None and whole > highest) else highest


def _value(sample: Sample, measurand: str) -> float | None:
    if (sample.measurand or REGISTER) != measurand or sample.location not in _AT_THE_PLUG:
        return None
    factor = _FACTORS[measurand].get(sample.unit.lower())
    try:
        value = float(sample.value)
    except ValueError:
        return None
    if factor is None or not math.isfinite(value) or abs(value) > _MOST:
        return None
    return value * factor
