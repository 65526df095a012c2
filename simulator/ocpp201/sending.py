"""What a person has the station say of its own accord: the truth with its effect, or a payload as it is."""

from collections.abc import Awaitable, Callable
from typing import Any

from simulator.link.schemas import actions, problem
from simulator.ocpp201 import external_limit, reports, reservation, smart_charging, triggers
from simulator.ocpp201.authorization import read
from simulator.ocpp201.boot import Boot
from simulator.ocpp201.state import IdToken
from simulator.ocpp201.station import PROTOCOL, Station
from simulator.unit.speaker import NotSendable

Told = dict[str, Any] | None


class Sending:
    """``actions`` are those of which there is a truth to tell."""

    def __init__(self, station: Station, boot: Boot) -> None:
        self._station = station
        self._boot = boot
        self._truths: dict[str, Callable[[], Awaitable[Told]]] = {
            "Authorize": self._authorize,
            "BootNotification": self._boot_notification,
            "ClearedChargingLimit": self._cleared_charging_limit,
            "DataTransfer": self._data_transfer,
            "Heartbeat": self._heartbeat,
            "MeterValues": self._meter_values,
            "NotifyChargingLimit": self._notify_charging_limit,
            "NotifyReport": self._notify_report,
            "ReportChargingProfiles": self._report_charging_profiles,
            "ReservationStatusUpdate": self._reservation_status_update,
            "StatusNotification": self._status_notification,
            "TransactionEvent": self._transaction_event,
        }

    @property
    def actions(self) -> frozenset[str]:
        return frozenset(self._truths)

    async def send(self, action: str, payload: dict[str, Any] | None, *, valid: bool) -> Told:
        """See ``Speaker.send``."""
        if payload is None:
            truth = self._truths.get(action)
            if truth is None:
                raise NotSendable(f"this station says no {action} of its own accord: give a payload")
            return await truth()
        if valid:
            if action not in actions(PROTOCOL):
                raise NotSendable(f"{action} is no message of OCPP 2.0.1")
            found = problem(PROTOCOL, action, payload)
            if found is not None:
                raise ValueError(f"{action}: {found.text}")
        return await self._station.unit.call(action, payload)

    async def _all(self, messages: list[tuple[str, dict[str, Any]]]) -> Told:
        """The last one's answer."""
        answer: Told = None
        for action, payload in messages:
            answer = await self._station.unit.call(action, payload)
        return answer

    async def _authorize(self) -> Told:
        """Of who charges, else of the token that was seen last."""
        station = self._station
        running = [evse.running.token for _, _, evse in station.evses() if evse.running is not None]
        token = next((one for one in running if one is not None), None) or _last_seen(station)
        if token is None:
            raise NotSendable("no card was ever held to this station: give an idToken")
        answer = await station.unit.call("Authorize", {"idToken": token.wire})
        read(station, "Authorize", answer, token)
        station.commit()
        return answer

    async def _boot_notification(self) -> Told:
        return await self._boot.once("Triggered")

    async def _cleared_charging_limit(self) -> Told:
        told = external_limit.lift(self._station)
        if told is None:
            raise NotSendable("no limit from outside is in force: send NotifyChargingLimit first")
        return await self._station.unit.call("ClearedChargingLimit", told)

    async def _data_transfer(self) -> Told:
        settings = self._station.settings
        return await self._station.unit.call("DataTransfer", {"vendorId": settings.vendor, "messageId": "Hello"})

    async def _heartbeat(self) -> Told:
        return await self._station.unit.call("Heartbeat", {})

    async def _meter_values(self) -> Told:
        numbers = list(self._station.unit.state.connectors)
        messages = triggers.meter_values(self._station, numbers, "Other")
        if not messages:
            raise NotSendable("AlignedDataCtrlr.Measurands names nothing that can be read")
        return await self._all(messages)

    async def _notify_charging_limit(self) -> Told:
        if not self._station.variables.flag("SmartChargingCtrlr.ExternalControlSignalsEnabled"):
            raise NotSendable("SmartChargingCtrlr.ExternalControlSignalsEnabled is false")
        return await self._station.unit.call("NotifyChargingLimit", external_limit.impose(self._station))

    async def _notify_report(self) -> Told:
        everything = list(self._station.variables.addresses())
        parts = reports.parts_of(self._station, 0, everything)
        return await self._all([("NotifyReport", part) for part in parts])

    async def _report_charging_profiles(self) -> Told:
        found = smart_charging.reports_of(self._station.state.profiles, 0)
        if not found:
            raise NotSendable("there is no charging profile")
        return await self._all([("ReportChargingProfiles", one) for one in found])

    async def _reservation_status_update(self) -> Told:
        """The station gives up a reservation."""
        station = self._station
        reservation_id = reservation.any_id(station)
        if reservation_id is None:
            raise NotSendable("there is no reservation")
        reservation.remove(station, reservation_id)
        station.commit()
        told = {"reservationId": reservation_id, "reservationUpdateStatus": "Removed"}
        return await station.unit.call("ReservationStatusUpdate", told)

    async def _status_notification(self) -> Told:
        station = self._station
        numbers = list(station.unit.state.connectors)
        return await self._all([("StatusNotification", station.status_notification(number)) for number in numbers])

    async def _transaction_event(self) -> Told:
        """An update of the transactions that run; kept where there is no connection."""
        station = self._station
        running = [number for number, _, evse in station.evses() if evse.running is not None]
        if not running:
            raise NotSendable("no transaction runs: plug a car in and hold a card to the reader")
        last = triggers.tell_transactions(station, running)
        return await station.unit.sent(last)


def _last_seen(station: Station) -> IdToken | None:
    key = next(reversed(station.state.cache), None)
    if key is None:
        return None
    kind, _, text = key.partition("/")
    return IdToken(id_token=text, type=kind)
