"""Meters at the bridge: over HTTP and over MQTT, with bad input, silence and restarts."""

import asyncio
import json
from contextlib import asynccontextmanager, suppress
from datetime import UTC, datetime, timedelta

import aiohttp
import aiomqtt
import pytest
from structlog.testing import capture_logs

from ocpp_bridge.units.driver import BadEntry, Entry, LinkLost, Unsupported
from ocpp_bridge.units.meter import listener, silence
from ocpp_bridge.units.meter.deriving import Seen, Thresholds, derived
from ocpp_bridge.units.meter.driver import Meters, make
from ocpp_bridge.units.meter.sample import Sample
from standalone.ports import free_ports
from tests.emulators.mosquitto import Mosquitto
from tests.fakes.unit_ports import KeptPorts, until

TOKEN = "token-of-the-south-meter"
RIGHT = {"Authorization": f"Bearer {TOKEN}"}
SOUTH = {"id": "south", "token": TOKEN, "start_s": 0, "stop_s": 0}


def entry(*meters, **more):
    return Entry("meter", options={"listen": "127.0.0.1:0", "meter": [dict(each) for each in meters]} | more)


@asynccontextmanager
async def at_work(ports, given):
    """The driver at work, and how to send it a sample."""
    meters: Meters = make(given)
    task = asyncio.create_task(meters.run(ports))
    await until(lambda: meters.port or task.done() or given.options.get("broker"))
    async with aiohttp.ClientSession() as session:

        async def post(body, name="south", headers=RIGHT):
            data = body if isinstance(body, bytes) else json.dumps(body).encode()
            async with session.post(f"http://127.0.0.1:{meters.port}/meter/{name}", data=data, headers=headers) as got:
                return got.status, await got.json()

        try:
            yield post
        finally:
            task.cancel()
            with suppress(asyncio.CancelledError):
                await task


@pytest.fixture
def ports():
    return KeptPorts(["south"])


@pytest.mark.anyio
async def test_a_charge_is_seen_with_its_energy_from_the_register(ports):
    async with at_work(ports, entry(SOUTH)) as post:
        assert await post({"power_w": 4, "energy_wh": 7000}) == (200, {"status": "ok"})
        phases = {"power_w": [3680, 3680, 3680], "current_a": [16, 16, 16], "voltage_v": [230, 230, 230]}
        await post(phases | {"energy_wh": 7010})
        await post(phases | {"energy_wh": 7500})
        await post({"power_w": 4, "energy_wh": 7501.25})
    port = ports.units["south"]
    shown = [(each.plugged, each.charging, each.energy_ws) for each in port.of("observed")]
    assert shown == [
        (False, False, 0), (True, True, 10 * 3600), (True, True, 500 * 3600), (True, False, 501 * 3600 + 900),
    ]  # fmt: skip
    measured = port.of("observed")[1]
    assert (measured.current_ma, measured.voltage_mv, measured.power_w) == ((16000,) * 3, (230_000,) * 3, 11_040)
    assert len({each.session for each in port.of("observed")[1:]}) == 1
    assert port.told[0][0] == "connected"


@pytest.mark.anyio
async def test_a_charge_is_seen_with_its_energy_from_power_over_time(ports):
    async with at_work(ports, entry(SOUTH)) as post:
        for _ in range(13):
            await post({"power_w": 3600})
            ports.clock.advance(60)
    last = ports.units["south"].last
    assert (last.charging, last.energy_ws) == (True, pytest.approx(12 * 60 * 3600, rel=0.001))


@pytest.mark.anyio
async def test_a_restart_of_the_bridge_forgets_nothing(ports):
    for register_wh in (1000, 1600):
        async with at_work(ports, entry(SOUTH)) as post:
            await post({"power_w": 3600, "energy_wh": register_wh})
            ports.clock.advance(1)
            await post({"power_w": 3600, "energy_wh": register_wh + 1})
            ports.clock.advance(300)
    last = ports.units["south"].last
    assert (last.charging, last.energy_ws) == (True, 601 * 3600)


