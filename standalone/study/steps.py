"""The steps of a study: what the charger is set to, one after the other."""

from dataclasses import dataclass
from typing import Literal

USUAL = "default,8,off,on,10"
"""As in the field study: as delivered, 8 A, off, on, 10 A."""
MOST_A = 1_000.0


@dataclass(frozen=True, slots=True)
class Step:
    """``default``: left as it is. ``off``, ``on``: no current, and again the limit before. ``limit``: ``limit_a``."""

    kind: Literal["default", "off", "on", "limit"]
    limit_a: float = 0.0

    @property
    def name(self) -> str:
        """For people."""
        return f"{self.limit_a:g} A" if self.kind == "limit" else self.kind


def parse_steps(text: str) -> tuple[Step, ...]:
    """Steps of a text such as :data:`USUAL`. Raises ``ValueError`` naming the word that is none."""
    return tuple(_step(word.strip()) for word in text.split(","))


def _step(word: str) -> Step:
    match word:
        case "default" | "off" | "on":
            return Step(word)
    try:
        limit_a = float(word.removesuffix("A"))
    except ValueError:
        limit_a = -1.0
    if not 0 <= limit_a <= MOST_A:
        raise ValueError(f"{word!r} is no step: default, off, on, or amperes from 0 to {MOST_A:g}")
    return Step("limit", limit_a)
