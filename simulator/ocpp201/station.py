"""The inside of a station that all blocks share: its unit, its own memory, its device model, its statuses."""

import asyncio
import logging
from collections.abc import Iterator
from typing import Any, Literal

from simulator.link.errors import CallFailed, NotConnected
from simulator.ocpp201.device_model import DeviceModel
from simulator.ocpp201.state import Evse, IdToken, State
from simulator.unit.settings import Settings
from simulator.unit.state import ConnectorState
from simulator.unit.unit import Unit, timestamp

PROTOCOL = "ocpp2.0.1"

log = logging.getLogger(__name__)


class Station:
    """EVSE n is the unit's connector n, with one connector. Parts change ``state``; :meth:`commit` saves and tells."""

    def __init__(self, unit: Unit, state: State) -> None:
        self.unit = unit
        self.state = state
        self.variables = DeviceModel(self, state)
        # BootNotification's answer: None before the first.
        self.boot_status: str | None = None
        self._told: dict[int, str] = {}

    @property
    def settings(self) -> Settings:
        return self.unit.settings

    def now_text(self) -> str:
        return timestamp(self.unit.now())

    # -- EVSEs -----------------------------------------------------------------------------------------------

    def knows(self, evse_id: int) -> bool:
        return evse_id in self.unit.state.connectors

    def evse(self, evse_id: int) -> Evse:
        return self.state.evses.setdefault(evse_id, Evse())

    def evses(self) -> Iterator[tuple[int, ConnectorState, Evse]]:
        """Number, connector and our own part of each."""
        for number, connector in self.unit.connectors():
            yield number, connector, self.evse(number)

    def running(self, transaction_id: str) -> int | None:
        """The EVSE where a transaction runs."""
        for number, _, evse in self.evses():
            if evse.running is not None and evse.running.transaction_id == transaction_id:
                return number
        return None

    def busy(self) -> bool:
        """Whether any transaction runs."""
        return any(evse.running is not None for _, _, evse in self.evses())

    def usable(self, evse_id: int) -> bool:
        """Whether somebody may begin to charge here: neither broken, nor out of service, nor about to be reset."""
        connector, evse = self.unit.connector(evse_id), self.evse(evse_id)
        if connector.error_code != "NoError" or not (self.unit.state.operative and connector.operative):
            return False
        if self.boot_status != "Accepted" and not self.variables.flag("TxCtrlr.TxBeforeAcceptedEnabled"):
            return False
        return evse.resetting_until is None and not (evse.reset_when_idle or self.state.reset_when_idle)

    def reserved_for_another(self, evse_id: int, token: IdToken, group: IdToken | None) -> bool:
        """Whether a reservation keeps this token out: the EVSE's own, or one of any EVSE that needs the last ones."""
        reservation, group = self.unit.connector(evse_id).reservation, group or token
        if reservation is not None:
            return not reservation.matches(token.id_token, group.id_token)
        if any(_is_for(one.token, one.group, token, group) for one in self.state.open_reservations):
            return False
        return evse_id in self._kept_for_open_reservations()

    def use_reservation(self, evse_id: int, token: IdToken, group: IdToken | None) -> int | None:
        """The reservation that this token uses up by charging here. A group's own token is of the group."""
        connector, group = self.unit.connector(evse_id), group or token
        if connector.reservation is not None:
            if not connector.reservation.matches(token.id_token, group.id_token):
                return None
            reservation_id = connector.reservation.reservation_id
            connector.reservation = None
            return reservation_id
        for one in self.state.open_reservations:
            if _is_for(one.token, one.group, token, group):
                self.state.open_reservations.remove(one)
                return one.reservation_id
        return None

    # -- statuses --------------------------------------------------------------------------------------------

    def availability(self, evse_id: int) -> str:
        """The connector's status; 0 is the station."""
        if evse_id == 0:
            return "Available" if self.unit.state.operative else "Unavailable"
        word = self._own_availability(evse_id)
        return "Reserved" if word == "Available" and evse_id in self._kept_for_open_reservations() else word

    def _own_availability(self, evse_id: int) -> str:
        connector, evse = self.unit.connector(evse_id), self.evse(evse_id)
        if connector.error_code != "NoError":
            return "Faulted"
        if evse.running is None and not self.usable(evse_id):
            return "Unavailable"
        if connector.car is not None:
            return "Occupied"
        return "Available" if connector.reservation is None else "Reserved"

    def free_evses(self) -> list[int]:
        """EVSEs where a driver who comes now could charge."""
        return [
            number
            for number, _, evse in self.evses()
            if evse.running is None and evse.authorization is None and self._own_availability(number) == "Available"
        ]

    def _kept_for_open_reservations(self) -> list[int]:
        """All free EVSEs, where no more of them are left than are reserved (H01.FR.23)."""
        if not self.state.open_reservations:
            return []
        free = self.free_evses()
        return free if len(free) <= len(self.state.open_reservations) else []

    def tell_statuses(self, *, anew: bool = False) -> None:
        """StatusNotification of each connector whose status changed since it was told; of all if ``anew``."""
        if not self.unit.ready:
            return
        for number in self.unit.state.connectors:
            status = self.availability(number)
            if anew or self._told.get(number) != status:
                self._told[number] = status
                self.unit.tell("StatusNotification", self.status_notification(number))

    def tell_statuses_after_absence(self) -> None:
        """B04: of all connectors after a start or more than OfflineThreshold seconds, else what changed meanwhile."""
        lane = self.unit.lane
        lost, lane.dropped = lane.dropped, False
        away_s = asyncio.get_running_loop().time() - lane.closed_at if lane.closed_at is not None else 0.0
        self.tell_statuses(anew=lost or away_s > self.variables.count("OCPPCommCtrlr.OfflineThreshold"))

    def forget_told(self) -> None:
        """As after a start: nothing was told yet."""
        self._told.clear()

    def status_notification(self, evse_id: int) -> dict[str, Any]:
        return {
            "timestamp": self.now_text(),
            "connectorStatus": self.availability(evse_id),
            "evseId": evse_id,
            "connectorId": 1,
        }

    def say(self, messages: list[tuple[str, dict[str, Any]]]) -> None:
        """Tell these in order, also before the station is accepted (B02)."""
        if self.unit.ready:
            for action, payload in messages:
                self.unit.tell(action, payload)
        else:
            self.unit.start(self._say_now(messages))

    async def _say_now(self, messages: list[tuple[str, dict[str, Any]]]) -> None:
        for action, payload in messages:
            try:
                await self.unit.call(action, payload)
            except (CallFailed, NotConnected) as error:
                log.info("%s: %s was not taken: %s", self.unit.id, action, error)

    def commit(self, *, answered: tuple[int, ...] = ()) -> None:
        """Save everything that changed, then tell it."""
        self.unit.commit(answered=answered)
        self.tell_statuses()

    # -- what the device model shows -------------------------------------------------------------------------

    def problem(self, evse_id: int) -> bool:
        numbers = [evse_id] if evse_id else list(self.unit.state.connectors)
        return any(self.unit.connector(number).error_code != "NoError" for number in numbers)

    def power_w(self, evse_id: int) -> int:
        return self.unit.power_w(evse_id)

    def clock(self) -> str:
        return self.now_text()

    def count(self, what: Literal["local_list", "profiles"]) -> int:
        return len(self.state.local_list if what == "local_list" else self.state.profiles)

    def connector_type(self, evse_id: int) -> str:
        types = self.settings.connector_types
        return types[min(evse_id, len(types)) - 1] if types else "Unknown"

    def active_network_profile(self) -> int:
        """The slot in use; slot 1 is the address of the settings until somebody sets another."""
        slots = [int(slot) for slot in self.variables.names("OCPPCommCtrlr.NetworkConfigurationPriority")]
        return next((slot for slot in slots if slot in self.state.network_profiles), 1)


def _is_for(reserved: IdToken, reserved_group: IdToken | None, token: IdToken, group: IdToken) -> bool:
    if reserved.id_token.casefold() == token.id_token.casefold():
        return True
    return reserved_group is not None and group.id_token.casefold() == reserved_group.id_token.casefold()
