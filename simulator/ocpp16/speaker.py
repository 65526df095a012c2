"""OCPP 1.6 as the unit's speaker."""

import contextlib
import logging
from typing import Any

import msgspec

from simulator.link.errors import Answer, NotConnected
from simulator.link.lane import Unsent
from simulator.link.tls import Security
from simulator.ocpp16 import (
    change_configuration,
    requests,
    reservation,
    security,
    smart_charging,
    taps,
    transactions,
    walks,
)
from simulator.ocpp16.boot import Boot
from simulator.ocpp16.keys import KEYS
from simulator.ocpp16.periodic import Periodic
from simulator.ocpp16.point import Point
from simulator.ocpp16.sending import Sending
from simulator.ocpp16.state import State16
from simulator.ocpp16.statuses import Statuses
from simulator.unit.limit import Limit
from simulator.unit.settings import Settings
from simulator.unit.speaker import RestartReason, TapOutcome
from simulator.unit.state import Reservation
from simulator.unit.unit import Unit

LONGEST_RETRY_S = 60.0

log = logging.getLogger(__name__)


class Speaker16:
    """One charge point's. ``saved`` is the JSON of :attr:`state` as it was saved last."""

    subprotocol = "ocpp1.6"

    def __init__(self, unit: Unit, saved: bytes | None) -> None:
        self._point = Point(unit, msgspec.json.decode(saved, type=State16) if saved is not None else State16())
        self._boot = Boot(self._point)
        self._statuses = Statuses(self._point)
        self._periodic = Periodic(self._point)
        self._sending = Sending(self._point, self._boot)

    @property
    def state(self) -> State16:
        return self._point.state

    @property
    def boot_status(self) -> str | None:
        return self._point.boot_status

    @boot_status.setter
    def boot_status(self, status: str | None) -> None:
        self._point.boot_status = status

    @property
    def heartbeat_s(self) -> int:
        return self._point.configuration.count("HeartbeatInterval")

    @property
    def meter_interval_s(self) -> int:
        return self._point.configuration.count("MeterValueSampleInterval")

    @property
    def ping_interval_s(self) -> int:
        return self._point.configuration.count("WebSocketPingInterval")

    # -- the link --------------------------------------------------------------------------------------------

    def central(self) -> str:
        return self._point.unit.settings.central

    def security(self) -> Security:
        return security.of(self._point)

    def handle(self, action: str, payload: dict[str, Any]) -> Answer:
        return requests.handle(self._point, action, payload)

    async def boot(self) -> None:
        await self._boot.until_accepted()

    def boot_again(self) -> None:
        if self.boot_status == "Accepted":
            self._point.unit.start(self._boot_once())
        else:
            self._boot.again()

    async def _boot_once(self) -> None:
        with contextlib.suppress(NotConnected):
            await self._boot.once()

    def tell_all(self) -> None:
        for number in (0, *sorted(self._point.unit.state.connectors)):
            self._statuses.tell(number)

    def prepare(self, message: Unsent) -> dict[str, Any]:
        return transactions.prepare(self._point, message)

    def answered(self, message: Unsent, answer: dict[str, Any] | None) -> None:
        transactions.answered(self._point, message, answer)

    def pause_s(self, action: str, attempt: int) -> float | None:  # noqa: ARG002 -- one rule for all of them
        if attempt >= self._point.configuration.count("TransactionMessageAttempts"):
            return None
        return min(self._point.configuration.count("TransactionMessageRetryInterval") * attempt, LONGEST_RETRY_S)

    # -- what happens ----------------------------------------------------------------------------------------

    def status_changed(self, number: int) -> None:
        self._statuses.changed(number)

    def plugged(self, number: int) -> None:
        connector = self._point.unit.connector(number)
        pending = connector.pending
        if pending is not None and taps.usable(self._point, connector):
            transactions.begin(self._point, number, pending.id_tag, pending.parent_id_tag)

    def unplugged(self, number: int) -> None:
        if self._point.configuration.flag("StopTransactionOnEVSideDisconnect"):
            transactions.end(self._point, number, "EVDisconnected")

    def faulted(self, number: int) -> None:
        """Told as a status."""

    def reservation_expired(self, number: int, reservation: Reservation) -> None:
        """Told as a status."""

    async def tap(self, number: int, id_token: str) -> TapOutcome:
        return await taps.tap(self._point, number, id_token)

    def end_all(self, reason: RestartReason) -> None:
        for number, _ in self._point.unit.connectors():
            transactions.end(self._point, number, reason)
        self._point.configuration.restarted()
        if reason != "PowerLoss":
            security.event(self._point, "ResetOrReboot", reason)
        security.event(self._point, "StartupOfTheDevice")

    def settings_changed(self, old: Settings, new: Settings) -> None:
        self._point.configuration.apply(old, new)

    # -- time and power --------------------------------------------------------------------------------------

    def tick(self, moment_s: float) -> None:
        self._periodic.tick(moment_s)
        self._statuses.tick(moment_s)
        walks.tick(self._point)
        reservation.expire_anywhere(self._point)
        transactions.use_allowances(self._point)

    def due_s(self, moment_s: float) -> float | None:
        due = (
            self._periodic.due_s(moment_s),
            self._statuses.due_s(moment_s),
            walks.due_s(self._point),
            reservation.due_s(self._point),
            smart_charging.due_s(self._point),
        )
        return min((one for one in due if one is not None), default=None)

    def limit(self, number: int) -> Limit:
        return smart_charging.limit(self._point, number)

    # -- on request of a person ------------------------------------------------------------------------------

    def actions(self) -> frozenset[str]:
        return self._sending.actions

    def answers(self) -> frozenset[str]:
        return frozenset(requests.OPERATIONS)

    async def send(
        self, action: str, payload: dict[str, Any] | None = None, *, valid: bool = True
    ) -> dict[str, Any] | None:
        return await self._sending.send(action, payload, valid=valid)

    def configuration(self) -> list[dict[str, Any]]:
        return [self._point.configuration.shown(name) for name in KEYS]

    def set_configuration(self, key: str, value: str) -> str:
        outcome, afterwards = change_configuration.change(self._point, key, value)
        if afterwards is not None:
            afterwards()
        return outcome
