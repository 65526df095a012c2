"""What the spool holds the moment a command is taken on: should the bridge end right then, nothing is forgotten."""

import asyncio
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

from ocpp_bridge.clock import Clock
from ocpp_bridge.command_desk import CommandDesk, Taken
from ocpp_bridge.links import Links
from ocpp_bridge.local_copy import LocalCopy
from ocpp_bridge.metrics import Metrics
from ocpp_bridge.reservations import Reservations
from ocpp_bridge.spool import command_rows, copy_rows
from ocpp_bridge.spool.disk import Disk
from ocpp_bridge.spool.event_log import EventLog
from wire.commands import Command, Hold, Release

NOW = datetime.now(UTC)
UNTIL = NOW + timedelta(hours=1)
ABOUT: dict[str, Any] = {"charge_point_id": "CP", "issued_at": NOW, "expires_at": UNTIL, "connector": 1}


class LastCommit(Disk):
    """Writes once; what comes after is lost with the process."""

    written = False

    def write(self, *arguments: Any, **named: Any) -> Any:
        if self.written:
            return asyncio.get_running_loop().create_future()
        self.written = True
        return super().write(*arguments, **named)


def known_after(command: Command, path: Path) -> list[tuple[int, str]]:
    """Reservations and their states, as the next process finds them that takes over in the moment of the answer."""

    async def run() -> list[tuple[int, str]]:
        disk, clock, metrics = LastCommit(str(path)), Clock(), Metrics()
        events = EventLog(disk, lambda *_: None)
        copy = LocalCopy(disk.read_now(copy_rows.load))
        links = Links([], events, copy, clock, metrics, "bridge")
        reservations = Reservations(disk, clock, disk.read_now(command_rows.reservations))
        desk = CommandDesk(disk, events, links, copy, reservations, clock, metrics)
        try:
            assert await desk.take(command) is Taken.NOT_CONNECTED
            found = await disk.read(command_rows.reservations)
        finally:
            await disk.close()
        return [(each.reservation_id, str(each.state)) for each in found]

    return asyncio.run(run())


def test_a_hold_is_known_with_the_commit_that_takes_it_on_and_so_is_its_release(tmp_path: Path):
    path = tmp_path / "spool.db"
    hold = Hold(command_id="h", reservation_id=7, tag="KW-ANN", until=UNTIL, **ABOUT)
    assert known_after(hold, path) == [(7, "sent")]
    assert known_after(Release(command_id="r", reservation_id=7, **ABOUT), path) == [(7, "to_cancel")]
