"""Scheduling: numbers that look like chance and follow from ids: the same is drawn whenever the same is asked."""

from scheduling.forecasting.spread import POINTS, Table

_MASK = (1 << 64) - 1


def mixed(key: int, scenario: int) -> int:
    """A number of 64 bits that follows from both and looks like chance (splitmix64)."""
    one = (key * 0x9E3779B97F4A7C15 + (scenario + 1) * 0xD1342543DE82EF95) & _MASK
    one = ((one ^ (one >> 30)) * 0xBF58476D1CE4E5B9) & _MASK
    one = ((one ^ (one >> 27)) * 0x94D049BB133111EB) & _MASK
    return one ^ (one >> 31)


def pick(values: Table, drawn: int, place: int) -> float:
    """The value of a table that the six bits at ``place`` choose."""
    return values[(drawn >> place) & (POINTS - 1)]


def even(drawn: int) -> float:
    """The top bits as a share in [0, 1)."""
    return (drawn >> 44) / (1 << 20)


def lets_go(chance: float, drawn: int) -> bool:
    """Whether 16 bits in the middle fall within a chance."""
    return ((drawn >> 24) & 0xFFFF) / 0x10000 < chance
