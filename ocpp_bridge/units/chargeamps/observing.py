"""A connector's status as the cloud tells it, as an observation of the driver protocol. Pure."""

import re
from collections.abc import Sequence
from datetime import datetime

from ocpp_bridge.units.chargeamps.shapes import ConnectorTold, Measurement, SettingsTold, watt_seconds
from ocpp_bridge.units.chargeamps.states import UNKNOWN, State, read
from ocpp_bridge.units.driver import Observation

FLOWS_A = 1.0
"""A current that says that a car charges, whatever the state is called."""
MOST = 10_000
"""Of amperes, volts and kilowatts: what is beyond is no reading."""
PHASES = ("L1", "L2", "L3")
OFF = "off"
_TYPED = re.compile(r"(?<![a-z0-9])(1|one|single|3|three)[ _-]?phase", re.IGNORECASE)


def observed(
    told: ConnectorTold, words: str, settings: SettingsTold | None, session: str, at: datetime
) -> Observation | None:
    """None: what was told says nothing of the connector. ``session`` is the one that its readings belong to."""
    state = read(told.status, words)
    amperes = by_phase(told.measurements, "current")
    if state.plugged is not False and any(value is not None and value >= FLOWS_A for value in amperes):
        # A number of the other table, or a state that lags behind its readings.
        state = State(state.name, plugged=True, charging=True, faulted=state.faulted)
    if state is UNKNOWN:
        return None
    power_kw = _believable(told.charging_power_kw)
    off = settings is not None and settings.mode.casefold() == OFF
    starved = settings is not None and settings.max_current == 0
    return Observation(
        at=at,
        connector=told.connector_id,
        plugged=state.plugged,
        charging=state.charging,
        enabled=state.charging or (state.gives and not off and not starved),
        fault=state.name if state.faulted else "",
        # Switched off is what we did, or its owner; it is not out of service.
        unavailable=state.unavailable and not off,
        session=session,
        energy_ws=watt_seconds(told.total_consumption_kwh) if session else None,
        current_ma=tuple(None if value is None else round(value * 1000) for value in amperes),
        voltage_mv=tuple(
            None if value is None else round(value * 1000) for value in by_phase(told.measurements, "voltage")
        ),
        power_w=None if power_kw is None else round(power_kw * 1000),
        limit_a=None if settings is None else settings.max_current,
    )


def by_phase(measurements: Sequence[Measurement] | None, name: str) -> tuple[float | None, ...]:
    """L1 to L3; empty where nothing was measured: then there is no reading, not even a 0."""
    if not measurements:
        return ()
    found = {each.phase.strip().upper().removesuffix("-N"): _believable(getattr(each, name)) for each in measurements}
    values = tuple(found.get(phase) for phase in PHASES)
    return values if any(value is not None for value in values) else ()


def _believable(value: float | None) -> float | None:
    return value if value is not None and abs(value) <= MOST else None


def session_type(told: str | int | None) -> str:
    """``1-phase`` or ``3-phase``, if that is what the vendor's session type says; else "": its readings tell."""
    match = _TYPED.search(str(told)) if told is not None else None
    if match is None:
        return ""
    return "1-phase" if match[1].casefold() in {"1", "one", "single"} else "3-phase"
