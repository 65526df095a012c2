"""Thousands at once, and peers that mean harm: nobody is refused, nothing is lost, and one never stalls another."""

import asyncio
import re
from collections.abc import Callable
from typing import Any

import pytest

from tests.bench.ocpp import frames
from tests.bench.ocpp.fleet import Points
from tests.bench.ocpp.names import PASSWORD, name_of
from tests.bench.ocpp.peer import Peer, frame
from tests.contracts.bridge.conftest import BridgeProcess
from tests.fakes.bridge_api import FakeApi

MakeBridge = Callable[..., BridgeProcess]
CALM = ("--boot-pause-s", "3600", "--boot-wait-s", "3600")
"""No calls of the bridge's own."""
HEARTBEATS = 'received_total{action="Heartbeat"}'


@pytest.fixture
def crowd(make_bridge: MakeBridge, api: FakeApi) -> Callable[..., BridgeProcess]:
    def make(count: int, *options: str) -> BridgeProcess:
        for number in range(count):
            api.add_charge_point(name_of(number), PASSWORD.encode(), connectors={"1": f"site-{number // 50}:c{number}"})
        bridge = make_bridge(*CALM, *options)
        api.wait_for(lambda fake: fake.config_polls)
        return bridge

    return make


def port_of(bridge: BridgeProcess) -> int:
    return int(bridge.ocpp.removesuffix("/ocpp").rpartition(":")[2])


def figure(bridge: BridgeProcess, name: str) -> float:
    found = re.search(rf"^kilowait_bridge_{re.escape(name)} (\S+)$", bridge.get("/metrics")[1], re.MULTILINE)
    assert found, name
    return float(found[1])


async def until(looked: Callable[[], Any], within_s: float = 10.0) -> None:
    """Look again and again: what is waited for happens in another process, or is counted by a callback."""
    async with asyncio.timeout(within_s):
        while not looked():  # noqa: ASYNC110
            await asyncio.sleep(0.02)


def test_all_drop_and_return_at_once_ten_times_without_an_error(crowd: Callable[..., BridgeProcess]) -> None:
    bridge = crowd(300)

    async def run() -> None:
        points = Points()
        for _ in range(10):
            storm = await points.storm(port_of(bridge), 300)
            assert (storm.errors, storm.later) == ([], 0)
            await until(lambda: figure(bridge, "connected") == 300)
            assert await points.drop() == []

    asyncio.run(run())


def test_who_returns_replaces_their_dead_socket(crowd: Callable[..., BridgeProcess]) -> None:
    bridge = crowd(100)

    async def run() -> None:
        points = Points()
        assert await points.connect(port_of(bridge), 100) == []
        older, points.peers = points.peers, []
        closed: list[str] = []
        for peer in older:  # half-open: nobody closed them
            peer.on_lost = lambda gone, _why: closed.append(gone.name)
        assert await points.connect(port_of(bridge), 100) == []
        assert await points.boot(100) == []
        for peer in older:
            peer.transport.write(frame(b"\x0f\xa1", 8))  # they answer the closing handshake
        await until(lambda: len(closed) == 100)
        assert figure(bridge, "connected") == 100
        assert (await points.heartbeats(100, 300)).errors == []
        await points.drop()

    asyncio.run(run())


def test_in_a_storm_the_rest_is_told_to_boot_later_and_loses_nothing(
    crowd: Callable[..., BridgeProcess], api: FakeApi
) -> None:
    bridge = crowd(80, "--boots-at-once", "20")

    async def run() -> None:
        points = Points()
        assert await points.connect(port_of(bridge), 80) == []
        answers = [frames.result_of(await points.ask(peer, frames.BOOT)) for peer in points.peers]
        later = [peer for peer, answer in zip(points.peers, answers, strict=True) if answer["status"] == "Pending"]
        waits_s = [int(str(answer["interval"])) for answer in answers if answer["status"] == "Pending"]
        # Twenty at once and four more a second.
        assert 40 <= len(later) <= 60
        assert min(waits_s) >= 5
        assert max(waits_s) >= 5 + len(later) // 4 - 1
        assert len(set(waits_s)) >= 5
        for peer in later:
            assert frames.result_of(await points.ask(peer, frames.STATUS, b"Available")) == {}
        statuses = await asyncio.to_thread(api.wait_for_kind, "status", len(later))
        assert {status["charge_point_id"] for status in statuses} == {peer.name for peer in later}
        assert figure(bridge, "deferred_boots_total") == len(later)
        booted = {event["charge_point_id"] for event in api.of_kind("boot")}
        assert booted.isdisjoint(peer.name for peer in later)
        async with asyncio.timeout(10):
            while frames.result_of(await points.ask(later[0], frames.BOOT))["status"] != "Accepted":  # noqa: ASYNC110
                await asyncio.sleep(0.05)
        await asyncio.to_thread(api.wait_for, lambda fake: fake.of_kind("boot", later[0].name))
        await points.drop()

    asyncio.run(run())


