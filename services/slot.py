"""Services: the time one run of a job may take; what is left then waits for the next run."""

import time
from collections.abc import Callable, Iterable, Iterator
from typing import TypeVar

T = TypeVar("T")


class Slot:
    """Begins when it is made. ``within_s`` None: as long as it takes."""

    def __init__(self, within_s: float | None = None, monotonic: Callable[[], float] = time.monotonic) -> None:
        self._monotonic = monotonic
        self._until = None if within_s is None else monotonic() + within_s

    @property
    def over(self) -> bool:
        """Whether nothing more should be begun."""
        return self._until is not None and self._monotonic() >= self._until

    def of(self, items: Iterable[T]) -> Iterator[T]:
        """The items for which there is time."""
        for item in items:
            if self.over:
                return
            yield item
