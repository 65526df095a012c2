"""What OpenEVSE's WiFi module says of its unit, by field name, over HTTP, WebSocket or MQTT alike. No I/O.

Fields come all together or only as they change, as numbers or as texts; what makes no sense is as if not said.
"""

import math
from collections.abc import Mapping
from datetime import datetime
from typing import Any

from ocpp_bridge.units.driver import START, STOP, Declaration, Observation
from ocpp_bridge.units.openevse.rapi_states import Doing, is_plugged, state_of
from ocpp_bridge.units.openevse.wifi_stays import WifiCount
from wire.settings import SettingSupport

STATE, VEHICLE, AMPERES, VOLTS, PILOT = "state", "vehicle", "amp", "voltage", "pilot"
SESSION_WH, SESSION_WS = "session_energy", "wattsec"
TOTAL_KWH, TOTAL_WH = "total_energy", "watthour"
SESSION_S, ELAPSED_S = "session_elapsed", "elapsed"
LIMIT, ENABLED = "limit_a", "enabled"
ACTIVE, INACTIVE = "active", "disabled"
FIELDS = (
    STATE, VEHICLE, AMPERES, VOLTS, PILOT, SESSION_WH, SESSION_WS, TOTAL_KWH, TOTAL_WH, SESSION_S, ELAPSED_S
)  # fmt: skip
ENERGIES = {SESSION_WH, SESSION_WS, TOTAL_KWH, TOTAL_WH, SESSION_S, ELAPSED_S}
LEAST_A = 6
"""Less is no current: with each change of state some modules tell the pilot's state by the name of its current."""
COUNT = "count"
"""Where a driver remembers ``WifiStatus.count``."""
MOST = 1e12


def declaration(protocol: str) -> Declaration:
    """What the WiFi module can do, by either way."""
    return Declaration(
        protocol=protocol,
        settings={ENABLED: SettingSupport(), LIMIT: SettingSupport(least=LEAST_A)},
        commands=(START, STOP),
        switches_power=True,
    )


class WifiStatus:
    """The unit as far as it was told. ``count`` is to be remembered over restarts."""

    def __init__(self, remembered: str = "") -> None:
        self._fields: dict[str, float] = {}
        self.count = WifiCount.remembered(remembered)
        self._fresh = True
        self._waits = False

    def merge(self, told: Mapping[str, Any]) -> bool:
        """Whether something that matters was among it."""
        known = {name: value for name in FIELDS if (value := _number(told.get(name))) is not None}
        if known.get(PILOT, LEAST_A) < LEAST_A:
            del known[PILOT]
        self._wait_for_the_plug(known)
        self._fields |= known
        session_wh, total_wh = _session_wh(known), _total_wh(known)
        if session_wh is not None and total_wh is not None:  # Told apart they may be of two moments.
            elapsed_s = known.get(SESSION_S, known.get(ELAPSED_S, self.count.elapsed_s))
            self.count = self.count.read(session_wh, total_wh, elapsed_s, fresh=self._fresh)
            self._fresh = False
        if self.known and self._plugged is False:
            self.count = self.count.unplugged()
        return bool(known)

    def _wait_for_the_plug(self, known: dict[str, float]) -> None:
        """A module clears the session as the car leaves, and may say so just before it says that the car has left:
        energy that fell is left out, once, until state or plug are told again.
        """
        session_wh = _session_wh(known)
        if known.keys() & {STATE, VEHICLE}:
            self._waits = False
        elif session_wh is not None and self._plugged and not self._waits and session_wh < self.count.session_wh:
            self._waits = True
            for name in ENERGIES & known.keys():
                del known[name]

    def forget(self) -> None:
        """It may be another by the time it is back."""
        self._fields = {}
        self._waits = False
        self._fresh = True

    @property
    def known(self) -> bool:
        return STATE in self._fields

    @property
    def enabled(self) -> bool:
        return state_of(self._whole(STATE) or 0).doing is not Doing.OFF

    @property
    def limit_a(self) -> int | None:
        return self._whole(PILOT)

    def observation(self, at: datetime) -> Observation:
        """How the unit is; only where its state is known."""
        evse = self._whole(STATE) or 0
        doing = state_of(evse).doing
        energy_wh, former_ws = _session_wh(self._fields), self.count.former_ws
        volts = self._fields.get(VOLTS)
        return Observation(
            at=at,
            plugged=self._plugged,
            charging=doing is Doing.CHARGING,
            enabled=doing is not Doing.OFF,
            fault=state_of(evse).fault,
            unavailable=doing is Doing.STARTING,
            energy_ws=None if energy_wh is None else round(self.count.counted_wh(energy_wh) * 3600),
            stay=self.count.stay,
            counter=self.count.counter,
            former_energy_ws=round(former_ws) if former_ws >= 0 else None,
            current_ma=(self._whole(AMPERES),),
            voltage_mv=(round(volts * 1000) if volts else None,),
            limit_a=self.limit_a,
        )

    @property
    def _plugged(self) -> bool | None:
        vehicle = self._whole(VEHICLE)
        return bool(vehicle) if vehicle is not None else is_plugged(self._whole(STATE) or 0, None, None)

    def _whole(self, name: str) -> int | None:
        value = self._fields.get(name)
        return None if value is None else round(value)


def override(state: str | None, limit_a: int | None) -> dict[str, Any]:
    """The manual override that says both; what is None is left to the unit. It is whole each time, never merged."""
    return {
        **({"state": state} if state is not None else {}),
        **({"charge_current": limit_a} if limit_a is not None else {}),
        "auto_release": False,
    }


def _session_wh(fields: Mapping[str, float]) -> float | None:
    told_ws = fields.get(SESSION_WS)
    return fields.get(SESSION_WH, None if told_ws is None else told_ws / 3600)


def _total_wh(fields: Mapping[str, float]) -> float | None:
    told_kwh = fields.get(TOTAL_KWH)
    return fields.get(TOTAL_WH) if told_kwh is None else told_kwh * 1000


def _number(value: Any) -> float | None:
    if isinstance(value, bool):
        return float(value)
    try:
        number = float(value)
    except (TypeError, ValueError, OverflowError):
        return None
    return number if math.isfinite(number) and 0 <= number < MOST else None
