"""Some charge points connect and never say who they are: they are asked for a BootNotification, once.

Who reconnects without a boot is common and stays in peace: only who was never heard to boot is asked, and never
again in this process's life, for some drop the socket at a call they do not know.
"""

import asyncio
import random
from collections.abc import Iterable

import structlog

from ocpp_bridge.sockets.link import Link
from ocpp_bridge.translation import Call

log = structlog.get_logger()
RESPONSE_S = 10.0


class BootReminder:
    """``known``: charge points that booted in a former process's life. ``wait_s``: from connecting to being asked."""

    def __init__(self, known: Iterable[str], wait_s: float) -> None:
        self._known = set(known)
        self._wait_s = wait_s

    def booted(self, link: Link) -> None:
        """It said who it is."""
        self.heard(link.charge_point_id)

    def heard(self, charge_point_id: str) -> None:
        """It boots, or was told when to: nobody has to ask."""
        self._known.add(charge_point_id)

    def needs(self, link: Link) -> bool:
        """Whether :meth:`run` has something to do."""
        return link.charge_point_id not in self._known

    async def run(self, link: Link) -> None:
        """Wait, and ask if it has not booted meanwhile. Ends with the socket."""
        await asyncio.sleep(self._wait_s * random.uniform(1, 1.5))  # noqa: S311 -- spreads load, no secret
        if not self.needs(link):
            return
        self._known.add(link.charge_point_id)
        answer = await link.call(Call("TriggerMessage", {"requestedMessage": "BootNotification"}), RESPONSE_S)
        log.info(
            "asked for a boot",
            charge_point=link.charge_point_id,
            answer=answer.error or str(answer.payload.get("status", ""))[:50],
        )
