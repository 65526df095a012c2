"""Which session a RAPI unit's energy is of: it tells a session's watt-seconds and its life's Wh, but not which session.

A session's energy is added to the life's when the car leaves, and stays as it is until the next session begins at 0.
So a life that grew says for sure that a car left. A session that fell back while the life did not is a unit without
power for a moment, which forgets the session and adds it to nothing: its car may well be the same.
"""

from dataclasses import dataclass
from typing import Self

WS_PER_WH = 3600
ROUNDING_WH = 1


@dataclass(frozen=True, slots=True)
class EnergyCount:
    """``number`` grows with each session seen to have begun; ``former_ws``: what the one before ended at, if known.

    ``closed``: the session's energy is in the life's already. ``left``: so often a car was seen to have left.
    """

    number: int = 0
    session_ws: int | None = None
    life_wh: int = 0
    closed: bool = False
    former_ws: int | None = None
    left: int = 0

    def read(self, session_ws: int, life_wh: int) -> Self:
        """With another reading of both."""
        if self.session_ws is None:
            return type(self)(self.number, session_ws, life_wh, left=self.left)
        added_wh = life_wh - self.life_wh
        closes = added_wh > 0 and abs(added_wh - session_ws // WS_PER_WH) <= ROUNDING_WH
        left = self.left + (added_wh > 0)
        began = session_ws < self.session_ws or (added_wh > 0 and not closes)
        if not (began or (self.closed and session_ws > self.session_ws)):
            return type(self)(self.number, session_ws, life_wh, closes or self.closed, left=left)
        former_ws = added_wh * WS_PER_WH if added_wh > 0 else None
        return type(self)(self.number + 1, session_ws, life_wh, former_ws=former_ws, left=left)

    def text(self) -> str:
        """To be remembered."""
        return f"{self.number} {self.session_ws or 0} {self.life_wh} {self.closed:d} {self.left}"

    @classmethod
    def remembered(cls, text: str) -> Self:
        """What :meth:`text` wrote; nothing known from anything else."""
        parts = text.split()
        if len(parts) not in {4, 5} or not all(part.isdecimal() for part in parts):
            return cls()
        number, session_ws, life_wh, closed, left = map(int, (*parts, "0")[:5])  # The last was not always kept.
        return cls(number, session_ws, life_wh, bool(closed), left=left)
