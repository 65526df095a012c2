"""Model room: what a place to plug in asks: a price per kWh, other prices at times of the week, a fee for staying."""

from dataclasses import dataclass


@dataclass(frozen=True, slots=True, kw_only=True)
class Window:
    """A time of the week with a price of its own, in the location's wall-clock time."""

    days: tuple[str, ...]
    """``mon`` …"""
    start: str
    """``HH:MM``."""
    end: str
    """``HH:MM``, after ``start``; ``24:00`` is the day's end."""
    price: int
    """Thousandths of a minor unit per kWh."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Tariff:
    """All prices of one charger, as they were when a charge began: later changes of the site do not touch it."""

    price: int | None = None
    """Thousandths of a minor unit per kWh, outside of all windows; None: nothing is asked then."""
    windows: tuple[Window, ...] = ()
    idle_price: int = 0
    """Thousandths of a minor unit per minute of overstay beyond grace during which somebody waited."""
    zone: str = "UTC"
    """Of the windows."""
    prepaid: bool = False
    """Whether what it comes to is taken from the driver's balance."""

    @property
    def priced(self) -> bool:
        """Whether a charge has a cost at all, be it 0."""
        return self.price is not None or bool(self.windows) or self.idle_price > 0

    @property
    def free(self) -> bool:
        """Whether nothing can cost anything."""
        return not self.price and not self.idle_price and not any(window.price for window in self.windows)
