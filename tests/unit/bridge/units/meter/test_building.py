"""A building's meter at the bridge: over HTTP and over MQTT, paced, with bad input, silence and restarts."""

import asyncio
import json
from contextlib import asynccontextmanager, suppress
from datetime import timedelta

import aiohttp
import aiomqtt
import pytest
from paho.mqtt.packettypes import PacketTypes
from paho.mqtt.reasoncodes import ReasonCode
from structlog.testing import capture_logs

from ocpp_bridge.units.driver import BadEntry, Entry, LinkLost
from ocpp_bridge.units.meter import silence
from ocpp_bridge.units.meter.building import Building
from ocpp_bridge.units.meter.driver import make
from ocpp_bridge.units.meter.entry import BuildingEntry
from ocpp_bridge.units.meter.source import TOLD_BEFORE
from tests.emulators.mosquitto import Mosquitto
from tests.fakes.unit_ports import KeptBuilding, KeptPorts, until

TOKEN = "token-of-the-office"
OFFICE = {"location": "Office", "token": TOKEN}
SOUTH = {"id": "south", "token": "token-of-the-south-meter"}


class Clock:
    at_s = 1000.0

    def __call__(self):
        return self.at_s


@pytest.fixture
def ports():
    return KeptPorts(["south"])


@pytest.fixture
def heard(ports):
    """A building by itself, and how to send it a sample so many seconds later."""
    clock, port = Clock(), KeptBuilding()
    building = Building(BuildingEntry(location_id="office", token=TOKEN), port, ports.now, clock)

    def take(sample, after_s=0.0):
        clock.at_s += after_s
        ports.clock.advance(after_s)
        building.look()
        return building.take(json.dumps(sample))

    return building, port, take


