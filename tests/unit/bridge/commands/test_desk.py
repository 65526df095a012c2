"""What the spool holds the moment a command is taken on: should the bridge end right then, nothing is forgotten."""

import asyncio
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

from ocpp_bridge.back_end.local_copy import LocalCopy
from ocpp_bridge.clock import Clock
from ocpp_bridge.commands.desk import CommandDesk, Taken
from ocpp_bridge.commands.reservations import Reservations
from ocpp_bridge.metrics import Metrics
from ocpp_bridge.sockets.links import Links
from ocpp_bridge.spool import command_rows, copy_rows
from ocpp_bridge.spool.disk import Disk
from ocpp_bridge.spool.event_log import EventLog
from wire.commands import Command, Hold, Release

NOW = datetime.now(UTC)
UNTIL = NOW + timedelta(hours=1)
ABOUT: dict[str, Any] = {"charge_point_id": "CP", "issued_at": NOW, "expires_at": UNTIL, "connector": 1}
HOLD = Hold(command_id="h", reservation_id=7, tag="KW-ANN", until=UNTIL, **ABOUT)
RELEASE = Release(command_id="r", reservation_id=7, **ABOUT)


class LastCommit(Disk):
    """Writes once; what comes after is lost with the process."""

    written = False

    def write(self, *arguments: Any, **named: Any) -> Any:
        if self.written:
            return asyncio.get_running_loop().create_future()
        self.written = True
        return super().write(*arguments, **named)


class EveryCommit(Disk):
    """``seen`` is what the spool holds after each piece of work: commands taken on, and reservations' states."""

    seen: list[tuple[set[str], list[str]]]

    def write(self, work: Any, *arguments: Any, **named: Any) -> Any:
        def seeing(connection: Any) -> Any:
            result = work(connection)
            commands = {command_id for (command_id,) in connection.execute("SELECT command_id FROM commands")}
            self.seen.append((commands, [str(each.state) for each in command_rows.reservations(connection)]))
            return result

        return super().write(seeing, *arguments, **named)


def desk_of(disk: Disk) -> CommandDesk:
    """As a process that starts; nobody is connected."""
    clock, metrics = Clock(), Metrics()
    events = EventLog(disk, lambda *_: None)
    copy = LocalCopy(disk.read_now(copy_rows.load))
    links = Links([], events, copy, clock, metrics, "bridge")
    reservations = Reservations(disk, clock, disk.read_now(command_rows.reservations))
    return CommandDesk(disk, events, links, copy, reservations, clock, metrics)


def known_after(command: Command, path: Path) -> list[tuple[int, str]]:
    """Reservations and their states, as the next process finds them that takes over in the moment of the answer."""

    async def run() -> list[tuple[int, str]]:
        disk = LastCommit(str(path))
        try:
            assert await desk_of(disk).take(command) is Taken.NOT_CONNECTED
            found = await disk.read(command_rows.reservations)
        finally:
            await disk.close()
        return [(each.reservation_id, str(each.state)) for each in found]

    return asyncio.run(run())


def test_a_hold_is_known_with_the_commit_that_takes_it_on_and_so_is_its_release(tmp_path: Path):
    path = tmp_path / "spool.db"
    assert known_after(HOLD, path) == [(7, "sent")]
    assert known_after(RELEASE, path) == [(7, "to_cancel")]


def test_a_release_that_comes_with_its_hold_leaves_no_commit_after_which_the_hold_would_be_made(tmp_path: Path):
    async def run() -> list[tuple[set[str], list[str]]]:
        disk = EveryCommit(str(tmp_path / "spool.db"))
        disk.seen = []
        desk = desk_of(disk)
        try:
            await asyncio.gather(desk.take(HOLD), desk.take(RELEASE))
        finally:
            await disk.close()
        return disk.seen

    released = [states for commands, states in asyncio.run(run()) if RELEASE.command_id in commands]
    assert released
    assert all("sent" not in states for states in released)


def test_a_hold_that_no_charge_point_heard_of_is_gone_with_the_commit_that_takes_its_release_on(tmp_path: Path):
    path = tmp_path / "spool.db"

    async def asked() -> None:
        disk = Disk(str(path))
        await desk_of(disk).take(HOLD)
        await disk.close()

    asyncio.run(asked())
    assert known_after(RELEASE, path) == []


def test_a_release_that_comes_too_late_ends_its_hold_all_the_same(tmp_path: Path):
    late = Release(command_id="r", reservation_id=7, **ABOUT | {"expires_at": NOW - timedelta(seconds=1)})

    async def run() -> tuple[Taken, bool]:
        disk = Disk(str(tmp_path / "spool.db"))
        desk = desk_of(disk)
        try:
            await desk.take(HOLD)
            return await desk.take(late), desk.has_something_for("CP")
        finally:
            await disk.close()

    assert asyncio.run(run()) == (Taken.EXPIRED, False)
