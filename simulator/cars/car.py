"""A car at a connector: its battery and remaining need, its phases, and the power it draws."""

import math
from dataclasses import dataclass
from typing import Any

from simulator.cars import taper
from simulator.cars.offer import Offer

MWH_PER_WH = 1000
MWH_PER_WATT_SECOND = 1000 / 3600
# Steps shorter than this tell nothing more.
SHORTEST_STEP_S = 0.02


@dataclass(slots=True)
class Car:
    """What stands at the cable. Energy inside is integer thousandths of a Wh; what is less is carried on, so that
    nothing is lost to rounding.

    ``full_at_percent`` is the state of charge at which it stops drawing (the driver's charge limit).
    ``taken_mwh`` is what it took since it was plugged in, out of ``need_wh``. ``max_power_w`` counts all its
    ``phases``. A changed offer is followed evenly within ``obeys_within_s`` seconds (IEC 61851-1 wants ≤ 5);
    ``drawn_w`` is how far it has come. ``ventilated``: it may charge in a ventilated place only (pilot state D).
    """

    battery_wh: int
    need_wh: int
    max_power_w: int
    full_at_percent: int = 100
    taken_mwh: int = 0
    phases: int = 3
    obeys_within_s: float = 0.0
    ventilated: bool = False
    type: str | None = None
    drawn_w: float = 0.0
    carry_mwh: float = 0.0

    @property
    def remaining_mwh(self) -> int:
        return self.need_wh * MWH_PER_WH - self.taken_mwh

    @property
    def full(self) -> bool:
        return self.remaining_mwh <= 0

    @property
    def state_of_charge_percent(self) -> int:
        """0–100, rounded down."""
        missing = self.remaining_mwh / (self.battery_wh * MWH_PER_WH) * 100
        return max(0, int(self.full_at_percent - missing))

    def power_w(self, offer: Offer) -> int:
        """What it draws now, 0 when full; after a change what it still, or already, draws."""
        return round(self._power_w(offer))

    def currents_ma(self, offer: Offer) -> list[int]:
        """Of each phase of the offer; 0 on those that the car does not use."""
        used = min(self.phases, offer.phases)
        each = round(self._power_w(offer) * 1000 / (used * offer.volts))
        return [each] * used + [0] * (offer.phases - used)

    def take(self, offer: Offer, elapsed_s: float) -> int:
        """Draw for ``elapsed_s`` seconds. Returns the energy taken in thousandths of a Wh, never more than
        needed.
        """
        if self.full or offer.power_w <= 0:
            self.drawn_w = 0.0
            return 0
        drawn = self._follow(offer, elapsed_s) * MWH_PER_WATT_SECOND + self.carry_mwh
        taken = math.floor(drawn)
        self.carry_mwh = drawn - taken
        if taken >= self.remaining_mwh:
            taken, self.carry_mwh, self.drawn_w = self.remaining_mwh, 0.0, 0.0
        self.taken_mwh += taken
        return taken

    def next_step_s(self, offer: Offer, longest_s: float) -> float:
        """How long its power stays about the same: the step after which to look again, ≤ ``longest_s``."""
        if self.full or offer.power_w <= 0:
            return longest_s
        target_w = self._target_w(offer)
        ramp_s = self._ramp_s(target_w)
        if ramp_s > SHORTEST_STEP_S:
            return min(longest_s, ramp_s)
        if target_w == 0:
            return longest_s
        ahead_mwh = self._missing_mwh() - self._zone_mwh()
        if ahead_mwh <= 0:
            ahead_mwh = max(1.0, self._zone_mwh() / 4)
        ahead_mwh = min(self.remaining_mwh, ahead_mwh)
        return min(longest_s, max(SHORTEST_STEP_S, ahead_mwh / (target_w * MWH_PER_WATT_SECOND)))

    def view(self, offer: Offer) -> dict[str, Any]:
        """As others see it: plain JSON values; ``current_a`` of each phase of the offer."""
        return {
            "type": self.type,
            "battery_wh": self.battery_wh,
            "need_wh": self.need_wh,
            "taken_wh": self.taken_mwh // MWH_PER_WH,
            "max_power_w": self.max_power_w,
            "phases": self.phases,
            "full_at_percent": self.full_at_percent,
            "state_of_charge_percent": self.state_of_charge_percent,
            "full": self.full,
            "current_a": [current_ma / 1000 for current_ma in self.currents_ma(offer)],
        }

    def _power_w(self, offer: Offer) -> float:
        if self.full or offer.power_w <= 0:
            return 0.0
        return self._target_w(offer) if self.obeys_within_s <= 0 else self.drawn_w

    def _target_w(self, offer: Offer) -> float:
        """The lesser of car and offer on the phases both have, less near the end; nothing below 6 A."""
        if offer.too_little:
            return 0.0
        most = min(self.max_power_w * min(self.phases, offer.phases) / self.phases, offer.power_w_over(self.phases))
        return most * taper.share(self._missing_mwh(), self._zone_mwh())

    def _follow(self, offer: Offer, elapsed_s: float) -> float:
        """Watt seconds of an even move to the target and of what is left of the time at it."""
        target_w = self._target_w(offer)
        moving_s = min(elapsed_s, self._ramp_s(target_w))
        before_w, left_s = self.drawn_w, elapsed_s - moving_s
        if left_s > 0 or moving_s <= 0:
            self.drawn_w = target_w
        else:
            self.drawn_w += math.copysign(self._slew(), target_w - before_w) * moving_s
        return (before_w + self.drawn_w) / 2 * moving_s + target_w * left_s

    def _ramp_s(self, target_w: float) -> float:
        """Until the target is reached. Half a watt beside it is there: the taper moves the target all the time."""
        apart_w = abs(target_w - self.drawn_w)
        return 0.0 if self.obeys_within_s <= 0 or apart_w < 0.5 else apart_w / self._slew()

    def _slew(self) -> float:
        """Watts a second."""
        return self.max_power_w / self.obeys_within_s

    def _missing_mwh(self) -> float:
        """Below a battery at 100 %."""
        return self.remaining_mwh + self.battery_wh * MWH_PER_WH * (100 - self.full_at_percent) / 100

    def _zone_mwh(self) -> float:
        return taper.zone_mwh(self.battery_wh * MWH_PER_WH, self.need_wh * MWH_PER_WH)
