"""OCPP 2.0.1 as the unit's speaker."""

import contextlib
import logging
from typing import Any

import msgspec

from simulator.link.errors import Answer, CallFailed, MalformedAnswer, NotConnected
from simulator.link.lane import Unsent
from simulator.link.schemas import problem
from simulator.link.tls import Security
from simulator.ocpp201 import (
    authorization,
    expiry,
    limits,
    network,
    requests,
    reservation,
    resetting,
    taps,
    transactions,
    variables,
)
from simulator.ocpp201.boot import Boot, Heart
from simulator.ocpp201.charging import charging_state, reached
from simulator.ocpp201.sampling import Sampling
from simulator.ocpp201.sending import Sending
from simulator.ocpp201.state import IdToken, State
from simulator.ocpp201.station import PROTOCOL, Station
from simulator.unit.limit import Limit
from simulator.unit.settings import Settings
from simulator.unit.speaker import RestartReason, TapOutcome
from simulator.unit.state import Reservation
from simulator.unit.unit import Unit

LONGEST_RETRY_S = 60.0

log = logging.getLogger(__name__)


class Speaker201:
    """One station's. ``saved`` is the JSON of :attr:`state` as it was saved last."""

    subprotocol = PROTOCOL

    def __init__(self, unit: Unit, saved: bytes | None) -> None:
        self._station = Station(unit, msgspec.json.decode(saved, type=State) if saved is not None else State())
        self._boot = Boot(self._station)
        self._heart = Heart(self._station)
        self._sampling = Sampling(self._station)
        self._sending = Sending(self._station, self._boot)

    @property
    def state(self) -> State:
        return self._station.state

    @property
    def boot_status(self) -> str | None:
        return self._station.boot_status

    @boot_status.setter
    def boot_status(self, status: str | None) -> None:
        self._station.boot_status = status

    @property
    def heartbeat_s(self) -> int:
        return self._station.variables.count("OCPPCommCtrlr.HeartbeatInterval")

    @property
    def meter_interval_s(self) -> int:
        return self._station.variables.count("SampledDataCtrlr.TxUpdatedInterval")

    @property
    def ping_interval_s(self) -> int:
        return self._station.variables.count("OCPPCommCtrlr.WebSocketPingInterval")

    # -- the link --------------------------------------------------------------------------------------------

    def central(self) -> str:
        return network.central(self._station)

    def security(self) -> Security:
        return network.security(self._station)

    def handle(self, action: str, payload: dict[str, Any]) -> Answer:
        return requests.handle(self._station, action, payload)

    async def boot(self) -> None:
        await self._boot.until_accepted()

    def boot_again(self) -> None:
        if self.boot_status == "Accepted":
            self._station.unit.start(self._boot_once())
        else:
            self._boot.again()

    async def _boot_once(self) -> None:
        with contextlib.suppress(NotConnected, CallFailed):
            await self._boot.once("Triggered")

    def tell_all(self) -> None:
        self._station.tell_statuses_after_absence()

    def prepare(self, message: Unsent) -> dict[str, Any]:
        return message.payload

    def answered(self, message: Unsent, answer: dict[str, Any] | None) -> None:
        if answer is not None:
            found = problem(PROTOCOL, message.action, answer, answer=True)
            if found is not None:
                raise MalformedAnswer(found.text)
            self._judged(message, answer)
        self._station.commit(answered=(message.seq,))

    def _judged(self, message: Unsent, answer: dict[str, Any]) -> None:
        """What the central system says of the token that an event told (C12, E05)."""
        told = message.payload.get("idToken")
        if told is None:
            return
        token = IdToken(id_token=told["idToken"], type=told["type"])
        verdict = authorization.read(self._station, message.action, answer, token)
        evse_id = self._station.running(message.key)
        running = self._station.evse(evse_id).running if evse_id is not None else None
        if verdict is None or evse_id is None or running is None or running.token != token:
            return
        self._station.unit.connector(evse_id).last_start_status = verdict.status
        running.group = verdict.group or running.group
        if not verdict.accepted:
            transactions.deauthorize(self._station, evse_id)

    def pause_s(self, action: str, attempt: int) -> float | None:  # noqa: ARG002 -- one rule for all of them
        known = self._station.variables
        if attempt >= known.count("OCPPCommCtrlr.MessageAttempts[TransactionEvent]"):
            return None
        return min(known.count("OCPPCommCtrlr.MessageAttemptInterval[TransactionEvent]") * attempt, LONGEST_RETRY_S)

    # -- what happens ----------------------------------------------------------------------------------------

    def status_changed(self, number: int) -> None:  # noqa: ARG002 -- the station compares its own words
        self._station.tell_statuses()

    def plugged(self, number: int) -> None:
        allowed = self._station.evse(number).authorization
        if allowed is not None:
            allowed.expires_at = None
        transactions.step(self._station, number, "CablePluggedIn")

    def unplugged(self, number: int) -> None:
        station = self._station
        transactions.step(station, number, "EVCommunicationLost", stopped_reason="EVDisconnected")
        if station.evse(number).running is None:
            station.evse(number).authorization = None
            transactions.step(station, number, None)

    def faulted(self, number: int) -> None:
        connector = self._station.unit.connector(number)
        if connector.error_code != "NoError":
            reservation.drop(self._station, number)
        self._follow(number)

    def reservation_expired(self, number: int, reservation: Reservation) -> None:  # noqa: ARG002 -- told by its id
        tell = {"reservationId": reservation.reservation_id, "reservationUpdateStatus": "Expired"}
        self._station.unit.tell("ReservationStatusUpdate", tell)

    async def tap(self, number: int, id_token: str) -> TapOutcome:
        return await taps.tap(self._station, number, IdToken(id_token=id_token))

    def end_all(self, reason: RestartReason) -> None:
        resetting.restarted(self._station, reason)

    def settings_changed(self, old: Settings, new: Settings) -> None:
        self._station.variables.apply(old, new)
        for number in [number for number in self.state.evses if number > new.connectors]:
            del self.state.evses[number]

    # -- time and power --------------------------------------------------------------------------------------

    def tick(self, moment_s: float) -> None:
        changed = expiry.expire(self._station) | self._sampling.tick(moment_s)
        for number in self._station.unit.state.connectors:
            changed |= self._follow(number)
        if changed:
            self._station.commit()
        resetting.when_idle(self._station)
        self._heart.tick(moment_s)

    def _follow(self, number: int) -> bool:
        """An event where energy begins or ceases to flow. Returns whether there was one."""
        station = self._station
        evse = station.evse(number)
        if evse.running is not None and charging_state(station, number) != evse.running.charging_state:
            transactions.step(station, number, "ChargingStateChanged", stopped_reason="StoppedByEV")
            return True
        if evse.reached != reached(station, number):
            transactions.step(station, number, None)
            return True
        return False

    def due_s(self, moment_s: float) -> float | None:
        due = [self._heart.due_s(moment_s), *self._sampling.due_s(moment_s)]
        due += expiry.due_s(self._station)
        due += limits.due_s(self._station)
        return min(due)

    def limit(self, number: int) -> Limit:
        return limits.limit(self._station, number)

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
        return variables.shown(self._station)

    def set_configuration(self, key: str, value: str) -> str:
        return variables.set_by_key(self._station, key, value)
