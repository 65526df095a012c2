"""A simulated charge point and how the cloud tells of it: by name or number, in jumps, as before it went offline."""

import copy
from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from simulator.cars.offer import VOLTS
from simulator.chargeamps_cloud.charging_session import ChargingSession
from simulator.chargeamps_cloud.connector import Connector
from simulator.chargeamps_cloud.moments import written

WORDS: dict[str, dict[str, tuple[str, int]]] = {
    "ocpp": {
        "free": ("Available", 0), "waiting": ("Preparing", 1), "charging": ("Charging", 2),
        "held_back": ("SuspendedEVSE", 3), "full": ("SuspendedEV", 4), "stopped": ("Finishing", 5),
        "faulted": ("Faulted", 8),
    },
    "capi": {
        "free": ("Available", 0), "waiting": ("Connected", 2), "charging": ("Charging", 1),
        "held_back": ("Connected", 2), "full": ("Connected", 2), "stopped": ("Connected", 2), "faulted": ("Error", 3),
    },
}  # fmt: skip
"""What each kind of charge point calls a connector's state: name and number."""


@dataclass(slots=True)
class CloudChargePoint:
    """``speaks`` is ``ocpp`` or ``capi``. Consumption is told in whole steps of ``jump_wh``; ``lifetime``: of the
    register that never restarts, not of the session.
    """

    charge_point_id: str
    opened: Callable[[ChargingSession], int]
    now: datetime
    type: str = "Halo"
    speaks: str = "capi"
    by_number: bool = False
    jump_wh: int = 1
    lifetime: bool = False
    online: bool = True
    reboots: int = 0
    connectors: dict[int, Connector] = field(default_factory=dict)
    _before: dict[str, Any] | None = None

    def add_connectors(self, count: int) -> None:
        for number in range(1, count + 1):
            self.connectors[number] = Connector(self.charge_point_id, number, self.opened, self.now)

    def follow(self, now: datetime) -> None:
        self.now = now
        for connector in self.connectors.values():
            connector.follow(now)

    def go(self, *, online: bool) -> None:
        """Offline, the cloud goes on telling what it heard last."""
        self._before = None if online else self.status()
        self.online = online

    def reboot(self) -> None:
        """Whatever charges goes on afterwards in the same session."""
        self.reboots += 1

    def described(self) -> dict[str, Any]:
        """As in the list of what is owned. The password is for the charge point's own page."""
        return {
            "id": self.charge_point_id,
            "name": f"Charge point {self.charge_point_id}",
            "password": "00000000",
            "type": self.type,
            "isLoadbalanced": False,
            "firmwareVersion": "1.60.2",
            "hardwareVersion": "A",
            "connectors": [
                {"chargePointId": self.charge_point_id, "connectorId": one.number, "type": one.type}
                for one in self.connectors.values()
            ],
        }

    def status(self) -> dict[str, Any]:
        if not self.online and self._before is not None:
            return copy.deepcopy(self._before) | {"status": "Offline"}
        return {
            "id": self.charge_point_id,
            "status": "Online",
            "connectorStatuses": [self._connector(one) for one in self.connectors.values()],
        }

    def _connector(self, connector: Connector) -> dict[str, Any]:
        state = "stopped" if connector.stopped and connector.car is not None else connector.state
        name, number = WORDS[self.speaks][state]
        session = connector.session or connector.last_session
        taken_mwh = connector.register_mwh if self.lifetime else (session.taken_mwh if session else 0)
        told_wh = taken_mwh // 1000 // self.jump_wh * self.jump_wh
        running = connector.session
        return {
            "chargePointId": self.charge_point_id,
            "connectorId": connector.number,
            "totalConsumptionKwh": told_wh / 1000,
            "chargingPowerKw": _power_w(connector) / 1000,
            "status": number if self.by_number else name,
            "sessionType": running.session_type if running else None,
            "measurements": _measurements(connector),
            "startTime": written(running.started) if running else None,
            "endTime": written(running.ended) if running else None,
            "sessionId": running.number if running else None,
        }


def _power_w(connector: Connector) -> int:
    return 0 if connector.car is None else connector.car.power_w(connector.offer)


def _measurements(connector: Connector) -> list[dict[str, Any]] | None:
    if connector.car is None:
        return None
    currents = connector.car.currents_ma(connector.offer)
    return [
        {"phase": f"L{phase}", "current": current_ma / 1000, "voltage": float(VOLTS)}
        for phase, current_ma in enumerate(currents, 1)
    ]
