"""A spool in use, and events to put into it."""

import asyncio
from collections.abc import Sequence
from datetime import UTC, datetime
from pathlib import Path

from ocpp_bridge.spool.disk import Disk
from ocpp_bridge.spool.event_log import EventLog
from ocpp_bridge.spool.event_rows import Row
from wire.events import ConnectorStatus, Event, Meter, Status

NOW = datetime(2026, 5, 4, 12, 0, tzinfo=UTC)
ROOT = Path(__file__).parents[4]


def status(info: str = "", name: str = "CP-1") -> Status:
    return Status(
        charge_point_id=name,
        seq=0,
        occurred_at=NOW,
        received_at=NOW,
        connector=1,
        status=ConnectorStatus.AVAILABLE,
        info=info,
    )


def meter(name: str = "CP-1") -> Meter:
    return Meter(charge_point_id=name, seq=0, occurred_at=NOW, received_at=NOW, connector=1, samples=())


async def read(spool: "Opened", after_seq: int, most: int) -> list[Row]:
    """The oldest of ``CP-1``."""
    return (await spool.log.read([("CP-1", after_seq)], most, 10**9)).rows


class Opened:
    """A spool in use; ``noted`` is what it told of."""

    def __init__(self, path: Path) -> None:
        self.noted: list[tuple[Event, int]] = []
        self.heard = asyncio.Event()
        self.disk = Disk(str(path))
        self.log = EventLog(self.disk, self._noted)

    def _noted(self, noted: Sequence[tuple[Event, int]]) -> None:
        self.noted.extend(noted)
        self.heard.set()

    def fill(self) -> None:
        """From now on the file cannot grow."""
        pages = self.disk.read_now(lambda connection: connection.execute("PRAGMA page_count").fetchone()[0])
        self.disk.read_now(lambda connection: connection.execute(f"PRAGMA max_page_count={pages}"))

    def free(self) -> None:
        self.disk.read_now(lambda connection: connection.execute("PRAGMA max_page_count=1000000"))
