"""Readings of buildings' meters between the bridge's disk and the API: durable, paced, newest first, bounded."""

import asyncio
from datetime import UTC, datetime, timedelta

import pytest

from ocpp_bridge.back_end import buildings as module
from ocpp_bridge.back_end.api_client import ApiClient, Refused, Unreachable
from ocpp_bridge.back_end.buildings import Buildings
from ocpp_bridge.clock import Clock
from ocpp_bridge.spool import building_rows
from ocpp_bridge.spool.disk import Disk
from wire.building import BuildingReading, Spread

START = datetime(2026, 3, 2, 8, tzinfo=UTC)
SPREAD = Spread(mean=1, least=1, greatest=1, last=1)


def reading(minute):
    at = START + timedelta(minutes=minute)
    return BuildingReading(since=at, at=at, samples=1, power_mw=SPREAD)


class Api(ApiClient):
    """``error``: what it answers instead; ``reports`` are what it took, as minutes."""

    def __init__(self):  # no network behind it
        self.error = None
        self.reports = []

    async def building(self, report):
        if self.error is not None:
            raise self.error
        assert len(report.readings) <= 60
        self.reports.append([round((each.at - START).total_seconds() / 60) for each in report.readings])


class SetClock(Clock):
    at_s = 1000.0

    def monotonic(self):
        return self.at_s


class Bench:
    """A disk, an API, and what lies between."""

    def __init__(self, path):
        self.path, self.api, self.clock = path, Api(), SetClock()
        self.begin()

    def begin(self):
        """As a process that starts; the one before was not ended."""
        self.disk = Disk(str(self.path))
        self.buildings = Buildings(self.api, self.disk, self.clock, self.disk.read_now(building_rows.load))
        self.port = self.buildings.port("office")

    async def tell(self, *minutes):
        for minute in minutes:
            self.port.tell(reading(minute))
        await self.disk.write(lambda _: None)
        await asyncio.sleep(0)

    async def later(self, seconds):
        self.clock.at_s += seconds
        return await self.buildings.post_due()


@pytest.fixture
def bench(tmp_path):
    return Bench(tmp_path / "spool.db")


@pytest.mark.anyio
async def test_a_location_is_posted_every_ten_seconds_at_most(bench):
    await bench.tell(1)
    assert await bench.later(0) is None
    await bench.tell(2)
    assert await bench.later(4) == pytest.approx(6)
    assert await bench.later(6) is None
    assert bench.api.reports == [[1], [2]]
    await bench.disk.close()


@pytest.mark.anyio
async def test_an_api_that_was_away_gets_the_newest_first_and_no_more_than_a_day(bench, monkeypatch):
    monkeypatch.setattr(module, "MOST_WAITING", 130)
    bench.api.error = Unreachable("down")
    await bench.tell(*range(200))
    waits = [await bench.later(60) for _ in range(8)]
    longest = [1, 2, 4, 8, 16, 30, 30, 30]
    assert all(most / 2 <= wait <= most for wait, most in zip(waits, longest, strict=True)), waits
    bench.api.error = None
    await bench.tell(200)
    for _ in range(5):
        await bench.later(30)
    assert [report[0] for report in bench.api.reports] == [200, 140, 80]
    assert sorted(minute for report in bench.api.reports for minute in report) == list(range(71, 201))
    await bench.disk.close()


@pytest.mark.anyio
async def test_what_was_not_posted_outlives_the_process_and_what_was_is_not_posted_again(bench):
    await bench.tell(1)
    await bench.later(0)
    bench.api.error = Unreachable("down")
    await bench.tell(2, 3)
    await bench.later(20)
    await bench.disk.close()
    bench.begin()
    assert bench.port.newest_at == reading(3).at
    bench.api.error = None
    await bench.later(0)
    assert bench.api.reports == [[1], [3, 2]]
    await bench.disk.close()
    bench.begin()
    assert await bench.later(0) is None
    assert bench.port.newest_at == reading(3).at
    await bench.disk.close()


@pytest.mark.anyio
async def test_a_location_the_api_does_not_know_is_asked_for_once_a_minute(bench):
    bench.api.error = Refused(404, '{"code": "location_not_found"}')
    await bench.tell(1)
    assert await bench.later(0) is None
    assert bench.port.refused == "location unknown"
    bench.api.error = None
    await bench.tell(2)
    assert await bench.later(10) == pytest.approx(50)
    await bench.later(50)
    assert (bench.api.reports, bench.port.refused) == ([[2]], "")
    await bench.disk.close()


@pytest.mark.anyio
@pytest.mark.parametrize(("status", "left"), [(422, 0), (413, 0), (401, 1), (403, 1), (429, 1), (500, 1), (503, 1)])
async def test_what_the_api_will_never_take_does_not_stand_in_the_way(bench, status, left):
    bench.api.error = Refused(status, "no", retry_after_s=77.0 if status == 503 else None)
    await bench.tell(1)
    wait_s = await bench.later(0)
    assert len(bench.port.waiting) == left
    if left:
        assert wait_s == 77 if status == 503 else 0.5 <= wait_s <= 1
    else:
        assert wait_s is None
    await bench.disk.close()


@pytest.mark.anyio
@pytest.mark.parametrize("text", ["<html>no such page", '{"code": "not_found"}', "[1]", "\ud800"])
async def test_a_404_that_is_not_about_the_location_loses_no_reading(bench, text):
    bench.api.error = Refused(404, text)
    await bench.tell(1, 2)
    assert 0.5 <= await bench.later(0) <= 1
    assert bench.port.refused == ""
    bench.api.error = None
    await bench.later(1)
    assert bench.api.reports == [[2, 1]]
    await bench.disk.close()


@pytest.mark.anyio
async def test_a_reading_on_the_disk_that_cannot_be_read_keeps_no_bridge_from_starting(bench):
    bench.api.error = Unreachable("down")
    await bench.tell(1, 2, 3)
    garbage = [("{", 1), ('{"at": "of another version"}', 2)]
    await bench.disk.write(
        lambda connection: connection.executemany(
            "UPDATE building_readings SET body=? WHERE at=?",
            [(body, reading(minute).at.isoformat(timespec="microseconds")) for body, minute in garbage],
        )
    )
    await bench.disk.close()
    bench.begin()
    bench.api.error = None
    await bench.later(0)
    assert bench.api.reports == [[3]]
    await bench.disk.close()


@pytest.mark.anyio
async def test_a_meter_gone_wild_fills_no_queue_before_the_disk(bench, monkeypatch):
    monkeypatch.setattr(module, "MOST_WAITING", 130)
    bench.api.error = Unreachable("down")
    await bench.tell(*range(1000))
    assert len(bench.port.coming) == 0
    pending = len(bench.disk._pending)  # noqa: SLF001 -- what others' writes would wait behind
    bench.port.tell(reading(1000))
    for minute in range(1001, 3000):
        bench.port.tell(reading(minute))
    assert len(bench.disk._pending) == pending + 1  # noqa: SLF001
    await bench.tell(3000)
    assert sorted(bench.port.waiting) == [reading(minute).at for minute in range(2871, 3001)]
    await bench.disk.close()
    bench.begin()
    assert sorted(bench.port.waiting) == [reading(minute).at for minute in range(2871, 3001)]
    assert bench.port.newest_at == reading(3000).at
    await bench.disk.close()