@pytest.mark.anyio
@pytest.mark.parametrize(
    ("name", "headers"),
    [
        ("south", {}), ("south", {"Authorization": "Bearer "}), ("south", {"Authorization": f"Basic {TOKEN}"}),
        ("south", {"Authorization": "Bearer token-of-the-north-meter"}), ("nobody", {"Authorization": "Bearer "}),
        ("nobody", RIGHT), ("north", RIGHT), ("south", {"Authorization": "Bearer \u00e4"}),
    ],
)  # fmt: skip
async def test_who_has_not_this_meters_token_stays_outside(ports, name, headers):
    north = {"id": "north", "token": "token-of-the-north-meter"}
    async with at_work(ports, entry(SOUTH, north)) as post:
        status, problem = await post({"power_w": 1}, name, headers)
    assert (status, problem["code"]) == (401, "unauthorized")
    assert TOKEN not in str(problem)
    assert not ports.asked


@pytest.mark.anyio
@pytest.mark.parametrize("body", [b"", b"{", b"\xff", b"[]", b"{}", b'{"power_w": "much"}', b"[" * 3000])
async def test_a_bad_sample_is_refused_with_a_reason_and_changes_nothing(ports, body):
    async with at_work(ports, entry(SOUTH)) as post:
        await post({"power_w": 4})
        status, problem = await post(body)
        assert (status, problem["code"]) == (422, "bad_sample")
        assert problem["detail"]
        assert len(ports.units["south"].of("observed")) == 1


@pytest.mark.anyio
async def test_a_body_that_is_too_large_is_refused(ports):
    async with at_work(ports, entry(SOUTH)) as post:
        with pytest.raises(aiohttp.ContentTypeError) as refused:
            await post(b" " * 40_000)
    assert refused.value.status == 413


@pytest.mark.anyio
async def test_a_charger_the_api_does_not_know_yet_is_shown_there_and_its_samples_are_checked(ports):
    ports.known.clear()
    async with at_work(ports, entry(SOUTH)) as post:
        assert (await post({"power_w": 3600}))[0] == 202
        assert (await post({"power_w": "much"}))[0] == 422
        assert {name for name, _ in ports.asked} == {"south"}
        ports.known.add("south")
        assert (await post({"power_w": 3600}))[0] == 200
    assert len(ports.units["south"].of("observed")) == 1


@pytest.mark.anyio
async def test_samples_come_in_order_and_once(ports):
    async with at_work(ports, entry(SOUTH)) as post:
        now = ports.now().timestamp()
        kept = [{"at": _text(now - late), "power_w": late} for late in (10, 30, 20)]
        await post(kept)
        await post(kept)
        await post([{"at": _text(now - 15), "power_w": 1}, {"power_w": 2}])
    powers = [each.power_w for each in ports.units["south"].of("observed")]
    assert powers == [30, 20, 10, 2]


@pytest.mark.anyio
async def test_a_silent_meter_is_offline_and_back_with_its_next_sample(ports, monkeypatch):
    monkeypatch.setattr(silence, "LOOK_S", 0.05)
    async with at_work(ports, entry(SOUTH | {"silence_s": 1})) as post:
        await post({"power_w": 3600})
        port = ports.units["south"]
        await until(lambda: port.of("disconnected") == ["nothing new for 1 s"])
        await post({"power_w": 3600})
        assert [kind for kind, _ in port.told] == ["connected", "observed", "disconnected", "connected", "observed"]


@pytest.mark.anyio
async def test_a_meter_whose_clock_stands_still_is_told_so_and_is_offline_like_a_silent_one(ports, monkeypatch):
    monkeypatch.setattr(silence, "LOOK_S", 0.05)
    stands = _text(ports.now().timestamp())
    async with at_work(ports, entry(SOUTH | {"silence_s": 1})) as post:
        assert (await post({"at": stands, "power_w": 3600}))[0] == 200
        port = ports.units["south"]
        answer = None
        async with asyncio.timeout(10):
            while not port.of("disconnected"):
                answer = await post({"at": stands, "power_w": 3700})
                await asyncio.sleep(0.05)
        assert answer is not None
        status, said = answer
        assert (status, said["reason"]) == (202, "nothing newer than what was told before")
        assert (await post({"power_w": 3800}))[0] == 200, "its clock was set"
        assert [kind for kind, _ in port.told] == ["connected", "observed", "disconnected", "connected", "observed"]


@pytest.mark.anyio
async def test_a_meter_can_be_asked_for_nothing(ports):
    async with at_work(ports, entry(SOUTH)) as post:
        await post({"power_w": 4})
        control = ports.units["south"].control
        for asked in (control.switch(1, on=True, tag=""), control.settings(1, {}), control.reboot()):
            with pytest.raises(Unsupported):
                await asked
    ((_, declaration),) = ports.asked
    assert (declaration.enforcement, declaration.commands, dict(declaration.settings)) == ("presumed", (), {})


