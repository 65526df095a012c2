"""The cloud's clock, which can be moved forward, and instants as its API writes them."""

from collections.abc import Callable
from datetime import UTC, datetime, timedelta


def _now() -> datetime:
    return datetime.now(UTC)


class MovableClock:
    """The time of the world, and as much ahead of it as it was advanced."""

    def __init__(self, world: Callable[[], datetime] = _now) -> None:
        self._world = world
        self._ahead = timedelta()

    def now(self) -> datetime:
        return self._world() + self._ahead

    def advance(self, seconds: float) -> None:
        """Never back. Raises ``ValueError``."""
        if seconds < 0:
            raise ValueError("time goes forward")
        self._ahead += timedelta(seconds=seconds)


def written(moment: datetime | None) -> str | None:
    """ISO 8601 in UTC, whole seconds."""
    return None if moment is None else moment.astimezone(UTC).strftime("%Y-%m-%dT%H:%M:%SZ")


def read(text: str) -> datetime:
    """With or without a zone (UTC then). Raises ``ValueError``."""
    moment = datetime.fromisoformat(text)
    return moment.replace(tzinfo=UTC) if moment.tzinfo is None else moment.astimezone(UTC)
