"""Model room: what energy at its prices and minutes at theirs come to; rounded once, half up."""

from collections.abc import Iterable
from dataclasses import dataclass

_PARTS = 3_000_000
"""Of a minor unit: price x Wh counts millionths of it, price x seconds 60,000ths; in these both are whole."""
_OF_ENERGY, _OF_TIME = _PARTS // 1_000_000, _PARTS // 60_000


@dataclass(frozen=True, slots=True, kw_only=True)
class Slice:
    """The energy of a session that was drawn at one price."""

    price: int
    """Thousandths of a minor unit per kWh."""
    energy_wh: int


def amount(slices: Iterable[Slice], idle_s: int = 0, idle_price: int = 0) -> int:
    """Minor units. ``idle_price`` is in thousandths of a minor unit per minute; time is billed to the second."""
    parts = _OF_ENERGY * sum(one.price * one.energy_wh for one in slices) + _OF_TIME * idle_price * idle_s
    return (2 * parts + _PARTS) // (2 * _PARTS)


def energy_of(slices: Iterable[Slice]) -> int:
    """Wh."""
    return sum(one.energy_wh for one in slices)
