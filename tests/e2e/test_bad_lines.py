"""Days on bad lines: whatever happens to frames, sockets and power, every Wh is booked once."""

import asyncio
from functools import partial

import pytest

from simulator.charge_point import ChargePoint
from simulator.disturbances import Disturbances
from simulator.link import connection
from simulator.link.chaos import Chaos
from simulator.memory.sqlite import SqliteMemory
from simulator.people import DayOrder, PlayedDay
from simulator.unit.settings import Settings
from tests.e2e.world import Site, World, wait_for

pytestmark = pytest.mark.fuzz

SITES = 4
ANSWER_S = 2.0
SETTLED_S = 60.0
ROUGH = Chaos(
    seed=11, directions="sent", drop=0.05, delay=0.2, delay_s=0.2, duplicate=0.1, replay=0.1, truncate=0.03,
    reorder=0.03, disconnect=0.05, half_open=0.03, half_open_s=1.0, skew_s=90, crash_every_s=8,
)  # fmt: skip


async def live(world: World, sites: list[Site], order: DayOrder) -> tuple[PlayedDay, dict[str, int], set[str]]:
    """The day, what each register counted, and which faults were done."""
    memory = SqliteMemory()
    disturbances, points = Disturbances(memory), []
    for site in sites:
        settings = Settings(central=world.machine.ocpp, password=site.password, meter_interval_s=1)
        point = ChargePoint(site.charge_point_id, settings, store=memory)
        await point.start()
        assert await point.booted(20)
        points.append(point)
    for point in points:
        await disturbances.begin(point, ROUGH)
    day = PlayedDay("1", order, lambda: points, look_s=0.2)
    day.start()
    async with asyncio.timeout(120):
        await day.over()
    faults = {fault for point in points for fault in (disturbances.view(point.id) or {})["counts"]}
    for point in points:
        await disturbances.end(point.id)
        assert await point.booted(30)
        assert await point.settled(SETTLED_S)
        await point.stop()
    memory.close()
    return day, {point.id: point.connector(1)["energy_wh"] for point in points}, faults


def is_booked(world, site, energy_wh):
    return sum(session["energy_wh"] for session in world.sessions(site)) == energy_wh


def test_every_watt_hour_of_a_day_on_bad_lines_is_booked_once(world, monkeypatch):
    monkeypatch.setattr(connection, "CALL_TIMEOUT_S", ANSWER_S)
    sites = [world.site(f"rough-{number}") for number in range(SITES)]
    tags = tuple(world.driver(f"rough-driver-{number}").tag for number in range(8))
    order = DayOrder(seed=3, drivers=8, tags=tags, speed=1_500, no_shows=0, overstays=0.3)
    day, registers_wh, faults = asyncio.run(live(world, sites, order))
    assert faults >= {"drop", "delay", "duplicate", "disconnect", "crash", "clock_skew", "half_open"}
    assert day.view()["counts"].get("failed", 0) == 0
    for site in sites:
        wait_for(partial(is_booked, world, site, registers_wh[site.charge_point_id]), 20, "the books")
    assert sum(registers_wh.values()) > 0
