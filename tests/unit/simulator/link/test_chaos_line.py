"""The line against a socket that keeps what goes out, and against a real one."""

import asyncio
import json
from typing import cast

import pytest
from websockets.asyncio.client import ClientConnection, connect
from websockets.asyncio.server import serve
from websockets.exceptions import ConnectionClosed

from simulator.link import chaos_line
from simulator.link.chaos import Chaos, ChaosLine, Fate, Plan

pytestmark = pytest.mark.anyio


class Transport:
    def __init__(self):
        self.reads = True

    def pause_reading(self):
        self.reads = False

    def resume_reading(self):
        self.reads = True


class Socket:
    def __init__(self):
        self.sent = []
        self.transport = Transport()
        self.gone = asyncio.Event()

    async def wait_closed(self):
        await self.gone.wait()

    async def send(self, frame, *, text):
        assert text
        self.sent.append(frame)


class Point:
    def __init__(self):
        self.interference = None
        self.notes = []
        self.drops = self.losses = 0
        self.skews_s = []
        self.often = asyncio.Event()

    def interfere(self, interference):
        self.interference = interference

    def drop(self):
        self.drops += 1

    def set_skew(self, skew_s):
        self.skews_s.append(skew_s)

    async def power_loss(self):
        self.losses += 1
        if self.losses == 3:
            self.often.set()

    def note(self, direction, fault, text):
        self.notes.append((direction, fault, text))


class Told(Plan):
    """Fates as the test says, by direction and frame; a frame without one passes."""

    def __init__(self, chaos, fates):
        super().__init__(chaos, "CP1")
        self._fates = fates

    def fate(self, direction, frame):
        return self._fates.get(direction, {}).get(frame, Fate())

    def crash_after_s(self, crash):
        return 0.005 if crash < 4 else None


class Rig:
    """A line with what it does to its charge point, its socket, and who reads there."""

    def __init__(self, chaos, fates=None):
        self.point, self.socket, self.heard = Point(), Socket(), []
        self.news = asyncio.Event()
        self.line = ChaosLine("CP1", chaos, self.point, None if fates is None else Told(chaos, fates))
        self.line.start()
        self.line.opened(cast("ClientConnection", self.socket))

    async def send(self, *texts):
        for text in texts:
            await self.line.send(text, cast("ClientConnection", self.socket))

    async def receive(self, *texts):
        for text in texts:
            await self.line.received(text, self._deliver)

    async def _deliver(self, text):
        self.heard.append(text)
        self.news.set()

    @property
    def counts(self):
        return self.line.view()["counts"]


@pytest.fixture
async def rigs():
    made = []

    def make(**fates):
        rig = Rig(Chaos(), fates)
        made.append(rig)
        return rig

    yield make
    for rig in made:
        await rig.line.stop()
        assert rig.point.interference is None
        assert rig.point.skews_s[-1] == 0


async def test_a_line_without_faults_passes_everything(rigs):
    rig = rigs()
    await rig.send("a", "b")
    await rig.receive("c", b"d")
    assert (rig.socket.sent, rig.heard) == (["a", "b"], ["c", b"d"])
    assert rig.line.view()["frames"] == {"sent": 2, "received": 2}
    assert (rig.counts, rig.point.notes) == ({}, [])


async def test_frames_are_dropped_doubled_and_swapped_in_both_directions(rigs):
    fates = {1: Fate(drop=True), 2: Fate(duplicate=True), 3: Fate(late=True)}
    rig = rigs(sent=fates, received=fates)
    await rig.send("a", "b", "c", "d", "e")
    await rig.receive("a", "b", "c", "d", "e")
    assert rig.socket.sent == rig.heard == ["b", "b", "d", "c", "e"]
    assert rig.counts == {"drop": 2, "duplicate": 2, "reorder": 2}
    assert ("sent", "drop", "frame 1: a") in rig.point.notes
    assert len(rig.point.notes) == 6


