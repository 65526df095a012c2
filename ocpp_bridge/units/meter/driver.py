"""The meters of one listener or of one broker."""

import asyncio
import functools

from ocpp_bridge.units.driver import DriverPorts, Entry, LinkLost
from ocpp_bridge.units.meter.entry import account_of
from ocpp_bridge.units.meter.listener import Listener
from ocpp_bridge.units.meter.meter import DECLARATION, Meter
from ocpp_bridge.units.meter.silence import Silence


class Meters:
    """The driver of one entry. ``port``: where it listens, once it does."""

    def __init__(self, entry: Entry) -> None:
        self._account = account_of(entry)
        self._listener: Listener | None = None

    @property
    def port(self) -> int:
        return 0 if self._listener is None else self._listener.port

    async def run(self, ports: DriverPorts) -> None:
        """Until cancelled. ``LinkLost`` when the broker is gone, ``OSError`` when nothing can be listened on."""
        meters = [
            Meter(each, functools.partial(ports.unit, each.charge_point_id, DECLARATION), ports.now)
            for each in self._account.meters
        ]
        silence = Silence()
        watching = asyncio.get_running_loop().create_task(silence.run())
        try:
            await self._hear(meters, silence)
        finally:
            watching.cancel()
            await asyncio.gather(watching, return_exceptions=True)

    async def _hear(self, meters: list[Meter], silence: Silence) -> None:
        if self._account.listen is not None:
            self._listener = Listener({each.entry.charge_point_id: each for each in meters}, silence)
            await self._listener.run(*self._account.listen)
        elif self._account.broker is not None:
            from ocpp_bridge.units.meter.subscriber import Subscriber  # noqa: PLC0415 -- MQTT only where it is used

            await Subscriber({each.entry.topic: each for each in meters}, silence).run(self._account.broker)
            raise LinkLost("the broker ended the link")


def make(entry: Entry) -> Meters:
    """Raises ``BadEntry``."""
    return Meters(entry)
