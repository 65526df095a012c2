"""The event log: durable, in order, never twice the same number, and calm when the disk is full."""

import asyncio
import json
import os
import signal
import sqlite3
import subprocess
import sys
from collections.abc import Sequence
from pathlib import Path

import pytest

from ocpp_bridge.spool import event_log
from ocpp_bridge.spool.disk import DiskRefused
from ocpp_bridge.spool.event_rows import Row, Waiting
from tests.unit.bridge.spool.opened import NOW, ROOT, Opened, meter, read, status
from wire.events import Connection, Status


def test_events_are_numbered_in_order_and_read_back(tmp_path: Path) -> None:
    async def run() -> None:
        spool = Opened(tmp_path / "s.db")
        assert list(await spool.log.append([status("a"), status("b")])) == [1, 2]
        assert list(await spool.log.append([status("c", "CP-2")])) == [3]
        rows = await read(spool, 0, 10)
        assert [(row.seq, row.kind, json.loads(row.body)["info"]) for row in rows] == [
            (1, "status", "a"),
            (2, "status", "b"),
        ]
        assert json.loads(rows[0].body)["seq"] == 1
        assert [seq for _, seq in spool.noted] == [1, 2, 3]
        assert [row.seq for row in await read(spool, 1, 10)] == [2]
        assert [row.seq for row in await read(spool, 0, 1)] == [1]
        await spool.disk.close()

    asyncio.run(run())


def test_a_number_is_never_given_twice_and_the_stream_stays(tmp_path: Path) -> None:
    async def once(expected: int) -> str:
        spool = Opened(tmp_path / "s.db")
        assert list(await spool.log.append([status()])) == [expected]
        spool.log.confirm({"CP-1": expected})
        await spool.disk.close()
        return spool.log.stream

    streams = {asyncio.run(once(expected)) for expected in (1, 2, 3)}
    assert len(streams) == 1


def test_many_writers_share_few_commits(tmp_path: Path) -> None:
    async def run() -> None:
        spool = Opened(tmp_path / "s.db")
        commits: list[str] = []
        spool.disk.read_now(lambda connection: connection.set_trace_callback(commits.append))
        await asyncio.gather(*(spool.log.append([status(name=f"CP-{n}")]) for n in range(200)))
        await spool.disk.close()
        assert commits.count("COMMIT") <= 5

    asyncio.run(run())


def test_what_waits_is_known_after_a_restart(tmp_path: Path) -> None:
    async def run() -> list[Waiting]:
        spool = Opened(tmp_path / "s.db")
        await spool.log.append([status(), meter("CP-2"), meter(), meter("CP-2")])
        await spool.disk.close()
        again = Opened(tmp_path / "s.db")
        waiting = again.log.waiting()
        await again.disk.close()
        return waiting

    assert asyncio.run(run()) == [Waiting("CP-1", 3, 1, 2), Waiting("CP-2", 4, 0, 2)]


