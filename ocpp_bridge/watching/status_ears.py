"""Who waits for what a charge point says of a connector hears it here; nobody waits: nothing is kept."""

import asyncio
from collections.abc import Iterator, Sequence
from contextlib import contextmanager

from wire.events import ConnectorStatus, Event, Status


class Heard:
    """The statuses that came since :meth:`clear`, by connector."""

    def __init__(self) -> None:
        self._statuses: dict[int, ConnectorStatus] = {}
        self._news = asyncio.Event()

    def note(self, connector: int, status: ConnectorStatus) -> None:
        """A connector's status came."""
        self._statuses[connector] = status
        self._news.set()

    def clear(self) -> None:
        """What comes from now on counts."""
        self._statuses.clear()
        self._news.clear()

    async def status(self, connector: int, within_s: float) -> ConnectorStatus | None:
        """The newest of a connector, as soon as there is one; None after ``within_s``."""
        try:
            async with asyncio.timeout(within_s):
                while connector not in self._statuses:
                    self._news.clear()
                    await self._news.wait()
        except TimeoutError:
            return None
        return self._statuses[connector]


class StatusEars:
    """Of all links of a bridge."""

    def __init__(self) -> None:
        self._open: dict[str, list[Heard]] = {}

    @property
    def listening(self) -> bool:
        """Does anybody wait?"""
        return bool(self._open)

    @contextmanager
    def open(self, charge_point_id: str) -> Iterator[Heard]:
        """Listen to a charge point."""
        heard = Heard()
        self._open.setdefault(charge_point_id, []).append(heard)
        try:
            yield heard
        finally:
            self._open[charge_point_id].remove(heard)
            if not self._open[charge_point_id]:
                del self._open[charge_point_id]

    def hear(self, charge_point_id: str, events: Sequence[Event]) -> None:
        """Events came in."""
        for heard in self._open.get(charge_point_id, ()):
            for event in events:
                if isinstance(event, Status):
                    heard.note(event.connector, event.status)