@pytest.mark.anyio
async def test_an_address_that_is_taken_is_an_error_of_the_link(ports):
    async with at_work(ports, entry(SOUTH)) as post:
        assert (await post({"power_w": 4}))[0] == 200
        taken = await asyncio.start_server(lambda *_: None, "127.0.0.1", 0)
        async with taken:
            port = taken.sockets[0].getsockname()[1]
            with pytest.raises(LinkLost, match=f"cannot listen at 127.0.0.1:{port}: Address already in use"):
                await make(entry(SOUTH, listen=f"127.0.0.1:{port}")).run(ports)


@pytest.mark.anyio
async def test_meters_publish_to_a_broker_each_to_its_own_topic(ports, tmp_path):
    with Mosquitto(tmp_path, password="word") as broker:
        given = Entry(
            "meter",
            options={
                "broker": f"mqtt://127.0.0.1:{broker.port}", "username": "kilowait", "password": "word",
                "meter": [{"id": "south", "topic": "yard/south", "start_s": 0}],
            },
        )  # fmt: skip
        async with aiomqtt.Client("127.0.0.1", broker.port, username="kilowait", password="word") as client:
            await client.publish("yard/south", b'{"power_w": 9}', qos=1, retain=True)
            with capture_logs() as logs:
                running = asyncio.create_task(make(given).run(ports))

                async def publish():
                    while True:  # Until the driver has subscribed.
                        for body in (b"{", b" " * 40_000, b'{"power_w": 3600}'):
                            await client.publish("yard/south", body, qos=1)
                        await client.publish("yard/north", b'{"power_w": 1}', qos=1)
                        await asyncio.sleep(0.02)

                publishing = asyncio.create_task(publish())
                await until(lambda: len(logs) > 0 and "south" in ports.units and ports.units["south"].of("observed"))
                publishing.cancel()
            assert {each.power_w for each in ports.units["south"].of("observed")} == {3600}  # Not the retained one.
            assert [line["event"] for line in logs].count("a sample cannot be used") == 1
        broker.kill()
        with pytest.raises(LinkLost, match="broker"):
            await asyncio.wait_for(running, 10)


@pytest.mark.anyio
async def test_a_broker_that_is_not_there_is_a_lost_link(ports):
    (port,) = free_ports(1)
    given = Entry(
        "meter", options={"broker": f"mqtt://127.0.0.1:{port}", "meter": [{"id": "south", "topic": "yard/south"}]}
    )
    with pytest.raises(LinkLost, match="broker"):
        await make(given).run(ports)


TOPICAL = {"id": "south", "topic": "yard/south"}


@pytest.mark.parametrize(
    ("options", "said"),
    [
        ({}, "listen (HTTP) or broker"), ({"broker": "mqtt://b", "listen": "h:1"}, "one of both"),
        ({"listen": "h:1"}, "[[account.meter]]"), ({"listen": "h:1", "meter": []}, "[[account.meter]]"),
        ({"listen": "h:1", "meter": [7]}, "two brackets"), ({"listen": "h", "meter": [SOUTH]}, "HOST:PORT"),
        ({"listen": "h:99999", "meter": [SOUTH]}, "HOST:PORT"), ({"listen": 7, "meter": [SOUTH]}, "HOST:PORT"),
        ({"listen": "h:1", "meter": [SOUTH], "colour": 1}, "unknown option colour"),
        ({"listen": "h:1", "meter": [SOUTH | {"colour": 1}]}, "south: unknown option colour"),
        ({"listen": "h:1", "meter": [SOUTH, SOUTH]}, "same id"),
        ({"listen": "h:1", "meter": [SOUTH, SOUTH | {"id": "north"}]}, "same token"),
        ({"listen": "h:1", "meter": [{"token": TOKEN}]}, "id"), ({"listen": "h:1", "meter": [{"id": "a/b"}]}, "id"),
        ({"listen": "h:1", "meter": [{"id": "a"}]}, "token"),
        ({"listen": "h:1", "meter": [{"id": "a", "token": "short"}]}, "16"),
        ({"listen": "h:1", "meter": [{"id": "a", "token_env": "NOT_SET"}]}, "token_env"),
        ({"listen": "h:1", "meter": [SOUTH | {"start_w": 100}]}, "gone_w"),
        ({"listen": "h:1", "meter": [SOUTH | {"start_w": "1 kW"}]}, "start_w"),
        ({"listen": "h:1", "meter": [SOUTH | {"stop_s": -1}]}, "stop_s"),
        ({"listen": "h:1", "meter": [SOUTH | {"silence_s": 0}]}, "silence_s"),
        ({"broker": "mqtt://b", "meter": [{"id": "a"}]}, "topic"),
        ({"broker": "mqtt://b", "meter": [{"id": "a", "topic": "#"}]}, "topic"),
        ({"broker": "http://b", "meter": [TOPICAL]}, "mqtt"),
        ({"broker": "mqtt://u:geheim@b", "meter": [TOPICAL]}, "stand by themselves"),
        ({"broker": "mqtt://b:x", "meter": [TOPICAL]}, "mqtt"),
        ({"broker": "mqtt://b", "password": 7, "meter": [TOPICAL]}, "password"),
    ],
)  # fmt: skip
def test_an_entry_that_cannot_be_used_says_why_without_any_secret(options, said):
    with pytest.raises(BadEntry) as error:
        make(Entry("meter", options=options))
    assert said in str(error.value)
    assert TOKEN not in str(error.value)
    assert "geheim" not in str(error.value)


