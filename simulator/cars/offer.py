"""What a cable offers a car at one moment: power, and over how many phases it comes."""

from dataclasses import dataclass
from typing import Self

VOLTS = 230
# The least current that a pilot signal can tell (IEC 61851-1, annex A: a duty cycle of 10 %).
MINIMUM_CURRENT_MA = 6_000


@dataclass(frozen=True, slots=True)
class Offer:
    """``power_w`` of all phases together, 0 while the contactor is open; ``volts`` from a phase to neutral."""

    power_w: int
    phases: int = 3
    volts: int = VOLTS

    @classmethod
    def of_current(cls, current_ma: int, phases: int = 3, volts: int = VOLTS) -> Self:
        """The power of so many thousandths of an ampere on each phase, rounded down."""
        return cls(current_ma * phases * volts // 1000, phases, volts)

    @property
    def current_ma(self) -> int:
        """Of each phase."""
        return round(self.power_w * 1000 / (self.phases * self.volts))

    @property
    def too_little(self) -> bool:
        """Less than the standard can tell: the pilot gives no leave to draw."""
        return self.current_ma < MINIMUM_CURRENT_MA

    def power_w_over(self, phases: int) -> int:
        """What of it a car gets that connects to no more than ``phases``."""
        return self.power_w * min(phases, self.phases) // self.phases


NOTHING = Offer(0)
