"""Services: takings added up. Pure."""

from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass, field

from model.summary import Takings


@dataclass(slots=True)
class Sum:
    """Charges that ended, their energy, and what was taken for them, by currency."""

    sessions: int = 0
    energy_wh: int = 0
    earnings: Counter[str] = field(default_factory=Counter)

    def add(self, more: "Takings | Sum") -> None:
        self.sessions += more.sessions
        self.energy_wh += more.energy_wh
        self.earnings.update(more.earnings)


def total_of(sums: Iterable[Takings | Sum]) -> Sum:
    """All of them together."""
    found = Sum()
    for one in sums:
        found.add(one)
    return found
