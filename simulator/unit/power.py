"""Whether a unit runs and is on the network: its tasks, its link, each socket's session, and a start anew."""

import asyncio
import contextlib
import contextvars
import logging
from collections.abc import Coroutine
from typing import Any

from simulator.link.errors import NotConnected
from simulator.memory.port import StateError
from simulator.unit.clock import Clock
from simulator.unit.speaker import RestartReason
from simulator.unit.unit import Unit

# From losing power, or a Reset, to the next connection.
RESTART_S = 1.0
# How long a reset, or a new connection, waits for what was said to be answered.
FAREWELL_S = 5.0

log = logging.getLogger(__name__)


class Power:
    """The unit's ``Firmware``. :meth:`session` is what its connection runs beside each socket."""

    def __init__(self, unit: Unit) -> None:
        self._unit = unit
        self._link: asyncio.Task[None] | None = None
        self._tasks: list[asyncio.Task[None]] = []
        self._running = False
        # Set while connected, accepted, and after the statuses were told.
        self.ready = asyncio.Event()

    def on(self) -> None:
        """Start, and connect unless the cable is out."""
        self._running = True
        self._tasks = [_apart(self._unit.lane.run()), _apart(Clock(self._unit).run())]
        self.open_link()

    async def off(self) -> None:
        """End all that runs; the socket closes in good order, and who was just starting anew connects no more."""
        self._running = False
        await self._unit.stop_flows()
        await self.close_link()
        for task in self._tasks:
            task.cancel()
        await asyncio.gather(*self._tasks, return_exceptions=True)
        self._tasks = []

    def open_link(self) -> None:
        """Connect, where the cable is in and nobody does yet."""
        if self._running and self._link is None and self._unit.state.online:
            speaker = self._unit.speaker
            self._link = asyncio.get_running_loop().create_task(
                self._unit.connection.keep_open(speaker.central(), speaker.security(), speaker.ping_interval_s)
            )

    async def close_link(self) -> None:
        link, self._link = self._link, None
        if link is not None:
            link.cancel()
            await asyncio.gather(link, return_exceptions=True)

    async def session(self) -> None:
        """One socket's life: boot where needed, then speak until it closes."""
        try:
            with contextlib.suppress(NotConnected):
                await self._unit.speaker.boot()
                self._unit.lane.open()
                self._unit.tell_all()
                self._unit.changed.set()
                self.ready.set()
                await asyncio.get_running_loop().create_future()
        except StateError:
            log.exception("%s: the state cannot be saved", self._unit.id)
            self._unit.connection.drop()
        finally:
            self.ready.clear()
            self._unit.lane.close()

    def restart(self, reason: RestartReason) -> None:
        self._unit.start(self.start_anew(reason))

    def reconnect(self) -> None:
        self._unit.start(self._reconnect())

    async def _reconnect(self) -> None:
        await self._say_the_rest()
        await self.close_link()
        self.open_link()

    async def start_anew(self, reason: RestartReason) -> None:
        """Lose power or restart in good order; returns when it connects again, which it does at once if cancelled."""
        lost_power = reason == "PowerLoss"
        self._unit.powered = not lost_power
        if lost_power:
            self._unit.lane.close()
        self._unit.speaker.end_all(reason)
        for _, connector in self._unit.connectors():
            connector.pending = None
        self._unit.commit()
        try:
            if not lost_power:
                await self._say_the_rest()
            await self.close_link()
            await asyncio.sleep(RESTART_S)
        finally:
            # Also where whoever asked for it gives up meanwhile: no unit stays without power for ever.
            self._unit.speaker.boot_status = None
            self._unit.powered = True
            self._unit.offer_anew()
            self.open_link()

    async def _say_the_rest(self) -> None:
        with contextlib.suppress(TimeoutError):
            async with asyncio.timeout(FAREWELL_S):
                await self._unit.lane.quiet()


def _apart(work: Coroutine[Any, Any, None]) -> asyncio.Task[None]:
    """A task that belongs to no operation, whoever started it."""
    return asyncio.get_running_loop().create_task(work, context=contextvars.Context())
