"""Model room: what usually happens at a location, in small counts: what waits are predicted from.

All counts fade by being halved once they come to a bound, so that old ways are forgotten and the figures stay small.
"""

from dataclasses import dataclass, field

Spread = tuple[int, ...]
"""How often what came out how: counts by steps of an eighth of a doubling (:mod:`scheduling.forecasting.spread`)."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Habits:
    """Of one location. Durations are counted in minutes."""

    charging: Spread = ()
    """From plug to full."""
    charging_cut: Spread = ()
    """From plug to being unplugged before; halved together with ``charging``, as all pairs here."""
    charging_share: Spread = ()
    """As ``charging``, in hundredths of the driver's own usual time, for those who have one."""
    charging_share_cut: Spread = ()
    moving: Spread = ()
    """From full to unplugged."""
    moving_share: Spread = ()
    """The same in hundredths of the driver's own usual time."""
    coming: Spread = ()
    """From offer to plug."""
    letting_go: Spread = ()
    """From offer to the charger being free again, of offers that led to no charge."""
    leaving: Spread = ()
    """From joining to going home: without a charge, or with the car not full."""
    staying: Spread = ()
    """From joining to being full, or to the day's end: those who had not left by then."""
    shifts: tuple[int, ...] = ()
    """By what the share moved those who joined, in steps of 30 minutes from 240 earlier on."""
    joins: dict[str, tuple[int, ...]] = field(default_factory=dict)
    """By weekday (``mon`` …) and half hour, local: how many joined in the last ``days`` of that weekday."""
    squares: dict[str, int] = field(default_factory=dict)
    """The squares of those days' sums, added up: how much one day differs from another."""
    days: dict[str, int] = field(default_factory=dict)
    joins_today: tuple[int, ...] = ()
    """By half hour."""
