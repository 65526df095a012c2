"""A spool is opened: by its owner alone, by one process at a time, and what is wrong with it is said."""

import asyncio
import os
import sqlite3
from pathlib import Path

import pytest

from ocpp_bridge.spool.disk import Disk, DiskRefused
from ocpp_bridge.spool.event_rows import Row, Waiting
from ocpp_bridge.spool.layout import open_spool
from tests.unit.bridge.spool.opened import Opened, read, status
from wire.codec import BadMessage


def test_nobody_else_may_read_it(tmp_path: Path) -> None:
    async def use() -> None:
        opened = Opened(tmp_path / "spool.db")
        await opened.log.append([status()])
        await opened.disk.close()

    former = os.umask(0o022)
    try:
        asyncio.run(use())
    finally:
        os.umask(former)
    assert {file.stat().st_mode & 0o077 for file in tmp_path.iterdir()} == {0}


def test_a_spool_that_cannot_be_used_says_why(tmp_path: Path) -> None:
    with pytest.raises(DiskRefused, match=r"nowhere/s\.db"):
        Disk(str(tmp_path / "nowhere" / "s.db"))
    (tmp_path / "text.db").write_text("this is no database at all, it is a text " * 100)
    with pytest.raises(DiskRefused, match="not a database"):
        Disk(str(tmp_path / "text.db"))
    newer = tmp_path / "newer.db"
    connection = sqlite3.connect(newer)
    connection.execute("CREATE TABLE meta (key TEXT PRIMARY KEY, value TEXT NOT NULL)")
    connection.execute("INSERT INTO meta VALUES ('layout', '99')")
    connection.commit()
    connection.close()
    with pytest.raises(DiskRefused, match="layout 99"):
        Disk(str(newer))


def test_a_spool_with_a_damaged_page_says_so_before_anything_of_it_is_used(tmp_path: Path) -> None:
    path = tmp_path / "s.db"
    connection = open_spool(str(path))
    connection.executemany(
        "INSERT INTO events VALUES (?,'CP-1','status',?)", [(seq, b"x" * 1_000) for seq in range(1, 40)]
    )
    connection.close()
    data = bytearray(path.read_bytes())
    data[-4096:] = b"\xff" * 4096
    path.write_bytes(data)
    with pytest.raises(DiskRefused, match=r"s\.db: .*(damaged|malformed)"):
        Disk(str(path))


def test_a_spool_whose_rows_are_no_words_of_ours_says_so(tmp_path: Path) -> None:
    disk = Disk(str(tmp_path / "s.db"))

    def bad(_connection: sqlite3.Connection) -> None:
        raise BadMessage("tag: expected a text")

    with pytest.raises(DiskRefused, match=r"s\.db: what it holds cannot be read: tag"):
        disk.read_now(bad)
    asyncio.run(disk.close())


def test_a_spool_is_one_process_at_a_time(tmp_path: Path) -> None:
    first = Disk(str(tmp_path / "s.db"))
    with pytest.raises(DiskRefused, match="another bridge uses this spool"):
        Disk(str(tmp_path / "s.db"))
    asyncio.run(first.close())
    asyncio.run(Disk(str(tmp_path / "s.db")).close())


def test_what_a_former_version_left_is_read_as_it_was_written(tmp_path: Path) -> None:
    """Its rows told readings sample by sample, and its file had an index."""
    body = b'{"kind":"meter","charge_point_id":"CP-1","seq":%d,"samples":[{"at":"2026-05-04T12:00:00Z","value":"1"}]}'

    async def run() -> list[Row]:
        former = Opened(tmp_path / "s.db")

        def write(connection: sqlite3.Connection) -> None:
            connection.execute("CREATE INDEX events_of ON events (charge_point_id, seq)")
            rows = [(seq, f"CP-{seq % 2}", "meter", body % seq) for seq in (3, 5, 7)]
            connection.executemany("INSERT INTO events VALUES (?,?,?,?)", rows)

        await former.disk.write(write)
        await former.disk.close()
        again = Opened(tmp_path / "s.db")
        assert again.disk.read_now(_indexes) == 0
        assert again.log.waiting() == [Waiting("CP-1", 7, 0, 3)]
        assert list(await again.log.append([status("new")])) == [8]
        rows = await read(again, 3, 10)
        again.log.confirm({"CP-1": 7})
        await again.disk.close()
        last = Opened(tmp_path / "s.db")
        assert [row.seq for row in await read(last, 0, 10)] == [8]
        await last.disk.close()
        return rows

    rows = asyncio.run(run())
    assert [(row.seq, row.kind) for row in rows] == [(5, "meter"), (7, "meter"), (8, "status")]
    assert rows[0].body == body % 5


def _indexes(connection: sqlite3.Connection) -> int:
    return int(connection.execute("SELECT count(*) FROM sqlite_master WHERE name='events_of'").fetchone()[0])
