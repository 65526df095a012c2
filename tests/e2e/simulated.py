"""A simulated charge point in a thread of the test's process, on a real socket to the bridge."""

import asyncio
import threading
from collections.abc import Coroutine, Iterator
from contextlib import contextmanager
from typing import Any, TypeVar

from simulator.cars import Car
from simulator.charge_point import ChargePoint
from simulator.unit.settings import Settings

WITHIN_S = 15.0
Result = TypeVar("Result")


class Simulated:
    """What people do there; for any thread."""

    def __init__(self, charge_point: ChargePoint, loop: asyncio.AbstractEventLoop) -> None:
        self._charge_point = charge_point
        self._loop = loop

    def do(self, work: Coroutine[Any, Any, Result]) -> Result:
        """Done on the charge point's loop."""
        return asyncio.run_coroutine_threadsafe(work, self._loop).result(WITHIN_S)

    def charge(self, tag: str, car: Car) -> Any:
        """Plug in, and hold a card to the reader: what the display says."""

        async def arrive() -> Any:
            self._charge_point.plug(1, car)
            return await self._charge_point.tap(1, tag, WITHIN_S)

        return self.do(arrive())

    def key(self, name: str) -> str:
        """A key of its configuration."""

        async def read() -> str:
            return next(str(each["value"]) for each in self._charge_point.configuration() if each["key"] == name)

        return self.do(read())

    def disconnect(self) -> None:
        """Pull the network cable."""
        self.do(self._charge_point.disconnect())


@contextmanager
def simulated(charge_point_id: str, settings: Settings) -> Iterator[Simulated]:
    """Booted and ready."""
    loop = asyncio.new_event_loop()
    thread = threading.Thread(target=loop.run_forever, name=charge_point_id, daemon=True)
    thread.start()

    async def make() -> ChargePoint:
        charge_point = ChargePoint(charge_point_id, settings)
        await charge_point.start()
        assert await charge_point.booted(WITHIN_S)
        return charge_point

    try:
        charge_point = asyncio.run_coroutine_threadsafe(make(), loop).result(WITHIN_S)
        yield Simulated(charge_point, loop)
        asyncio.run_coroutine_threadsafe(charge_point.stop(), loop).result(WITHIN_S)
    finally:
        loop.call_soon_threadsafe(loop.stop)
        thread.join(WITHIN_S)
        loop.close()
