"""Which charge points are disturbed, and how: one chaos line each, kept in the memory beside the charge point."""

from typing import Any, Literal

import msgspec

from simulator.charge_point import ChargePoint
from simulator.link.chaos import Chaos, ChaosLine
from simulator.link.interference import Interference
from simulator.memory.port import Memory, StateError

NAME = "chaos"


class Disturbances:
    """Of all charge points of a simulator."""

    def __init__(self, memory: Memory) -> None:
        self._memory = memory
        self._lines: dict[str, ChaosLine] = {}

    def view(self, charge_point_id: str) -> dict[str, Any] | None:
        """Settings and counts; None where nothing disturbs it."""
        line = self._lines.get(charge_point_id)
        return line.view() if line is not None else None

    async def begin(self, charge_point: ChargePoint, chaos: Chaos) -> None:
        """Disturb it from now on, in place of how it was. Raises ``StateError``."""
        self._memory.take_note(charge_point.id, NAME, msgspec.json.encode(chaos))
        await self._stop(charge_point.id)
        self._start(charge_point, chaos)

    def resume(self, charge_point: ChargePoint) -> None:
        """As it was disturbed when the process ended. Raises ``StateError``."""
        kept = self._memory.note(charge_point.id, NAME)
        if kept is None:
            return
        try:
            chaos = msgspec.json.decode(kept, type=Chaos)
        except msgspec.MsgspecError as error:
            raise StateError(f"the chaos settings are of another version: {error}") from error
        self._start(charge_point, chaos)

    async def end(self, charge_point_id: str) -> None:
        """Disturb it no more. Raises ``StateError``."""
        await self._stop(charge_point_id)
        self._memory.take_note(charge_point_id, NAME, None)

    async def stop(self) -> None:
        """The process ends; what was set stays."""
        for charge_point_id in list(self._lines):
            await self._stop(charge_point_id)

    def _start(self, charge_point: ChargePoint, chaos: Chaos) -> None:
        line = self._lines[charge_point.id] = ChaosLine(charge_point.id, chaos, _Point(charge_point))
        line.start()

    async def _stop(self, charge_point_id: str) -> None:
        line = self._lines.pop(charge_point_id, None)
        if line is not None:
            await line.stop()


class _Point:
    """What chaos does to a charge point."""

    def __init__(self, charge_point: ChargePoint) -> None:
        self._charge_point = charge_point

    def interfere(self, interference: Interference | None) -> None:
        self._charge_point.connection.interference = interference

    def drop(self) -> None:
        self._charge_point.connection.drop()

    def set_skew(self, skew_s: float) -> None:
        self._charge_point.unit.skew_s = skew_s

    async def power_loss(self) -> None:
        await self._charge_point.reboot("power_loss")

    def note(self, direction: Literal["sent", "received"], fault: str, text: str) -> None:
        line = msgspec.json.encode({"fault": fault, "detail": text}).decode()
        self._charge_point.message_log.add(direction, line, action=NAME)
