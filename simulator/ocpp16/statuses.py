"""StatusNotification: at once, or once a status has lasted for MinimumStatusDuration (OCPP 1.6, 4.9)."""

import asyncio
from typing import Any

from simulator.ocpp16.point import Point
from simulator.unit.unit import timestamp


class Statuses:
    """Those that still have to last, by connector: the status, its error, and since when it is so."""

    def __init__(self, point: Point) -> None:
        self._point = point
        self._lasting: dict[int, tuple[tuple[str, str], float]] = {}
        self._told: dict[int, tuple[str, str]] = {}

    def changed(self, number: int) -> None:
        """Tell it when it has lasted long enough; what was told and is so again needs no telling."""
        so = self._so(number)
        if self._minimum_s() == 0:
            self.tell(number)
        elif self._told.get(number) == so:
            self._lasting.pop(number, None)
        else:
            self._lasting[number] = (so, asyncio.get_running_loop().time())

    def tell(self, number: int) -> None:
        """Now."""
        self._lasting.pop(number, None)
        self._told[number] = self._so(number)
        self._point.unit.tell("StatusNotification", request(self._point, number))

    def tick(self, moment_s: float) -> None:
        """Tell those that have lasted."""
        for number, (so, since_s) in list(self._lasting.items()):
            if so != self._so(number) or not self._point.unit.ready:
                del self._lasting[number]
            elif moment_s - since_s >= self._minimum_s():
                self.tell(number)

    def due_s(self, moment_s: float) -> float | None:
        """Seconds until one has."""
        left = [since_s + self._minimum_s() - moment_s for _, since_s in self._lasting.values()]
        return max(0.0, min(left)) if left else None

    def _so(self, number: int) -> tuple[str, str]:
        return self._point.unit.status(number), self._point.unit.error_code(number)

    def _minimum_s(self) -> int:
        return self._point.configuration.count("MinimumStatusDuration")


def request(point: Point, number: int) -> dict[str, Any]:
    """StatusNotification.req."""
    return {
        "connectorId": number,
        "errorCode": point.unit.error_code(number),
        "status": point.unit.status(number),
        "timestamp": timestamp(point.unit.now()),
    }
