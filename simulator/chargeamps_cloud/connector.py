"""A connector of a simulated charge point: its settings, the car at it, and the session that the cloud keeps of it."""

from collections.abc import Callable
from dataclasses import dataclass, field, replace
from datetime import datetime, timedelta

from simulator.cars.car import Car
from simulator.cars.offer import NOTHING, Offer
from simulator.chargeamps_cloud.charging_session import ChargingSession
from simulator.chargeamps_cloud.connector_settings import MOST_A, ConnectorSettings

LONGEST_STEP_S = 300.0


class NotPossible(Exception):
    """It cannot be done at this connector now; the text says why."""


@dataclass(slots=True)
class Connector:
    """``deaf`` names settings that a write leaves as they are, though it is answered as done.

    ``register_mwh`` counts over all sessions, in thousandths of a Wh.
    """

    charge_point_id: str
    number: int
    opened: Callable[[ChargingSession], int]
    """Takes a new session into the books; returns its number."""
    now: datetime
    type: str = "Type2"
    settings: ConnectorSettings = field(default_factory=ConnectorSettings)
    car: Car | None = None
    session: ChargingSession | None = None
    last_session: ChargingSession | None = None
    stopped: bool = False
    faulted: bool = False
    register_mwh: int = 0
    deaf: frozenset[str] = frozenset()

    @property
    def offer(self) -> Offer:
        """What the cable offers."""
        if self.session is None or self.stopped or self.faulted or self.settings.mode == "Off":
            return NOTHING
        limit_a = MOST_A if self.settings.max_current is None else self.settings.max_current
        return Offer.of_current(limit_a * 1000)

    @property
    def state(self) -> str:
        """``free``, ``waiting`` (plugged, nobody authorised), ``charging``, ``full``, ``held_back``, ``faulted``."""
        if self.faulted:
            return "faulted"
        if self.car is None:
            return "free"
        if self.session is None:
            return "waiting"
        if self.car.power_w(self.offer) > 0:
            return "charging"
        return "full" if self.car.full else "held_back"

    def plug(self, car: Car) -> None:
        """Raises :class:`NotPossible`."""
        if self.car is not None:
            raise NotPossible("a car is plugged in")
        self.car, self.stopped = car, False
        if not self.settings.rfid_lock and self.settings.mode != "Off":
            self._open()

    def unplug(self) -> None:
        """Raises :class:`NotPossible`."""
        if self.car is None:
            raise NotPossible("no car is plugged in")
        self.car = None
        self._close()

    def authorise(self, rfid: str, external_transaction_id: str = "") -> None:
        """A card at the charge point, or a remote start. Raises :class:`NotPossible`."""
        if self.car is None:
            raise NotPossible("no car is plugged in")
        if self.session is None:
            self._open(rfid, external_transaction_id)
        self.stopped = False

    def stop(self) -> None:
        """A remote stop. Raises :class:`NotPossible`."""
        if self.session is None:
            raise NotPossible("nothing runs")
        self.stopped = True
        self._close()

    def write(self, settings: ConnectorSettings) -> None:
        """Whoever waits at an open connector begins to charge when it is switched on."""
        kept = {name: getattr(self.settings, name) for name in self.deaf}
        self.settings = replace(settings, **kept)
        waits = self.car is not None and self.session is None and not self.stopped
        if waits and not self.settings.rfid_lock and self.settings.mode != "Off":
            self._open()

    def follow(self, now: datetime) -> None:
        """Energy flows until ``now``."""
        car, session = self.car, self.session
        left_s = (now - self.now).total_seconds()
        while car is not None and session is not None and left_s > 0:
            step_s = min(left_s, car.next_step_s(self.offer, LONGEST_STEP_S))
            taken_mwh = car.take(self.offer, step_s)
            session.taken_mwh += taken_mwh
            self.register_mwh += taken_mwh
            left_s -= step_s
        self.now = max(now, self.now + timedelta(0))

    def _open(self, rfid: str = "", external_transaction_id: str = "") -> None:
        phases = self.car.phases if self.car is not None else 3
        session = ChargingSession(
            0, self.charge_point_id, self.number, self.now, f"{1 if phases == 1 else 3}-phase", rfid,
            external_transaction_id,
        )  # fmt: skip
        session.number = self.opened(session)
        self.session = session

    def _close(self) -> None:
        if self.session is not None:
            self.session.ended = self.now
            self.last_session, self.session = self.session, None