async def test_an_earlier_request_about_a_transaction_is_told_again_under_a_new_id():
    rig = Rig(Chaos(replay=1))
    await rig.send('[2,"1","Heartbeat",{}]', '[2,"2","StopTransaction",{"meterStop":5}]', '[3,"7",{}]')
    assert rig.counts == {"replay": 1}
    *_, old = map(json.loads, rig.socket.sent)
    assert (old[0], old[2:]) == (2, ["StopTransaction", {"meterStop": 5}])
    assert old[1].startswith("replay-3-")
    assert len(old[1]) <= 36
    await rig.line.stop()


async def test_a_late_frame_does_not_wait_for_ever(rigs, monkeypatch):
    monkeypatch.setattr(chaos_line, "LONGEST_LATE_S", 0.01)
    rig = rigs(received={1: Fate(late=True)})
    await rig.receive("a")
    assert rig.heard == []
    async with asyncio.timeout(2):
        await rig.news.wait()
    assert rig.counts == {"delay": 1}


async def test_a_delay_holds_up_what_comes_behind(rigs):
    rig = rigs(sent={1: Fate(delay_s=0.02)})
    await asyncio.gather(rig.send("a"), rig.send("b"))
    assert rig.socket.sent == ["a", "b"]
    assert rig.counts == {"delay": 1}


async def test_damaged_frames_stand_in_the_log_as_they_went_out(rigs):
    rig = rigs(sent={1: Fate(cut=0.5), 2: Fate(corruption="message_type"), 3: Fate(corruption="bytes", cut=0.9)})
    call = '[2,"17","Heartbeat",{}]'
    await rig.send(call, call, call)
    half, typed, broken = rig.socket.sent
    assert half == b'[2,"17","He'
    assert json.loads(typed)[1:] == ["17", "Heartbeat", {}]
    assert json.loads(typed)[0] != 2
    assert len(broken) == 20
    assert rig.counts == {"corrupt": 2, "truncate": 2}
    assert ("sent", "corrupt", f"frame 2: message_type: {typed.decode()}") in rig.point.notes


async def test_a_frame_with_a_credential_stays_whole_and_its_secret_out_of_the_log(rigs):
    rig = rigs(received={1: Fate(cut=0.9), 2: Fate(drop=True)})
    call = '[2,"1","ChangeConfiguration",{"key":"AuthorizationKey","value":"0011223344"}]'
    await rig.receive(call, call)
    assert rig.heard == [call]
    assert rig.counts == {"drop": 1}
    assert "0011223344" not in str(rig.point.notes)


async def test_nothing_passes_a_half_open_socket_until_it_is_over(rigs):
    rig = rigs(sent={2: Fate(half_open_s=0.05)})
    await rig.send("a", "b", "c")
    assert rig.socket.sent == ["a"]
    assert not rig.socket.transport.reads
    assert rig.line.view()["half_open"]
    async with asyncio.timeout(2):
        await rig.receive("d")
    assert rig.socket.sent == ["a", "b", "c"]
    assert (rig.heard, rig.socket.transport.reads) == (["d"], True)
    assert not rig.line.view()["half_open"]


async def test_what_waits_in_a_half_open_socket_is_lost_with_it(rigs):
    rig = rigs(sent={1: Fate(half_open_s=60)}, received={1: Fate(late=True)})
    await rig.receive("x")
    await rig.send("a")
    rig.line.closed()
    rig.line.opened(rig.socket)
    await rig.send("b")
    await rig.receive("y")
    assert (rig.socket.sent, rig.heard) == (["b"], ["y"])
    assert rig.counts == {"drop": 2, "half_open": 1}


@pytest.mark.parametrize("fate", [Fate(half_open_s=600), Fate(delay_s=600)])
async def test_nobody_waits_for_a_socket_that_is_gone(rigs, fate):
    rig = rigs(received={1: fate})
    reading = asyncio.ensure_future(rig.receive("a", "b"))
    await asyncio.sleep(0)
    rig.socket.gone.set()
    async with asyncio.timeout(2):
        await reading