def powers(port):
    return [each.power_mw.last // 1000 for each in port.told]


def test_the_first_sample_is_told_at_once_and_calm_ones_once_a_minute(heard):
    building, port, take = heard
    for _ in range(601):
        take({"power_w": 5000}, 1)
    assert len(port.told) == 1 + 10
    building.lost("it is over")
    assert sum(each.samples for each in port.told) == 601


def test_a_jump_is_told_after_ten_seconds_though_nothing_follows_it(heard):
    building, port, take = heard
    take({"power_w": 5000})
    take({"power_w": 9000}, 3)
    assert powers(port) == [5000]
    building._clock.at_s += 7  # noqa: SLF001 -- time passes and no sample comes
    building.look()
    assert powers(port) == [5000, 9000]


def test_a_restless_building_is_told_of_every_ten_seconds_at_most(heard):
    _, port, take = heard
    for second in range(3600):
        take({"power_w": 9000 * (second % 2)}, 1)
    assert len(port.told) <= 361
    assert {(each.power_mw.least, each.power_mw.greatest) for each in port.told[1:]} == {(0, 9_000_000)}


@pytest.mark.parametrize(
    "sample",
    [
        {"power_w": [2000, 1000, 0]}, {"power_w": 3000, "current_a": [4, 4, 9]}, {"power_w": 4000},
        {"power_w": -3000}, {"power_w": [1000, 1000, 1000], "voltage_v": [230, 230, 230]},
    ],
)  # fmt: skip
def test_a_jump_is_one_of_a_phase_of_a_current_or_of_what_is_told_too(heard, sample):
    _, port, take = heard
    before = {"power_w": [1000, 1000, 1000]} if isinstance(sample["power_w"], list) else {"power_w": 3000}
    take(before | ({"current_a": [4, 4, 4]} if "current_a" in sample else {}))
    take(sample, 11)
    assert len(port.told) == 2


def test_a_reading_is_signed_and_by_phase_and_a_current_has_its_powers_direction(heard):
    _, port, take = heard
    take({"power_w": [-690, 460, 0], "current_a": [3, 2, 0], "voltage_v": [230, 231, 229], "energy_wh": 7.5})
    [told] = port.told
    assert told.power_mw.last == -230_000
    assert [each.last for each in told.phase_power_mw] == [-690_000, 460_000, 0]
    assert [each.last for each in told.current_ma] == [-3000, 2000, 0]
    assert [each.last for each in told.voltage_mv] == [230_000, 231_000, 229_000]
    assert (told.import_mwh, told.estimated) == (7500, False)


def test_power_that_is_reckoned_from_currents_is_marked(heard):
    _, port, take = heard
    take({"current_a": [10, 0, 1]})
    [told] = port.told
    assert ([each.last for each in told.phase_power_mw], told.estimated) == ([2_300_000, 0, 230_000], True)


def test_samples_count_once_in_order_and_none_is_of_the_future(heard, ports):
    building, port, take = heard
    now = ports.now()
    some = [{"at": (now - timedelta(seconds=late)).isoformat(), "power_w": late} for late in (150, 100, 90, 10)]
    take(some)
    take(some)
    take({"at": (now - timedelta(seconds=50)).isoformat(), "power_w": 1})
    take({"at": (now + timedelta(days=700)).isoformat(), "power_w": 7}, 61)
    building.lost("it is over")
    assert powers(port) == [100, 90, 10, 7]
    assert [each.samples for each in port.told] == [2, 1, 1, 1]
    assert port.told[-1].at <= ports.now()


def test_after_a_restart_nothing_is_told_again(heard, ports):
    _, port, take = heard
    sample = {"at": (ports.now() - timedelta(seconds=5)).isoformat(), "power_w": 1}
    take(sample)
    restarted = Building(BuildingEntry(location_id="office"), port, ports.now, Clock())
    restarted.take(json.dumps([sample, {"power_w": 2}]))
    assert powers(port) == [1, 2]
    assert [each.samples for each in port.told] == [1, 1]


@asynccontextmanager
async def at_work(ports, given):
    """The driver at work, and how to post to a path."""
    meters = make(given)
    task = asyncio.create_task(meters.run(ports))
    await until(lambda: meters.port or task.done())
    async with aiohttp.ClientSession() as session:

        async def post(path, sample, token=TOKEN, **more):
            where = f"http://127.0.0.1:{meters.port}{path}"
            headers = {"Authorization": f"Bearer {token}"} | more
            async with session.post(where, data=json.dumps(sample).encode(), headers=headers) as got:
                return got.status, await got.json()

        try:
            yield post
        finally:
            task.cancel()
            with suppress(asyncio.CancelledError):
                await task


def entry(**more):
    return Entry("meter", options={"listen": "127.0.0.1:0", "building": [OFFICE], "meter": [SOUTH]} | more)


@pytest.mark.anyio
async def test_samples_are_posted_for_a_location_with_the_meters_own_token(ports):
    async with at_work(ports, entry()) as post:
        assert await post("/building/office", {"power_w": 5000}) == (200, {"status": "ok"})
        assert (await post("/building/Office", {"power_w": "much"}))[0] == 422
        assert (await post("/building/office", {"power_w": 1}, **{"Content-Encoding": "gzip"}))[0] == 400
        for path, token in (("/building/office", SOUTH["token"]), ("/building/yard", TOKEN), ("/meter/south", TOKEN)):
            assert (await post(path, {"power_w": 1}, token))[0] == 401
        ports.buildings["Office"].refused = "location unknown"
        assert await post("/building/office", {"power_w": 5001}) == (
            202, {"status": "noted", "reason": "location unknown"},
        )  # fmt: skip
    assert powers(ports.buildings["Office"]) == [5000, 5001], "the last when the link ended"
    assert not ports.units


def test_a_meter_whose_clock_stands_still_is_told_so(heard, ports):
    _, port, take = heard
    stands = {"at": ports.now().isoformat(), "power_w": 1}
    assert take(stands) == ""
    assert take(stands | {"power_w": 2}, 5) == take(stands | {"power_w": 3}, 5) == TOLD_BEFORE
    assert powers(port) == [1]
    assert take({"power_w": 4}, 60) == "", "its clock was set"
    assert powers(port) == [1, 4]


@pytest.mark.anyio
async def test_what_came_before_a_silence_is_told_and_nothing_after_it(ports, monkeypatch):
    monkeypatch.setattr(silence, "LOOK_S", 0.05)
    async with at_work(ports, entry(building=[OFFICE | {"silence_s": 1}])) as post:
        await post("/building/office", {"power_w": 1})
        await post("/building/office", {"power_w": 2})
        await until(lambda: powers(ports.buildings["Office"]) == [1, 2])
    assert powers(ports.buildings["Office"]) == [1, 2]


@pytest.mark.anyio
async def test_a_buildings_meter_publishes_to_a_broker_beside_a_chargers(ports, tmp_path):
    with Mosquitto(tmp_path) as broker:
        options = {
            "broker": f"mqtt://127.0.0.1:{broker.port}", "meter": [{"id": "south", "topic": "yard/south"}],
            "building": [{"location": "office", "topic": "yard/office"}],
        }  # fmt: skip
        async with aiomqtt.Client("127.0.0.1", broker.port) as client:
            await client.publish("yard/office", b'{"power_w": 9}', qos=1, retain=True)
            running = asyncio.create_task(make(Entry("meter", options=options)).run(ports))

            enough = asyncio.Event()

            async def publish():
                while not enough.is_set():  # First until the driver has subscribed.
                    for body in (b"{", b'{"power_w": [-1000, 500, 0]}'):
                        await client.publish("yard/office", body, qos=1)
                    await client.publish("yard/south", b'{"power_w": 4}', qos=1)
                    await asyncio.sleep(0.02)

            publishing = asyncio.create_task(publish())
            await until(lambda: "south" in ports.units and ports.buildings["office"].told)
            enough.set()  # A cancellation may be lost in the client.
            await publishing
            running.cancel()
            await asyncio.gather(running, return_exceptions=True)
    assert {each.power_mw.last for each in ports.buildings["office"].told} == {-500_000}, "not the retained one"


@pytest.mark.parametrize(
    ("building", "said"),
    [
        ({}, "location"), ({"location": "a b", "token": TOKEN}, "location"), ({"location": 7}, "location"),
        ({"location": "x", "token": "short"}, "16"), (OFFICE | {"id": "x"}, "unknown option id"),
        (OFFICE | {"start_w": 5}, "start_w"), (OFFICE | {"change_w": 0}, "change_w"),
        (OFFICE | {"volts": 0}, "volts"), (OFFICE | {"silence_s": "1"}, "silence_s"),
        (OFFICE | {"token": SOUTH["token"]}, "same token"),
    ],
)  # fmt: skip
def test_an_entry_that_cannot_be_used_says_why(building, said):
    with pytest.raises(BadEntry) as error:
        make(entry(building=[building]))
    assert said in str(error.value)
    assert TOKEN not in str(error.value)


def test_a_location_has_one_meter(tmp_path):
    from ocpp_bridge.units.units_file import BadUnits, read  # noqa: PLC0415 -- beside its only use

    with pytest.raises(BadEntry, match="same location"):
        make(entry(building=[OFFICE, OFFICE | {"location": "OFFICE", "token": TOKEN * 2}]))
    account = '[[account]]\ndriver = "meter"\nbroker = "mqtt://b"\n[[account.building]]\nlocation = "{}"\ntopic = "a"\n'
    path = tmp_path / "units.toml"
    path.write_text(account.format("office"))
    assert len(read(path)) == 1
    path.write_text(account.format("office") + account.format("Office"))
    with pytest.raises(BadUnits, match="building of Office"):
        read(path)


@pytest.mark.anyio
@pytest.mark.parametrize("answer", [0x80, ReasonCode(PacketTypes.SUBACK, identifier=0x87)])
async def test_a_topic_that_the_broker_refuses_is_named_and_the_others_are_heard(ports, monkeypatch, answer):
    class Broker:
        """What is used of a client. It refuses the yard's topic, tells of the office's, and is gone."""

        def __init__(self, *_where, **_how):
            self.messages = self.heard()

        async def __aenter__(self):
            return self

        async def __aexit__(self, *_error):
            return None

        async def subscribe(self, topic, qos):
            return (answer,) if topic == "yard" else (qos,)

        async def heard(self):
            yield aiomqtt.Message("office", b'{"power_w": 9}', 1, False, 1, None)

    monkeypatch.setattr(aiomqtt, "Client", Broker)
    listed = [{"location": each, "topic": each} for each in ("yard", "office")]
    with capture_logs() as logs, pytest.raises(LinkLost):
        await make(Entry("meter", options={"broker": "mqtt://b", "building": listed})).run(ports)
    assert [each["topic"] for each in logs if each["event"] == "the broker refuses a topic"] == ["yard"]
    assert powers(ports.buildings["office"]) == [9]
