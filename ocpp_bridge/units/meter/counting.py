"""The energy behind a meter, exact: from its register, or from power over time where it has none. Pure.

Everything is a whole number of half nanowatt-seconds (half of a milliwatt for a microsecond), so that no sum drifts.
"""

from datetime import timedelta
from typing import Self

import msgspec

from ocpp_bridge.units.meter.sample import Sample

HALVES_PER_WS = 2_000_000_000
HALVES_PER_MWH = 7_200_000_000
MICROSECOND = timedelta(microseconds=1)
MOST_MW = 1_000_000_000
"""No charger gives a megawatt: a register that leaps further is another meter's."""
LEAP_MWH = 10_000_000
"""By so much a register of coarse steps may seem to run ahead."""


class Count(msgspec.Struct, frozen=True, omit_defaults=True):
    """``halves`` is all energy so far; ``last`` the sample before, ``register_mwh`` the meter's own register then."""

    halves: int = 0
    register_mwh: int | None = None
    last: Sample | None = None

    @property
    def energy_ws(self) -> int:
        return self.halves // HALVES_PER_WS

    def with_sample(self, sample: Sample, silence: timedelta) -> Self:
        """One more. Power is integrated by trapezoids, and not over a silence: what flowed then nobody knows. A meter
        with a register is believed about silences, too. What flows back counts as nothing.
        """
        more = 0
        if sample.register_mwh is not None and self.register_mwh is not None:
            more = self._registered(sample, sample.register_mwh - self.register_mwh)
        elif self.register_mwh is None and self.last is not None:
            lasted = sample.at - self.last.at
            if timedelta() < lasted <= silence:
                more = (max(0, self.last.power_mw) + max(0, sample.power_mw)) * (lasted // MICROSECOND)
        register_mwh = self.register_mwh if sample.register_mwh is None else sample.register_mwh
        return msgspec.structs.replace(self, halves=self.halves + more, register_mwh=register_mwh, last=sample)

    def _registered(self, sample: Sample, more_mwh: int) -> int:
        """Of a register that was set back, or exchanged, nothing is known between the two readings."""
        lasted_s = (sample.at - self.last.at).total_seconds() if self.last is not None else 0.0
        if not 0 <= more_mwh <= LEAP_MWH + MOST_MW / 3600 * lasted_s:
            return 0
        return more_mwh * HALVES_PER_MWH
