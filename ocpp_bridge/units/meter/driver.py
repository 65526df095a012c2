"""The meters of one listener or of one broker: beside chargers, and of buildings."""

import asyncio
import functools
import os
import socket

from ocpp_bridge.units.driver import DriverPorts, Entry, LinkLost
from ocpp_bridge.units.meter.building import Building
from ocpp_bridge.units.meter.entry import account_of
from ocpp_bridge.units.meter.listener import Listener
from ocpp_bridge.units.meter.meter import DECLARATION, Meter
from ocpp_bridge.units.meter.silence import Silence
from ocpp_bridge.units.meter.source import Source

LOOK_S = 1.0


class Meters:
    """The driver of one entry. ``port``: where it listens, once it does."""

    def __init__(self, entry: Entry) -> None:
        self._account = account_of(entry)
        self._listener: Listener | None = None

    @property
    def port(self) -> int:
        return 0 if self._listener is None else self._listener.port

    async def run(self, ports: DriverPorts) -> None:
        """Until cancelled. ``LinkLost`` when the broker is gone, or nothing can be listened on."""
        meters = [
            Meter(each, functools.partial(ports.unit, each.charge_point_id, DECLARATION), ports.now)
            for each in self._account.meters
        ]
        loop = asyncio.get_running_loop()
        buildings = [
            Building(each, ports.building(each.location_id), ports.now, loop.time) for each in self._account.buildings
        ]
        silence = Silence()
        watching = [loop.create_task(silence.run()), loop.create_task(_look(buildings))]
        try:
            await self._hear(meters, buildings, silence)
        finally:
            for task in watching:
                task.cancel()
            await asyncio.gather(*watching, return_exceptions=True)
            for building in buildings:
                building.lost("the link ended")

    async def _hear(self, meters: list[Meter], buildings: list[Building], silence: Silence) -> None:
        if self._account.listen is not None:
            self._listener = Listener(
                {each.entry.charge_point_id: each for each in meters},
                {each.entry.location_id.casefold(): each for each in buildings},
                silence,
            )
            host, port = self._account.listen
            try:
                await self._listener.run(host, port)
            except OSError as error:
                raise LinkLost(f"cannot listen at {host}:{port}: {_reason(error)}") from error
        elif self._account.broker is not None:
            from ocpp_bridge.units.meter.subscriber import Subscriber  # noqa: PLC0415 -- MQTT only where it is used

            by_topic: dict[str, Source] = {each.entry.topic: each for each in meters}
            by_topic.update({each.entry.topic: each for each in buildings})
            await Subscriber(by_topic, silence).run(self._account.broker)
            raise LinkLost("the broker ended the link")


def _reason(error: OSError) -> str:
    """In a few words: the text of asyncio tells the address, too."""
    is_plain = error.errno is not None and not isinstance(error, socket.gaierror)
    return os.strerror(error.errno or 0) if is_plain else str(error.strerror or error)


async def _look(buildings: list[Building]) -> None:
    """For ever."""
    while buildings:
        for building in buildings:
            building.look()
        await asyncio.sleep(LOOK_S)


def make(entry: Entry) -> Meters:
    """Raises ``BadEntry``."""
    return Meters(entry)
