"""How a charge point makes itself known: BootNotification until it is accepted, anew after each start (OCPP
1.6, 4.2).
"""

import asyncio
import logging
from typing import Any

from simulator.link.errors import CallFailed
from simulator.ocpp16.point import Point

# Where the central system leaves the pause to the charge point (interval 0), or failed to answer.
OWN_PAUSE_S = 10

log = logging.getLogger(__name__)


class Boot:
    """``point.boot_status`` is the last answer; None until there is one."""

    def __init__(self, point: Point) -> None:
        self._point = point
        self._again = asyncio.Event()

    async def until_accepted(self) -> None:
        """Returns once accepted. Raises ``NotConnected`` when the socket closes before."""
        while self._point.boot_status != "Accepted":
            self._again.clear()
            pause_s = await self.once()
            if self._point.boot_status == "Accepted":
                return
            try:
                async with asyncio.timeout(pause_s):
                    await self._again.wait()
            except TimeoutError:
                continue

    def again(self) -> None:
        """Do not wait for the pause to end."""
        self._again.set()

    async def once(self) -> int:
        """One BootNotification. Returns the seconds to wait if it was not accepted."""
        try:
            answer = await self._point.unit.call("BootNotification", self.request())
        except CallFailed as failed:
            log.info("%s: BootNotification was not taken: %s", self._point.unit.id, failed)
            return OWN_PAUSE_S
        return self.take(answer)

    def request(self) -> dict[str, Any]:
        """BootNotification.req."""
        settings = self._point.unit.settings
        return {
            "chargePointVendor": settings.vendor,
            "chargePointModel": settings.model,
            "chargePointSerialNumber": (settings.serial or self._point.unit.id)[:25],
            "firmwareVersion": self._point.unit.state.firmware or settings.firmware,
        }

    def take(self, answer: dict[str, Any]) -> int:
        """Its answer. Returns the seconds to wait if it is not accepted."""
        match answer:
            case {"status": "Accepted" | "Pending" | "Rejected" as status, "interval": int(interval_s)}:
                self._point.boot_status = status
            case _:
                log.info("%s: BootNotification.conf without status or interval", self._point.unit.id)
                return OWN_PAUSE_S
        if status == "Accepted" and interval_s > 0:
            self._point.configuration.change("HeartbeatInterval", str(interval_s))
            self._point.unit.commit()
        return interval_s if interval_s > 0 else OWN_PAUSE_S
