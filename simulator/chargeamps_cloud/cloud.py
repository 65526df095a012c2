"""The cloud as one thing: its account, its charge points, its books, its clock. No HTTP."""

from collections.abc import Callable
from datetime import datetime

from simulator.chargeamps_cloud.account import Account
from simulator.chargeamps_cloud.charge_point import CloudChargePoint
from simulator.chargeamps_cloud.charging_session import ChargingSession
from simulator.chargeamps_cloud.connector import Connector
from simulator.chargeamps_cloud.faults import Faults
from simulator.chargeamps_cloud.moments import MovableClock


class Unknown(LookupError):
    """No such charge point or connector."""


class Cloud:
    """Whatever is asked is as of now: energy has flowed until then."""

    def __init__(self, account: Account | None = None, clock: MovableClock | None = None) -> None:
        self.account = account or Account()
        self.clock = clock or MovableClock()
        self.faults = Faults()
        self.sessions: list[ChargingSession] = []
        self._charge_points: dict[str, CloudChargePoint] = {}

    def add(self, charge_point_id: str, connectors: int = 1, **more: object) -> CloudChargePoint:
        """A charge point of the account. Raises ``ValueError`` if there is one of that name."""
        if charge_point_id in self._charge_points:
            raise ValueError(f"there is a charge point {charge_point_id}")
        point = CloudChargePoint(charge_point_id, self._book, self.clock.now(), **more)  # type: ignore[arg-type]
        point.add_connectors(connectors)
        self._charge_points[charge_point_id] = point
        return point

    def remove(self, charge_point_id: str) -> None:
        """It belongs to another account now."""
        self._charge_points.pop(charge_point_id, None)

    def all(self) -> list[CloudChargePoint]:
        return [self.charge_point(each) for each in self._charge_points]

    def charge_point(self, charge_point_id: str) -> CloudChargePoint:
        """Raises :class:`Unknown`."""
        point = self._charge_points.get(charge_point_id)
        if point is None:
            raise Unknown(f"no charge point {charge_point_id}")
        point.follow(self.clock.now())
        return point

    def connector(self, charge_point_id: str, number: int = 1) -> Connector:
        """Raises :class:`Unknown`."""
        connector = self.charge_point(charge_point_id).connectors.get(number)
        if connector is None:
            raise Unknown(f"charge point {charge_point_id} has no connector {number}")
        return connector

    def sessions_of(
        self, charge_point_id: str, since: datetime | None, until: datetime | None
    ) -> list[ChargingSession]:
        """Those that ended, or run, within the time given, newest first. Raises :class:`Unknown`."""
        self.charge_point(charge_point_id)
        return [
            each
            for each in reversed(self.sessions)
            if each.charge_point_id == charge_point_id
            and (since is None or each.ended is None or each.ended >= since)
            and (until is None or each.started <= until)
        ]

    def every(self, change: Callable[[CloudChargePoint], None]) -> None:
        for point in self.all():
            change(point)

    def _book(self, session: ChargingSession) -> int:
        self.sessions.append(session)
        return 1000 + len(self.sessions)
