"""The charge points of one simulator: made, found, removed, and brought back after a restart; with the journal of what
is done with them.
"""

import asyncio

import msgspec

from simulator import settings as own
from simulator.charge_point import ChargePoint
from simulator.days import Days
from simulator.disturbances import Disturbances
from simulator.memory.port import Memory
from simulator.operations.journal import Journal
from simulator.operations.runner import Runner
from simulator.unit.keeping import Remembered, recall
from simulator.unit.person import NotPossible
from simulator.unit.settings import Settings


class UnknownChargePoint(LookupError):
    """There is no charge point of this id."""


class NotResident(Exception):
    """That needs a simulator that stays; the text says what."""


class Fleet:
    """``central`` is where charge points connect that were made without an address of their own; None: as it was set
    last. Not ``resident``: it is there for one call, so nothing goes on after it. Raises ``StateError``.
    """

    def __init__(self, memory: Memory, central: str | None = None, *, resident: bool = True) -> None:
        self._memory = memory
        self.resident = resident
        self.settings = own.load(memory)
        if central is not None:
            self.settings = msgspec.structs.replace(self.settings, central=central)
        self.journal = Journal(memory, operations_kept=self.settings.operations_kept)
        self.runner = Runner(self.journal, resident=resident)
        self.disturbances = Disturbances(memory)
        self.days = Days()
        self._charge_points: dict[str, ChargePoint] = {}

    # -- life ------------------------------------------------------------------------------------------------

    async def start(self) -> None:
        """Bring back what the memory knows. Raises ``StateError``."""
        for remembered in recall(self._memory):
            charge_point = self.bring_back(remembered)
            await charge_point.start()
            self.disturbances.resume(charge_point)

    def bring_back(self, remembered: Remembered) -> ChargePoint:
        """One, as it was; not yet started. Raises ``StateError``."""
        settings = remembered.settings
        if settings.default_central:
            settings = msgspec.structs.replace(settings, central=self.settings.central)
        return self._made(remembered.charge_point_id, settings, remembered)

    async def stop(self) -> None:
        """Close every socket in good order; transactions stay open for the next start. Raises ``StateError``."""
        await self.days.stop_all()
        await self.runner.cancel_all()
        await self.disturbances.stop()
        await asyncio.gather(*(one.stop() for one in self._charge_points.values()))
        self.journal.close()

    # -- the charge points -----------------------------------------------------------------------------------

    def all(self, prefix: str = "") -> list[ChargePoint]:
        """By id."""
        return [
            one for charge_point_id, one in sorted(self._charge_points.items()) if charge_point_id.startswith(prefix)
        ]

    def get(self, charge_point_id: str) -> ChargePoint:
        """Raises :class:`UnknownChargePoint`."""
        try:
            return self._charge_points[charge_point_id]
        except KeyError:
            raise UnknownChargePoint(f"charge point {charge_point_id}") from None

    def find(self, charge_point_id: str) -> ChargePoint | None:
        return self._charge_points.get(charge_point_id)

    async def add(self, charge_point_id: str, settings: Settings, *, connect: bool = True) -> ChargePoint:
        """A new charge point, which connects unless told not to. Raises ``StateError``."""
        charge_point = self._made(charge_point_id, settings)
        charge_point.unit.state.online = connect
        try:
            await charge_point.start()
        except BaseException:
            # What could not be saved does not exist.
            del self._charge_points[charge_point_id]
            raise
        return charge_point

    async def add_many(self, charge_point_ids: list[str], settings: Settings, *, connect: bool = True) -> None:
        """As many new ones as ids, at once. Raises ``NotPossible`` when one is there already, ``StateError``."""
        taken = next((one for one in charge_point_ids if one in self._charge_points), None)
        if taken is not None:
            raise NotPossible(f"there is a charge point {taken} already")
        for charge_point_id in charge_point_ids:
            await self.add(charge_point_id, settings, connect=connect)

    async def remove(self, charge_point_id: str) -> None:
        """Gone for ever, with its meter and what it had still to send. Raises :class:`UnknownChargePoint`,
        ``StateError``.
        """
        charge_point = self.get(charge_point_id)
        await self.runner.cancel_all(charge_point_id)
        await self.disturbances.end(charge_point_id)
        await charge_point.stop()
        # Somebody else may have been faster while it hung up.
        if self._charge_points.get(charge_point_id) is charge_point:
            self._memory.delete(charge_point_id)
            charge_point.unit.removed = True
            del self._charge_points[charge_point_id]
            self.journal.forget(charge_point_id)

    async def set_settings(self, settings: own.SimulatorSettings) -> None:
        """Other settings of the simulator, from now on and next time. Raises ``StateError``."""
        own.save(self._memory, settings)
        before, self.settings = self.settings, settings
        self.journal.operations_kept = settings.operations_kept
        for charge_point in self._charge_points.values():
            self._apply_settings(charge_point)
        if settings.central != before.central:
            followers = [one for one in self._charge_points.values() if one.settings.default_central]
            await asyncio.gather(*(self._follow(one) for one in followers))

    async def _follow(self, charge_point: ChargePoint) -> None:
        there = msgspec.structs.replace(charge_point.settings, central=self.settings.central)
        await charge_point.update(there, connect=charge_point.unit.state.online)

    def _made(self, charge_point_id: str, settings: Settings, remembered: Remembered | None = None) -> ChargePoint:
        charge_point = ChargePoint(charge_point_id, settings, store=self._memory, memory=remembered, watch=self.journal)
        self._apply_settings(charge_point)
        self._charge_points[charge_point_id] = charge_point
        return charge_point

    def _apply_settings(self, charge_point: ChargePoint) -> None:
        charge_point.message_log.keep(self.settings.messages_kept)
        charge_point.unit.meter_speed = self.settings.meter_speed
