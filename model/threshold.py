"""Model room: when a measured value is a reason to tell the site's managers, and whether it is past it now."""

from dataclasses import dataclass
from datetime import datetime
from typing import Final

IMBALANCE: Final = "Current.Imbalance"
"""Not measured but reckoned: the greatest less the least current of the phases at one instant, in A."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Threshold:
    """Limits of one measurand, in its normalised unit (Celsius, V, A, W, Percent …); one of them at least."""

    above: float | None = None
    below: float | None = None
    hysteresis: float = 1.0
    """How far back within its limit a value must be before it can cross it anew."""
    for_s: int = 30
    """How long a value must stay past its limit."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Crossing:
    """The last time a charger's value went past its limit, or came back."""

    at: datetime
    past: bool
