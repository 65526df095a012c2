"""How the pilot of a connector came to its state: the last moves, each with its reason."""

from collections import deque
from datetime import datetime
from typing import Any

from simulator.cars.pilot import Pilot, walk

MOVES_KEPT = 20


class PilotTrace:
    """``state`` is where it is now; what was before the first :meth:`saw` is not known."""

    def __init__(self) -> None:
        self.state: Pilot | None = None
        self._moves: deque[tuple[datetime, Pilot, Pilot, str]] = deque(maxlen=MOVES_KEPT)

    def saw(self, state: Pilot, at: datetime) -> None:
        """It is in this state now."""
        if self.state is None:
            self.state = state
        for after, reason in walk(self.state, state):
            self._moves.append((at, self.state, after, reason))
            self.state = after

    def view(self) -> list[dict[str, Any]]:
        """Oldest first; plain values but ``at``."""
        return [
            {"at": at, "before": before.value, "after": after.value, "reason": reason}
            for at, before, after, reason in self._moves
        ]
