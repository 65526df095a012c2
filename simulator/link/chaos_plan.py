"""What happens to frame n of a charge point: decided by the seed alone, before anything waits or breaks."""

from dataclasses import dataclass
from typing import Literal

from simulator.chance import Chance
from simulator.link.chaos_damage import CORRUPTIONS
from simulator.link.chaos_settings import Chaos

Direction = Literal["sent", "received"]


@dataclass(frozen=True, slots=True)
class Fate:
    """All faults of one frame; the usual one is to pass. ``cut`` is the share of the frame that is left,
    ``corruption`` a name of :data:`CORRUPTIONS`, ``late``: the next frame of its direction goes first.
    """

    delay_s: float = 0.0
    drop: bool = False
    cut: float | None = None
    corruption: str | None = None
    duplicate: bool = False
    late: bool = False
    replay: bool = False
    disconnect: bool = False
    half_open_s: float = 0.0


PASSES = Fate()


class Plan:
    """Frames are counted from 1 in each direction, so that what one direction does changes nothing in the other."""

    def __init__(self, chaos: Chaos, charge_point_id: str) -> None:
        self._chaos = chaos
        self._id = charge_point_id

    def fate(self, direction: Direction, frame: int) -> Fate:
        """What happens to this frame. Every chance is drawn for every frame: another setting of one fault leaves the
        others where they were.
        """
        chaos = self._chaos
        if chaos.directions not in ("both", direction):
            return PASSES
        chance = self._chance(direction, frame)
        delayed, delay_s = chance.happens(chaos.delay or 0.0), chance.between(0, chaos.delay_s)
        drop = chance.happens(chaos.drop)
        truncate, cut = chance.happens(chaos.truncate), chance.share()
        corrupt, corruption = chance.happens(chaos.corrupt), chance.one_of(CORRUPTIONS)
        return Fate(
            delay_s=delay_s if delayed else 0.0,
            drop=drop,
            cut=cut if truncate else None,
            corruption=corruption if corrupt else None,
            duplicate=chance.happens(chaos.duplicate),
            late=chance.happens(chaos.reorder),
            replay=chance.happens(chaos.replay) and direction == "sent",
            disconnect=chance.happens(chaos.disconnect),
            half_open_s=chaos.half_open_s if chance.happens(chaos.half_open or 0.0) else 0.0,
        )

    def damage(self, direction: Direction, frame: int) -> Chance:
        """Where exactly a corrupted frame is corrupted."""
        return self._chance(direction, frame, "damage")

    def crash_after_s(self, crash: int) -> float | None:
        """Seconds from the crash before (or the start) to this one, counted from 1; None: there is none."""
        mean_s = self._chaos.crash_every_s
        return None if mean_s is None else mean_s * self._chance("crash", crash).between(0.5, 1.5)

    def skew_s(self, elapsed_s: float) -> float:
        """How far the unit's clock is off, so long after the start."""
        return self._chaos.skew_s + self._chaos.drift_ppm * elapsed_s / 1e6

    def _chance(self, *what: object) -> Chance:
        return Chance(self._chaos.seed, self._id, *what)
