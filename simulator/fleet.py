"""The charge points of one simulator: made, found, removed, and brought back after a restart."""

import asyncio

import msgspec

from simulator.chargepoint import ChargePoint, Settings
from simulator.chargepoint.memory import recall
from simulator.store import Store


class UnknownChargePoint(LookupError):
    """There is no charge point of this id."""


class Fleet:
    """``central`` is where charge points connect that were made without an address of their own."""

    def __init__(self, store: Store, central: str) -> None:
        self._store = store
        self.central = central
        self._charge_points: dict[str, ChargePoint] = {}

    async def start(self) -> None:
        """Bring back what the store knows. Raises ``StateFileError``."""
        for memory in recall(self._store):
            settings = memory.settings
            if settings.default_central:
                settings = msgspec.structs.replace(settings, central=self.central)
            charge_point = ChargePoint(memory.charge_point_id, settings, store=self._store, memory=memory)
            self._charge_points[memory.charge_point_id] = charge_point
            await charge_point.start()

    async def stop(self) -> None:
        """Close every socket in good order; transactions stay open for the next start."""
        await asyncio.gather(*(one.stop() for one in self._charge_points.values()))

    def all(self) -> list[ChargePoint]:
        """By id."""
        return [one for _, one in sorted(self._charge_points.items())]

    def get(self, charge_point_id: str) -> ChargePoint:
        """Raises :class:`UnknownChargePoint`."""
        try:
            return self._charge_points[charge_point_id]
        except KeyError:
            raise UnknownChargePoint(f"charge point {charge_point_id}") from None

    def find(self, charge_point_id: str) -> ChargePoint | None:
        return self._charge_points.get(charge_point_id)

    async def add(self, charge_point_id: str, settings: Settings) -> ChargePoint:
        """A new charge point, which connects."""
        charge_point = ChargePoint(charge_point_id, settings, store=self._store)
        self._charge_points[charge_point_id] = charge_point
        await charge_point.start()
        return charge_point

    async def remove(self, charge_point_id: str) -> None:
        """Gone for ever, with its meter and what it had still to send. Raises :class:`UnknownChargePoint`."""
        await self.get(charge_point_id).stop()
        del self._charge_points[charge_point_id]
        self._store.delete(charge_point_id)