async def test_a_line_that_is_made_good_gives_out_what_it_held_back(rigs):
    rig = rigs(sent={1: Fate(half_open_s=60)}, received={1: Fate(late=True)})
    await rig.receive("c")
    await rig.send("a", "b")
    await rig.line.stop()
    assert (rig.socket.sent, rig.heard, rig.socket.transport.reads) == (["a", "b"], ["c"], True)


async def test_a_disconnect_follows_its_frame(rigs):
    rig = rigs(received={1: Fate(disconnect=True)})
    await rig.receive("a")
    assert (rig.heard, rig.point.drops, rig.counts) == (["a"], 1, {"disconnect": 1})


async def test_slow_reading_takes_as_long_as_the_bits_do():
    rig = Rig(Chaos(slow_reading_bps=16_000))
    started_s = asyncio.get_running_loop().time()
    await rig.receive("x" * 50)
    assert asyncio.get_running_loop().time() - started_s >= 0.02
    assert rig.counts == {"slow_reading": 1}
    await rig.line.stop()


async def test_power_is_lost_again_and_again_and_the_clock_is_off(monkeypatch):
    monkeypatch.setattr(chaos_line, "SKEW_STEP_S", 0.005)
    rig = Rig(Chaos(crash_every_s=5, skew_s=-10, drift_ppm=500_000), {})
    async with asyncio.timeout(2):
        await rig.point.often.wait()
    await rig.line.stop()
    assert rig.counts == {"clock_skew": 1, "crash": 3}
    assert rig.point.skews_s[-1] == 0
    drifting = rig.point.skews_s[:-1]
    assert drifting[0] == pytest.approx(-10, abs=0.01)
    assert drifting == sorted(drifting)
    assert len(drifting) > 1


async def test_the_same_seed_and_frames_make_the_same_faults():
    rough = Chaos(seed=3, drop=0.2, duplicate=0.2, corrupt=0.2, truncate=0.1, reorder=0.2)
    outcomes = []
    for _ in range(2):
        rig = Rig(rough)
        await rig.send(*(f'[2,"{number}","Heartbeat",{{}}]' for number in range(60)))
        outcomes.append((rig.socket.sent, rig.counts, rig.point.notes))
        await rig.line.stop()
    assert outcomes[0] == outcomes[1]
    assert outcomes[0][1].keys() == {"corrupt", "drop", "duplicate", "reorder", "truncate"}


async def test_broken_bytes_end_a_real_socket_and_a_half_open_one_answers_no_ping():
    """A text frame that is not UTF-8 reaches the other end as it is: it closes with 1007."""
    closed = asyncio.get_running_loop().create_future()
    pong = asyncio.get_running_loop().create_future()

    async def central(socket):
        assert await socket.recv() == "whole"
        waiting = await socket.ping()
        done, _ = await asyncio.wait({asyncio.ensure_future(waiting)}, timeout=0.05)
        pong.set_result(bool(done))
        assert await socket.recv() == "late"
        with pytest.raises(ConnectionClosed) as caught:
            await socket.recv()
        assert caught.value.sent is not None
        closed.set_result(caught.value.sent.code)

    async with serve(central, "127.0.0.1", 0) as server:
        port = server.sockets[0].getsockname()[1]
        async with connect(f"ws://127.0.0.1:{port}", ping_interval=None) as socket:
            rig = Rig(Chaos(), {"sent": {2: Fate(half_open_s=0.15), 3: Fate(corruption="bytes")}})
            rig.line.opened(socket)
            await rig.line.send("whole", socket)
            await rig.line.send("late", socket)
            assert not await pong
            await rig.line.send("äöü" * 20, socket)
            async with asyncio.timeout(2):
                assert await closed == 1007
            await rig.line.stop()
