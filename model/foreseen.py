"""Model room: what is foreseen for a driver: a wait, or a full car, as a range that holds four times out of five."""

from dataclasses import dataclass

from model.charger import Phase


@dataclass(frozen=True, slots=True, kw_only=True)
class Range:
    """Minutes from when it was foreseen; None: not before the queue closes for the day."""

    low_min: float
    median_min: float | None
    high_min: float | None


@dataclass(frozen=True, slots=True, kw_only=True)
class Soon:
    """A charger that comes free."""

    charger_id: str
    phase: Phase | None
    free_min: float


@dataclass(frozen=True, slots=True, kw_only=True)
class Wait:
    """Until a charger is offered, and what that comes from."""

    range: Range | None
    """None: not today at all, as far as can be told."""
    today: float
    """The chance that it is before the queue closes for the day."""
    place: int
    ahead: int
    """Those before who can be asked, or will be again today."""
    chargers: int
    """That work and are open to the driver."""
    soon: tuple[Soon, ...]