def test_on_a_full_disk_what_nobody_repeats_is_written_later_and_first(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(event_log, "RETRY_S", 0.05)

    async def run() -> None:
        spool = Opened(tmp_path / "s.db")
        spool.fill()
        big = "x" * 100_000
        with pytest.raises(DiskRefused, match="full"):
            await spool.log.append([status(big)], keep=False)
        assert spool.log.held_back == 0
        with pytest.raises(DiskRefused):
            await spool.log.append([status("kept" + big)])
        assert spool.disk.failing
        assert spool.noted == []
        spool.free()
        with pytest.raises(DiskRefused):  # nothing overtakes what waits
            await spool.log.append([status("newer")])
        async with asyncio.timeout(5):
            await spool.heard.wait()
        await spool.log.append([status("newest")])
        infos = [event.info[:5] for event, _ in spool.noted if isinstance(event, Status)]
        assert infos == ["kept" + "x", "newer", "newes"]
        assert not spool.disk.failing
        await spool.disk.close()

    asyncio.run(run())


def test_a_full_disk_is_tried_again_by_itself(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(event_log, "RETRY_S", 0.02)

    async def run() -> None:
        spool = Opened(tmp_path / "s.db")
        spool.fill()
        with pytest.raises(DiskRefused):
            await spool.log.append([status("x" * 100_000)])
        spool.free()
        async with asyncio.timeout(5):
            await spool.heard.wait()
        assert spool.log.held_back == 0
        await spool.disk.close()

    asyncio.run(run())


def test_one_bad_piece_of_a_shared_commit_harms_no_other(tmp_path: Path) -> None:
    def bad(_connection: sqlite3.Connection) -> None:
        message = "a fault of this piece"
        raise RuntimeError(message)

    async def run() -> None:
        spool = Opened(tmp_path / "s.db")
        good = spool.log.append([status("a")])
        harmed = spool.disk.write(bad)
        later = spool.log.append([status("b")])
        await good
        await later
        with pytest.raises(RuntimeError):
            await harmed
        assert [json.loads(row.body)["info"] for row in await read(spool, 0, 9)] == ["a", "b"]
        await spool.disk.close()

    asyncio.run(run())


def test_a_rejected_event_is_parked_with_its_reason(tmp_path: Path) -> None:
    async def run() -> None:
        spool = Opened(tmp_path / "s.db")
        await spool.log.append([status("bad")])
        (row,) = await read(spool, 0, 9)
        await spool.log.reject(row, 422, "no", NOW)
        assert await read(spool, 0, 9) == []
        assert await spool.log.rejected_count() == 1
        parked = await spool.disk.read(
            lambda connection: connection.execute("SELECT body, status, reason FROM rejected").fetchone()
        )
        assert (json.loads(parked[0])["info"], parked[1], parked[2]) == ("bad", 422, "no")
        await spool.disk.close()

    asyncio.run(run())


WRITER = """
import asyncio, sys
from datetime import UTC, datetime
from ocpp_bridge.spool.disk import Disk
from ocpp_bridge.spool.event_log import EventLog
from wire.events import Connection

async def main():
    log = EventLog(Disk(sys.argv[1]), lambda noted: None)
    now = datetime.now(UTC)
    def event():
        return Connection(charge_point_id="CP-1", seq=0, occurred_at=now, received_at=now,
                          connected=True, bridge_id="b", epoch=1)
    async def one():
        while True:
            (seq,) = await log.append([event()])
            print(seq, flush=True)
    await asyncio.gather(*(one() for _ in range(8)))

asyncio.run(main())
"""


def test_kill_9_loses_nothing_that_was_said_to_be_durable(tmp_path: Path) -> None:
    path = tmp_path / "s.db"
    promised: list[int] = []
    for _ in range(3):
        with subprocess.Popen(
            [sys.executable, "-c", WRITER, str(path)], cwd=ROOT, stdout=subprocess.PIPE, text=True
        ) as writer:
            assert writer.stdout is not None
            said = [int(writer.stdout.readline()) for _ in range(100)]
            os.kill(writer.pid, signal.SIGKILL)
            said += [int(line) for line in writer.stdout.read().split("\n")[:-1]]
        assert not promised or min(said) > max(promised)
        promised += said

    async def stored() -> list[Row]:
        spool = Opened(path)
        rows = await read(spool, 0, 1_000_000)
        await spool.disk.close()
        return rows

    assert set(promised) <= {row.seq for row in asyncio.run(stored())}
    assert Connection.__struct_config__.tag == "connection"


def test_a_batch_ends_where_it_gets_too_large_and_says_whose_events_are_all_there(tmp_path: Path) -> None:
    async def run() -> None:
        spool = Opened(tmp_path / "spool.db")
        for name in ("CP-1", "CP-2", "CP-3"):
            await spool.log.append([status("a", name), status("b", name)])
        wanted = [("CP-1", 0), ("CP-2", 0), ("CP-3", 0)]
        whole = await spool.log.read(wanted, 100, 10**9)
        assert ([row.seq for row in whole.rows], whole.looked_at) == ([1, 2, 3, 4, 5, 6], 3)
        few = await spool.log.read(wanted, 3, 10**9)
        assert ([row.seq for row in few.rows], few.looked_at) == ([1, 2, 3], 2)
        small = await spool.log.read(wanted, 100, 1)
        assert ([row.seq for row in small.rows], small.looked_at) == ([1], 0)
        await spool.disk.close()

    asyncio.run(run())


def test_a_piece_that_cannot_be_written_harms_none_that_shares_its_commit(tmp_path: Path) -> None:
    def broken(_connection: sqlite3.Connection, _seqs: Sequence[int]) -> None:
        raise KeyError("a mistake")

    async def run() -> None:
        spool = Opened(tmp_path / "spool.db")
        before = spool.log.append([status("a")])
        bad = spool.log.append([status("bad")], also=broken)
        after = spool.log.append([status("b")])
        results = await asyncio.gather(before, bad, after, return_exceptions=True)
        rows = await read(spool, 0, 10)
        assert [json.loads(row.body)["info"] for row in rows] == ["a", "b"]
        assert [list(results[0]), list(results[2])] == [[rows[0].seq], [rows[1].seq]]  # type: ignore[arg-type]
        assert isinstance(results[1], KeyError)
        await spool.disk.close()

    asyncio.run(run())


def test_what_is_confirmed_is_deleted_later_where_the_disk_refuses(tmp_path: Path) -> None:
    async def run() -> None:
        spool = Opened(tmp_path / "s.db")
        await spool.log.append([status("a"), status("b"), status("c", "CP-2")])
        spool.disk.read_now(lambda connection: connection.execute("PRAGMA query_only=1"))
        spool.log.confirm({"CP-1": 1})
        with pytest.raises(DiskRefused):
            await spool.disk.write(lambda connection: connection.execute("DELETE FROM rejected"))
        spool.disk.read_now(lambda connection: connection.execute("PRAGMA query_only=0"))
        assert await read(spool, 0, 10) == await read(spool, 1, 10)
        spool.log.confirm({"CP-2": 3})
        await spool.disk.close()
        again = Opened(tmp_path / "s.db")
        assert again.log.waiting() == [Waiting("CP-1", 2, 2, 1)]
        await again.disk.close()

    asyncio.run(run())


def test_an_event_that_was_parked_is_read_no_more(tmp_path: Path) -> None:
    async def run() -> None:
        spool = Opened(tmp_path / "s.db")
        await spool.log.append([status("a"), status("b")])
        first, _ = await read(spool, 0, 10)
        await spool.log.reject(first, 422, "no", NOW)
        assert [row.seq for row in await read(spool, 0, 1)] == [2]
        await spool.disk.close()

    asyncio.run(run())
