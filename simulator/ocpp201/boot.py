"""B: how a station makes itself known, BootNotification until it is accepted, and Heartbeat afterwards (G02)."""

import asyncio
import logging
from typing import Any

from simulator.link.errors import CallFailed, NotConnected
from simulator.link.schemas import problem
from simulator.ocpp201.station import PROTOCOL, Station

# Where the central system leaves the pause to the station (interval 0), or failed to answer.
OWN_PAUSE_S = 10

log = logging.getLogger(__name__)


class Boot:
    """``station.boot_status`` is the last answer; None until there is one."""

    def __init__(self, station: Station) -> None:
        self._station = station
        self._again = asyncio.Event()

    async def until_accepted(self) -> None:
        """Returns once accepted. Raises ``NotConnected`` when the socket closes before."""
        reason = self._station.state.boot_reason
        while self._station.boot_status != "Accepted":
            self._again.clear()
            pause_s = await self._once_or_pause_s(reason)
            if self._station.boot_status == "Accepted":
                return
            try:
                async with asyncio.timeout(pause_s):
                    await self._again.wait()
                reason = "Triggered"
            except TimeoutError:
                continue

    def again(self) -> None:
        """Do not wait for the pause to end."""
        self._again.set()

    async def _once_or_pause_s(self, reason: str) -> int:
        try:
            answer = await self.once(reason)
        except CallFailed as failed:
            log.info("%s: BootNotification was not taken: %s", self._station.unit.id, failed)
            return OWN_PAUSE_S
        interval_s = answer.get("interval")
        return interval_s if isinstance(interval_s, int) and interval_s > 0 else OWN_PAUSE_S

    async def once(self, reason: str) -> dict[str, Any]:
        """One BootNotification and what its answer means. Raises ``NotConnected`` and ``CallFailed``."""
        station = self._station
        answer = await station.unit.call("BootNotification", boot_notification(station, reason))
        found = problem(PROTOCOL, "BootNotification", answer, answer=True)
        if found is not None:
            log.info("%s: the answer to BootNotification is malformed: %s", station.unit.id, found.text)
            return answer
        station.boot_status = answer["status"]
        if station.boot_status == "Accepted":
            station.state.boot_reason = "PowerUp"
            if answer["interval"] > 0:
                station.variables.change("OCPPCommCtrlr.HeartbeatInterval", str(answer["interval"]))
            station.commit()
        return answer


def boot_notification(station: Station, reason: str) -> dict[str, Any]:
    """BootNotificationRequest."""
    settings = station.settings
    return {
        "reason": reason,
        "chargingStation": {
            "model": settings.model[:20],
            "vendorName": settings.vendor[:50],
            "serialNumber": (settings.serial or station.unit.id)[:25],
            "firmwareVersion": settings.firmware[:50],
        },
    }


class Heart:
    """Heartbeats at HeartbeatInterval, on the event loop's clock."""

    def __init__(self, station: Station) -> None:
        self._station = station
        self._beat_at = 0.0

    def tick(self, moment_s: float) -> None:
        """Beat where it is time."""
        if not self._station.unit.ready:
            self._beat_at = moment_s
        elif self.due_s(moment_s) <= 0:
            self._beat_at = moment_s
            self._station.unit.start(self.beat())

    def due_s(self, moment_s: float) -> float:
        """Seconds until the next."""
        interval_s = self._station.variables.count("OCPPCommCtrlr.HeartbeatInterval")
        return self._beat_at + interval_s - moment_s if self._station.unit.ready else float(interval_s)

    async def beat(self) -> None:
        """One Heartbeat; whether it is answered changes nothing here."""
        try:
            await self._station.unit.call("Heartbeat", {})
        except (CallFailed, NotConnected) as error:
            log.info("%s: a Heartbeat was not taken: %s", self._station.unit.id, error)
