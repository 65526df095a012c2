"""Chaos and played days on real charge points, against a central system that holds every message to the schemas."""

import asyncio

import pytest

from simulator.charge_point import ChargePoint
from simulator.disturbances import Disturbances
from simulator.link.chaos import Chaos
from simulator.link.errors import NotConnected
from simulator.memory.sqlite import SqliteMemory
from simulator.people import DayOrder, PlayedDay
from simulator.unit.settings import Settings

pytestmark = pytest.mark.anyio


@pytest.fixture
async def disturbances():
    memory = SqliteMemory()
    disturbances = Disturbances(memory)
    yield disturbances
    await disturbances.stop()
    memory.close()


def chaos_lines(charge_point):
    return [logged.frame for logged in charge_point.messages() if logged.action == "chaos"]


async def test_a_doubled_frame_arrives_twice_and_stands_in_the_log(central, charge_point, disturbances):
    await disturbances.begin(charge_point, Chaos(duplicate=1, directions="sent"))
    assert await charge_point.connection.call("Heartbeat", {})
    await central.hears("Heartbeat", 2)
    assert disturbances.view("CP1")["counts"] == {"duplicate": 1}
    await disturbances.end("CP1")
    assert [frame["fault"] for frame in chaos_lines(charge_point)] == ["duplicate"]
    assert chaos_lines(charge_point)[0]["detail"].startswith('frame 1: [2,"')
    assert await charge_point.connection.call("Heartbeat", {})
    assert len(central.of("Heartbeat")) == 3, "the line is as any other again"


async def test_a_frame_that_is_no_json_costs_the_answer_but_not_the_charge_point(central, charge_point, disturbances):
    await disturbances.begin(charge_point, Chaos(truncate=1, directions="received"))
    asking = asyncio.ensure_future(charge_point.connection.call("Heartbeat", {}))
    await central.hears("Heartbeat", 1)
    await disturbances.end("CP1")
    assert charge_point.connection.connected
    asking.cancel()
    await asyncio.gather(asking, return_exceptions=True)


async def test_a_disconnect_is_followed_by_coming_back(central, charge_point, disturbances):
    await disturbances.begin(charge_point, Chaos(disconnect=1, directions="sent"))
    with pytest.raises(NotConnected):
        await charge_point.connection.call("Heartbeat", {})
    assert disturbances.view("CP1")["counts"] == {"disconnect": 1}
    await disturbances.end("CP1")
    assert await charge_point.booted()


async def test_a_clock_that_is_off_shows_in_what_the_charge_point_says(central, charge_point, disturbances):
    await disturbances.begin(charge_point, Chaos(skew_s=-86_400 * 365))
    year = charge_point.unit.now().year
    await disturbances.end("CP1")
    assert charge_point.unit.now().year == year + 1


async def test_a_charge_survives_a_bad_line_without_losing_or_doubling_energy(central, disturbances):
    """What is transaction-related is told until it is answered, whatever the line does to it."""
    settings = Settings(central=central.address, meter_interval_s=1)
    async with ChargePoint("CP1", settings) as charge_point:
        assert await charge_point.booted()
        charge_point.unit.meter_speed = 1_000
        await disturbances.begin(charge_point, Chaos(seed=5, duplicate=0.4, delay=0.3, delay_s=0.05, replay=0.3))
        order = DayOrder(drivers=2, tags=("ALICE",), speed=30_000, scale_energy=False, no_shows=0)
        day = PlayedDay("1", order, lambda: [charge_point], look_s=0.02)
        day.start()
        async with asyncio.timeout(20):
            await day.over()
        counts = disturbances.view("CP1")["counts"]
        await disturbances.end("CP1")
        assert await charge_point.booted()
        assert await charge_point.settled()
        register_wh = charge_point.connector(1)["energy_wh"]
    assert day.view()["counts"] == {"left": 2}
    assert counts.keys() >= {"delay", "duplicate", "replay"}
    charged = {
        stop.transaction_id: stop.meter_stop - start.meter_start
        for start in central.of("StartTransaction")
        for stop in central.of("StopTransaction")
        if central.transaction_id(start) == stop.transaction_id
    }
    assert sum(charged.values()) == register_wh > 0
    assert day.view()["energy_wh"] == register_wh
