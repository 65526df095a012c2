"""Standalone operations: one message of the charge point's own accord, as it is now or as somebody wrote it."""

from collections.abc import Awaitable, Callable
from typing import Any

from simulator.link import schemas
from simulator.link.errors import NotConnected
from simulator.ocpp16 import meter_values, security, statuses, transactions, walks
from simulator.ocpp16.authorization import Verdict, read_verdict, remember
from simulator.ocpp16.boot import Boot
from simulator.ocpp16.payload import PROTOCOL
from simulator.ocpp16.point import Point
from simulator.ocpp16.state import WalkKind
from simulator.unit.speaker import NotSendable

Sent = dict[str, Any] | None


class Sending:
    """``boot`` knows its own message."""

    def __init__(self, point: Point, boot: Boot) -> None:
        self._point = point
        self._boot = boot
        self._truthful: dict[str, Callable[[], Awaitable[Sent]]] = {
            "Authorize": self._authorize,
            "BootNotification": self._boot_notification,
            "DataTransfer": self._data_transfer,
            "DiagnosticsStatusNotification": self._walk("diagnostics"),
            "FirmwareStatusNotification": self._walk("firmware"),
            "Heartbeat": self._heartbeat,
            "LogStatusNotification": self._walk("log"),
            "MeterValues": self._meter_values,
            "SecurityEventNotification": self._security_event,
            "SignCertificate": self._sign_certificate,
            "SignedFirmwareStatusNotification": self._walk("signed_firmware"),
            "StartTransaction": self._start_transaction,
            "StatusNotification": self._status_notification,
            "StopTransaction": self._stop_transaction,
        }

    @property
    def actions(self) -> frozenset[str]:
        return frozenset(self._truthful)

    async def send(self, action: str, payload: dict[str, Any] | None, *, valid: bool) -> Sent:
        """See ``Speaker.send``."""
        if payload is None:
            if action not in self._truthful:
                raise NotSendable(f"{action[:50]} is no message of an OCPP 1.6 charge point")
            return await self._truthful[action]()
        if valid:
            if action not in self._truthful:
                raise NotSendable(f"{action[:50]} is no message of an OCPP 1.6 charge point")
            wrong = schemas.problem(PROTOCOL, action, payload)
            if wrong is not None:
                raise ValueError(f"{action}: {wrong.text}")
        return await self._call(action, payload)

    async def _call(self, action: str, payload: dict[str, Any]) -> dict[str, Any]:
        return await self._point.unit.call(action, payload)

    async def _authorize(self) -> Sent:
        id_tag = self._some_tag()
        answer = await self._call("Authorize", {"idTag": id_tag})
        verdict = read_verdict(answer)
        if verdict is not None:
            remember(self._point, id_tag, verdict)
            self._point.unit.commit()
        return answer

    async def _boot_notification(self) -> Sent:
        answer = await self._call("BootNotification", self._boot.request())
        self._boot.take(answer)
        self._boot.again()
        return answer

    async def _data_transfer(self) -> Sent:
        return await self._call("DataTransfer", {"vendorId": self._point.unit.settings.vendor})

    async def _heartbeat(self) -> Sent:
        return await self._call("Heartbeat", {})

    async def _meter_values(self) -> Sent:
        numbers = [number for number, one in self._point.unit.connectors() if one.transaction is not None]
        if numbers:
            samples = [transactions.sample(self._point, number, "Other") for number in numbers]
            return await self._sent(samples[-1])
        payload = meter_values.request(self._point, 1, "Other")
        if payload is None:
            raise NotSendable("MeterValues: there is nothing to read")
        return await self._call("MeterValues", payload)

    async def _security_event(self) -> Sent:
        kind = "StartupOfTheDevice"
        return await self._call("SecurityEventNotification", security.event_payload(self._point, kind))

    async def _sign_certificate(self) -> Sent:
        if not self._point.unit.connection.connected:
            raise NotConnected("not connected")
        return await self._call("SignCertificate", security.signing_request(self._point))

    async def _start_transaction(self) -> Sent:
        unit = self._point.unit
        free = [
            number
            for number, one in unit.connectors()
            if one.car is not None and unit.status(number) in {"Preparing", "Finishing"}
        ]
        if not free:
            raise NotSendable("StartTransaction: no car stands plugged in at a connector without a transaction")
        return await self._sent(transactions.begin(self._point, free[0], self._some_tag(), None))

    async def _status_notification(self) -> Sent:
        answer: Sent = None
        for number in (0, *(number for number, _ in self._point.unit.connectors())):
            answer = await self._call("StatusNotification", statuses.request(self._point, number))
        return answer

    async def _stop_transaction(self) -> Sent:
        for number, connector in self._point.unit.connectors():
            if connector.transaction is not None:
                return await self._sent(transactions.end(self._point, number, "Local", connector.transaction.id_tag))
        raise NotSendable("StopTransaction: no transaction runs")

    def _walk(self, kind: WalkKind) -> Callable[[], Awaitable[Sent]]:
        async def told() -> Sent:
            return await self._call(walks.ACTIONS[kind], walks.state_now(self._point, kind))

        return told

    async def _sent(self, seq: int | None) -> Sent:
        if seq is None:
            raise NotSendable("there is nothing to say")
        return await self._point.unit.sent(seq)

    def _some_tag(self) -> str:
        """The tag at hand: of a start that awaits its plug, of a transaction, of one known to be accepted."""
        for _, connector in self._point.unit.connectors():
            for one in (connector.pending, connector.transaction):
                if one is not None and one.id_tag is not None:
                    return one.id_tag
        state = self._point.state
        for tag in (*state.local_list.values(), *reversed(state.cache.values())):
            if Verdict(tag.status).accepted:
                return tag.id_tag
        raise NotSendable("no tag is known: give a payload with one, or tap a card")
