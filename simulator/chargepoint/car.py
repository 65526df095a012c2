"""A car at a connector: a battery with a remaining need, and the power it draws. Pure; time is handed in."""

from dataclasses import dataclass

# The last part of a charge is drawn ever more slowly, down to this share of full power.
TAPER_FLOOR = 0.2
# Tapering covers at most this share of the battery, and of the need, so that small needs end within seconds.
TAPER_SHARE_OF_BATTERY = 0.05
TAPER_SHARE_OF_NEED = 0.1

MWH_PER_WH = 1000
MWH_PER_WATT_SECOND = 1000 / 3600


@dataclass(slots=True)
class Car:
    """What stands at the cable. Energy inside is integer thousandths of a Wh, so that nothing is lost to
    rounding.

    ``full_at_percent`` is the state of charge at which the car stops drawing (the driver's charge limit).
    ``taken_mwh`` is what it took since it was plugged in, out of ``need_wh``.
    """

    battery_wh: int
    need_wh: int
    max_power_w: int
    full_at_percent: int = 100
    taken_mwh: int = 0

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

    def power_w(self, offered_w: int) -> int:
        """What it draws of ``offered_w``: the lesser of car and charger, less near the end, 0 when full."""
        if self.full or offered_w <= 0:
            return 0
        most = min(self.max_power_w, offered_w)
        zone = self._taper_zone_mwh()
        if self.remaining_mwh >= zone:
            return most
        share = TAPER_FLOOR + (1 - TAPER_FLOOR) * self.remaining_mwh / zone
        return max(1, round(most * share))

    def take(self, offered_w: int, elapsed_s: float) -> int:
        """Draw for ``elapsed_s`` seconds. Returns the energy taken in thousandths of a Wh, never more than
        needed.
        """
        taken = min(self.remaining_mwh, round(self.power_w(offered_w) * elapsed_s * MWH_PER_WATT_SECOND))
        self.taken_mwh += taken
        return taken

    def next_step_s(self, offered_w: int, longest_s: float) -> float:
        """How long its power stays about the same: the step after which to look again, ≤ ``longest_s``."""
        power_w = self.power_w(offered_w)
        if power_w == 0:
            return longest_s
        zone = self._taper_zone_mwh()
        ahead_mwh = self.remaining_mwh - zone if self.remaining_mwh > zone else min(self.remaining_mwh, zone / 4)
        return min(longest_s, max(0.02, ahead_mwh / (power_w * MWH_PER_WATT_SECOND)))

    def _taper_zone_mwh(self) -> float:
        battery_mwh = self.battery_wh * MWH_PER_WH
        need_mwh = self.need_wh * MWH_PER_WH
        return min(TAPER_SHARE_OF_BATTERY * battery_mwh, TAPER_SHARE_OF_NEED * need_mwh)
