"""What a played day is to be like: how many drivers, how fast, with which manners."""

from typing import Annotated

import msgspec

Share = Annotated[float, msgspec.Meta(ge=0, le=1)]
Tag = Annotated[str, msgspec.Meta(min_length=1, max_length=36)]


class DayOrder(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """The same order plans the same day on every machine.

    ``speed`` divides the waiting between events, not what happens in a charge; with ``scale_energy`` the needs are
    divided by it too, so that a charge takes its part of the faster day (without it, give the meters the same speed).
    ``tags`` are the drivers' cards, in turn; without any they are made up. ``only_reserved``: they take none but a
    connector that is reserved for their card. Shares: of drivers who do not come when a place is theirs; who stay
    until they go home though their car is full; who hold the card to the reader before they plug in; who start from
    an app, so never tap; who stop with the card before they pull the plug.
    """

    seed: int = 0
    drivers: Annotated[int, msgspec.Meta(ge=1, le=5_000)] = 20
    speed: Annotated[float, msgspec.Meta(ge=1, le=100_000)] = 1.0
    scale_energy: bool = True
    tags: tuple[Tag, ...] = ()
    only_reserved: bool = False
    no_shows: Share = 0.05
    overstays: Share = 0.15
    tap_first: Share = 0.3
    by_app: Share = 0.0
    tap_to_stop: Share = 0.4

    def tag(self, number: int) -> str:
        """The card of a driver, counted from 1."""
        return self.tags[(number - 1) % len(self.tags)] if self.tags else f"DRIVER-{number:04}"
