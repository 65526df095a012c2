"""What OpenEVSE's WiFi module says of its unit, by field name, over HTTP, WebSocket or MQTT alike. No I/O.

Fields come all together or only as they change, as numbers or as texts; what makes no sense is as if not said.
"""

import math
from collections.abc import Mapping
from datetime import datetime
from typing import Any

from ocpp_bridge.units.driver import START, STOP, Declaration, Observation
from ocpp_bridge.units.openevse.rapi_states import Doing, is_plugged, state_of
from wire.settings import SettingSupport

STATE, VEHICLE, AMPERES, VOLTS, PILOT = "state", "vehicle", "amp", "voltage", "pilot"
SESSION_WH, SESSION_WS = "session_energy", "wattsec"
LIMIT, ENABLED = "limit_a", "enabled"
ACTIVE, INACTIVE = "active", "disabled"
FIELDS = (STATE, VEHICLE, AMPERES, VOLTS, PILOT, SESSION_WH, SESSION_WS)
MOST = 1e12


def declaration(protocol: str) -> Declaration:
    """What the WiFi module can do, by either way."""
    return Declaration(
        protocol=protocol,
        settings={ENABLED: SettingSupport(), LIMIT: SettingSupport(least=6)},
        commands=(START, STOP),
        switches_power=True,
    )


class WifiStatus:
    """The unit as far as it was told."""

    def __init__(self) -> None:
        self._fields: dict[str, float] = {}

    def merge(self, told: Mapping[str, Any]) -> bool:
        """Whether something that matters was among it."""
        known = {name: value for name in FIELDS if (value := _number(told.get(name))) is not None}
        self._fields |= known
        return bool(known)

    def forget(self) -> None:
        """It may be another by the time it is back."""
        self._fields = {}

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
        evse, vehicle = self._whole(STATE) or 0, self._whole(VEHICLE)
        doing = state_of(evse).doing
        told_ws, told_wh = self._fields.get(SESSION_WS), self._fields.get(SESSION_WH)
        energy_ws = told_wh * 3600 if told_wh is not None else told_ws
        volts = self._fields.get(VOLTS)
        return Observation(
            at=at,
            plugged=bool(vehicle) if vehicle is not None else is_plugged(evse, None, None),
            charging=doing is Doing.CHARGING,
            enabled=doing is not Doing.OFF,
            fault=state_of(evse).fault,
            unavailable=doing is Doing.STARTING,
            energy_ws=None if energy_ws is None else round(energy_ws),
            current_ma=(self._whole(AMPERES),),
            voltage_mv=(round(volts * 1000) if volts else None,),
            limit_a=self.limit_a,
        )

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


def _number(value: Any) -> float | None:
    if isinstance(value, bool):
        return float(value)
    try:
        number = float(value)
    except (TypeError, ValueError, OverflowError):
        return None
    return number if math.isfinite(number) and 0 <= number < MOST else None