def _text(seconds):
    return datetime.fromtimestamp(seconds, UTC).isoformat()


async def _left_alone(port, *said):
    """How long a connection that says this lasts, and what it is answered."""
    reader, writer = await asyncio.open_connection("127.0.0.1", port)
    for each in said:
        writer.write(each)
        await writer.drain()
    async with asyncio.timeout(5):
        answer = await reader.read()
    writer.close()
    return answer


@pytest.mark.anyio
async def test_who_says_too_little_for_too_long_is_shown_out(ports, monkeypatch):
    monkeypatch.setattr(listener, "LOOK_S", 0.02)
    monkeypatch.setattr(listener, "VISIT_S", 0.1)
    meters = make(entry(SOUTH))
    task = asyncio.create_task(meters.run(ports))
    await until(lambda: meters.port)
    head = b"POST /meter/south HTTP/1.1\r\nHost: a\r\nAuthorization: Bearer " + TOKEN.encode() + b"\r\n"
    slow = [(), (b"POST /met",), (head,), (head + b"Content-Length: 900\r\n\r\n", b'{"power_w": '), (b"\x16\x03\x01",)]
    await asyncio.gather(*(_left_alone(meters.port, *said) for said in slow))
    task.cancel()
    with suppress(asyncio.CancelledError):
        await task
    assert ports.units == {}


@pytest.mark.anyio
async def test_no_more_than_so_many_are_let_in_at_once(ports, monkeypatch):
    monkeypatch.setattr(listener, "LOOK_S", 0.02)
    monkeypatch.setattr(listener, "MOST_VISITS", 3)
    meters = make(entry(SOUTH))
    task = asyncio.create_task(meters.run(ports))
    await until(lambda: meters.port)
    visits = [await asyncio.open_connection("127.0.0.1", meters.port) for _ in range(6)]
    await until(lambda: sum(reader.at_eof() for reader, _ in visits) == 3)
    for _, writer in visits:
        writer.close()
    task.cancel()
    with suppress(asyncio.CancelledError):
        await task


@pytest.mark.anyio
async def test_an_instant_before_all_time_is_now(ports):
    async with at_work(ports, entry(SOUTH)) as post:
        assert (await post({"at": "0001-01-01T00:00:00+14:00", "power_w": 7}))[0] == 200
    assert ports.units["south"].last.power_w == 7


def test_no_car_is_kept_for_a_day_because_the_clock_was_put_back():
    now = datetime(2026, 5, 4, 8, tzinfo=UTC)
    by = Thresholds(start_s=0, stop_s=60, gone_s=60)

    def at(seconds, watts):
        return Sample(at=now + timedelta(seconds=seconds), power_mw=watts * 1000)

    seen = Seen()
    for seconds, watts in [(0, 3000), (30, 0), (60, 0), (-86_400, 0), (-86_370, 0), (-86_339, 0)]:
        seen = derived(seen, at(seconds, watts), 0, 0, by)
    assert not seen.charging
