"""What a look found."""

from dataclasses import dataclass
from enum import StrEnum


class Level(StrEnum):
    """How bad it is."""

    GOOD = "good"
    LACKS = "lacks"
    """Something is left out, the rest works."""
    WRONG = "wrong"
    """It will not work like this."""


@dataclass(frozen=True, slots=True)
class Finding:
    """``what`` is one sentence, ``fix`` what to do (empty: nothing)."""

    level: Level
    what: str
    fix: str = ""


def good(what: str) -> Finding:
    """Nothing to do."""
    return Finding(Level.GOOD, what)


def lacks(what: str, fix: str) -> Finding:
    """Works without."""
    return Finding(Level.LACKS, what, fix)


def wrong(what: str, fix: str) -> Finding:
    """Works not."""
    return Finding(Level.WRONG, what, fix)