def test_a_flood_does_not_stall_another(crowd: Callable[..., BridgeProcess]) -> None:
    bridge = crowd(2)
    flood, quiet_rounds = 20_000, 100

    async def run() -> None:
        flooding, quiet = Points(), Points()
        assert await flooding.connect(port_of(bridge), 1) == []
        assert await quiet.connect(port_of(bridge), 1, 1) == []
        (loud,) = flooding.peers
        answered = 0

        def count(_peer: Peer, _text: bytes) -> None:
            nonlocal answered
            answered += 1

        loud.on_text = count
        for number in range(flood):
            loud.send(frame(frames.STATUS % (number, b"Available") if number % 20 == 0 else frames.HEARTBEAT % number))
        done = await quiet.heartbeats(1, quiet_rounds)
        # Served in turn with the flood; behind it, all of the flood would have been answered before.
        assert (done.messages, done.errors) == (quiet_rounds, [])
        assert answered < flood
        await until(lambda: answered == flood, 60)
        await flooding.drop()
        await quiet.drop()

    asyncio.run(run())


def test_one_that_does_not_read_is_not_read_either_and_stalls_nobody(crowd: Callable[..., BridgeProcess]) -> None:
    bridge = crowd(2)

    async def run() -> None:
        deaf, quiet = Points(), Points()
        assert await deaf.connect(port_of(bridge), 1) == []
        assert await quiet.connect(port_of(bridge), 1, 1) == []
        (peer,) = deaf.peers
        peer.transport.pause_reading()
        for number in range(200_000):
            peer.send(frame(frames.HEARTBEAT % number))
        # What the bridge took of it is bounded by its buffers, not by what was sent.
        assert (await quiet.heartbeats(1, 300)).errors == []
        before = 0.0
        while (taken := figure(bridge, HEARTBEATS)) > before:
            before = taken
            assert (await quiet.boot(1)) == []
            await asyncio.sleep(0.5)
        assert taken < 200_000
        await deaf.drop()
        await quiet.drop()

    asyncio.run(run())


def test_frames_too_large_or_too_deep_hurt_only_who_sends_them(crowd: Callable[..., BridgeProcess]) -> None:
    bridge = crowd(3)

    async def run() -> None:
        points = Points()
        assert await points.connect(port_of(bridge), 3) == []
        large, deep, well = points.peers
        nested = b'[2,"1","DataTransfer",' + b'{"a":' * 30_000 + b"1" + b"}" * 30_000 + b"]"
        _send_long(deep, nested)
        _send_long(deep, b"[" * 200_000)
        assert (await points.ask(deep, frames.HEARTBEAT))[1:2] in {b"3", b"4"}
        closed: list[int] = []
        large.on_close = lambda _peer, code: closed.append(code)
        _send_long(large, b'[2,"1","Heartbeat",{"a":"' + b"x" * 300_000 + b'"}]')
        await until(lambda: closed)
        assert closed == [1009]
        assert frames.result_of(await points.ask(well, frames.HEARTBEAT)) != {}
        await points.drop()

    asyncio.run(run())


def _send_long(peer: Peer, payload: bytes) -> None:
    peer.send(bytes((0x81, 0x80 | 127)) + len(payload).to_bytes(8, "big") + b"\0\0\0\0" + payload)


def test_handshakes_that_never_end_keep_nobody_out(crowd: Callable[..., BridgeProcess]) -> None:
    bridge = crowd(50)

    async def run() -> None:
        slow = [await asyncio.open_connection("127.0.0.1", port_of(bridge)) for _ in range(300)]
        for _, writer in slow:
            writer.write(b"GET /ocpp/B-1 HTTP/1.1\r\nHost: x\r\n")
        points = Points()
        storm = await points.storm(port_of(bridge), 50)
        assert storm.errors == []
        await points.drop()
        for _, writer in slow:
            writer.close()

    asyncio.run(run())
