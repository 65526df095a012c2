"""Budgets of documents (design §12), and what was counted held against them."""

from collections.abc import Iterable
from dataclasses import dataclass

READS, WRITES = 4, 8
"""One person's event."""
MORE_READS, MORE_WRITES = 1, 2
"""Each further person it moves."""


@dataclass(frozen=True, slots=True)
class Size:
    """How full the location is: drivers waiting, and sessions of the past."""

    waiting: int
    old: int

    def __str__(self) -> str:
        return f"{self.waiting}/{self.old:,}"


@dataclass(frozen=True, slots=True)
class Budget:
    """The most documents read and written. ``flat``: the count must be the same at every size."""

    reads: int
    writes: int
    flat: bool = True

    def __str__(self) -> str:
        return f"{self.reads} + {self.writes}"


@dataclass(frozen=True, slots=True)
class Cost:
    """Documents counted for one request or job, what it sent afterwards included."""

    reads: int
    writes: int

    def __str__(self) -> str:
        return f"{self.reads} + {self.writes}"


def decision(further: int = 0) -> Budget:
    """The budget of a decision that moves ``further`` people besides the one it is about."""
    return Budget(READS + further * MORE_READS, WRITES + further * MORE_WRITES)


@dataclass(frozen=True, slots=True)
class Row:
    """One kind of request at all sizes."""

    kind: str
    budget: Budget
    costs: dict[Size, Cost]


def beyond(rows: Iterable[Row]) -> list[str]:
    """A sentence for each budget that is broken; a kind that was never counted breaks its own."""
    found: list[str] = []
    for row in rows:
        if not row.costs:
            found.append(f"{row.kind}: nothing was counted")
        for size, cost in row.costs.items():
            if cost.reads > row.budget.reads or cost.writes > row.budget.writes:
                found.append(f"{row.kind} at {size}: {cost} documents (reads + writes), budget {row.budget}")
        if row.budget.flat and len(set(row.costs.values())) > 1:
            each = ", ".join(f"{size}: {cost}" for size, cost in row.costs.items())
            found.append(f"{row.kind} is not flat: {each}")
    return found


def table(rows: Iterable[Row], sizes: list[Size]) -> str:
    """Reads + writes by kind and size."""
    lines = [f"{'reads + writes at waiting/old':44} {'budget':>9} " + " ".join(f"{size!s:>12}" for size in sizes)]
    for row in rows:
        costs = " ".join(f"{row.costs.get(size, '-')!s:>12}" for size in sizes)
        lines.append(f"{row.kind:44} {row.budget!s:>9} {costs}")
    return "\n".join(lines)
