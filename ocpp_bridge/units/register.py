"""One connector's energy register, made of a unit's own counters: it never goes back, whatever they do.

Watt-seconds are summed and only shown as Wh, so that no fraction is ever lost.
"""

from typing import Self

import msgspec

WS_PER_WH = 3600
MOST_WS = 2**50
"""A counter beyond is no reading."""
MOST_UNSEEN_WS = 500_000 * WS_PER_WH
"""No car takes more: several did, or somebody set the counter."""


class Register(msgspec.Struct, frozen=True, kw_only=True, omit_defaults=True):
    """``last_ws`` is the unit's counter as it was read last, ``counter`` says which it was; None: never read."""

    total_ws: int = 0
    last_ws: int | None = None
    counter: str = ""

    @property
    def energy_wh(self) -> int:
        return self.total_ws // WS_PER_WH

    @property
    def counter_start_ws(self) -> int:
        """Where the unit's counter was 0."""
        return self.total_ws - (self.last_ws or 0)

    def ended(self, former_ws: int | None) -> Self:
        """With what the unit says was the last count of the session that is over."""
        if former_ws is None or self.last_ws is None or not 0 < former_ws - self.last_ws <= MOST_UNSEEN_WS:
            return self
        return msgspec.structs.replace(self, total_ws=self.total_ws + former_ws - self.last_ws, last_ws=former_ws)

    def counted(self, counter: str, energy_ws: int | None, *, lifetime: bool) -> Self:
        """With another reading. A session's counter that is lower, or another's, began again at 0.

        One of the unit's whole life that is lower was set back or exchanged: it counts on from there. The very first
        reading is where the register begins.
        """
        another = counter not in {"", self.counter}
        counter = counter or self.counter
        if energy_ws is None or not 0 <= energy_ws < MOST_WS:
            began = 0 if another and not lifetime else self.last_ws
            return msgspec.structs.replace(self, counter=counter, last_ws=began) if another else self
        if self.last_ws is None:
            more_ws = energy_ws
        elif lifetime:
            more_ws = max(0, energy_ws - self.last_ws)
        else:
            more_ws = energy_ws if another or energy_ws < self.last_ws else energy_ws - self.last_ws
        return msgspec.structs.replace(self, total_ws=self.total_ws + more_ws, last_ws=energy_ws, counter=counter)
