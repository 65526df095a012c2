"""Publishing to a real MQTT broker: away, killed, slow, closed to us, or a liar; and a publisher that is killed."""

import gc
import json
import socket
import subprocess
import sys
import threading
import time
from collections.abc import Callable, Iterator, MutableMapping
from contextlib import contextmanager
from pathlib import Path
from typing import Any, Self

import pytest
import structlog

from model import paths
from model.errors import Unavailable
from model.store.query import Query
from model.store.sqlite import SqliteStore
from services.adapters.mqtt_publisher import MqttPublisher
from services.indexes import INDEXES
from services.publishing.address import Broker
from services.publishing.publishing import Publishing
from services.publishing.thread import PublishingThread
from standalone.certificate import certificate_for
from standalone.data_dir import DataDir
from tests.emulators.mosquitto import Mosquitto, Subscriber
from tests.fakes.site_world import DRIVER, YARD, World
from tests.fakes.wall_clock import WallClock

ROOT = Path(__file__).parents[2]
CONNACK = b"\x20\x03\x00\x00\x00"
"""Come in; I know no session of yours."""


def yard(inner: Any = None) -> World:
    world = World(**({} if inner is None else {"inner": inner}))
    world.location()
    world.charge_point()
    world.ann = world.driver("ann")
    return world


def asked_and_gone(world: World, times: int) -> None:
    """So many offers that Ann takes and lets go again: three decisions each, told as three events."""
    for _ in range(times):
        world.services.queueing.join(YARD, world.ann.user_id, DRIVER)
        world.services.queueing.answer_offer(YARD, world.ann.user_id, "accept", DRIVER)
        world.services.queueing.leave(YARD, world.ann.user_id, DRIVER)


def told(messages: list[Any], kind: str) -> list[dict[str, Any]]:
    return [json.loads(one.payload) for one in messages if one.topic.endswith(f"/{kind}")]


def sessions_ended(count: int) -> Callable[[list[Any]], bool]:
    return lambda messages: len({one.payload for one in messages if b'"event":"ended"' in one.payload}) >= count


def publisher_at(port: int, **options: Any) -> MqttPublisher:
    options = {"connect_s": 1.0, "acknowledged_s": 2.0, **options}
    return MqttPublisher(Broker(host="127.0.0.1", port=port, prefix="kilowait"), **options)


@contextmanager
def running(world: World, publisher: MqttPublisher, sweep_s: float = 0.2) -> Iterator[PublishingThread]:
    publishing = Publishing(world.store, world.clock, world.services.sites, publisher, "p1")
    thread = PublishingThread(publishing, sweep_s=sweep_s, first_retry_s=0.05)
    world.desk.listen(thread.decided)
    thread.start()
    try:
        yield thread
    finally:
        assert thread.stop()


def test_a_charge_is_seen_live_and_who_comes_later_is_told_the_states(tmp_path):
    world = yard()
    with Mosquitto(tmp_path) as broker, running(world, publisher_at(broker.port)):
        with Subscriber(broker, name="live") as live:
            live.until(lambda messages: told(messages, "location"))
            asked_and_gone(world, 1)
            world.starts(world.ann.tag)
            messages = live.until(
                lambda messages: told(messages, "session")[-1:] and told(messages, "session")[-1]["event"] == "started"
            )
            assert [one["event"] for one in told(messages, "session")] == ["offered", "accepted", "ended", "started"]
        with Subscriber(broker, name="late") as late:
            messages = late.until(lambda messages: len(messages) >= 3)
        assert {one.topic for one in messages if one.retain} == {
            "kilowait/status", "kilowait/yard/location", "kilowait/yard/c1/state",
        }  # fmt: skip
        assert told(messages, "state")[0]["state"] == "charging"
        assert told(messages, "status") == [{"schema": 1, "status": "online"}]


def test_a_broker_that_is_killed_and_comes_back_is_told_everything_in_order(tmp_path):
    world = yard(SqliteStore(tmp_path / "kilowait.db", indexes=INDEXES))
    with Mosquitto(tmp_path) as broker, Subscriber(broker) as reader, running(world, publisher_at(broker.port)):
        reader.until(lambda all_: told(all_, "location"))  # what comes from now on is told
        asked_and_gone(world, 2)
        reader.until(sessions_ended(2))
        time.sleep(1.2)  # the broker writes down what it knows once a second
        broker.kill()
        asked_and_gone(world, 30)
        broker.start()
        asked_and_gone(world, 2)
        messages = reader.until(
            lambda all_: sessions_ended(34)(all_) and told(all_, "state")[-1]["version"] >= world.site().version, 30
        )
    by_id = dict.fromkeys(one["id"] for one in told(messages, "session"))
    numbers = [int(one.split(":")[4]) for one in by_id]
    assert len(by_id) == 34 * 3
    assert numbers == sorted(numbers)
    world.store.close()


def test_a_broker_that_forgot_everything_is_told_the_states_without_a_change(tmp_path):
    world = yard()
    with Mosquitto(tmp_path, forgetful=True) as broker, running(world, publisher_at(broker.port)):
        with Subscriber(broker) as reader:
            reader.until(lambda messages: told(messages, "location"))
        broker.kill()
        broker.start()
        with Subscriber(broker, name="other") as reader:
            messages = reader.until(lambda messages: told(messages, "location") and told(messages, "state"))
    assert told(messages, "state")[0]["state"] == "available"


def test_a_publisher_killed_before_it_noted_its_place_repeats_with_the_same_ids(tmp_path):
    store = SqliteStore(tmp_path / "kilowait.db", indexes=INDEXES)
    world = yard(store)
    with Mosquitto(tmp_path) as broker, Subscriber(broker) as reader:
        first = publisher_at(broker.port)
        publishing = Publishing(world.store, world.clock, world.services.sites, first, "p1")
        publishing.publish(YARD)
        publishing.close()
        asked_and_gone(world, 5)
        command = [sys.executable, "-m", "tests.e2e.publisher_process", str(tmp_path / "kilowait.db"), str(broker.port)]
        # Same broker, same name: the same place in the store.
        assert subprocess.run(command, cwd=ROOT, check=False, timeout=60).returncode == -9
        before = reader.until(
            lambda messages: sessions_ended(5)(messages) and told(messages, "status")[-1]["status"] == "offline"
        )
        assert len(told(before, "session")) == 15
        world.clock.advance(seconds=31)
        publishing = Publishing(world.store, world.clock, world.services.sites, first, "p2")
        publishing.publish(YARD)
        after = reader.until(lambda messages: len(told(messages, "session")) >= 30)
        publishing.close()
    sent = told(after, "session")
    assert sent[:15] == sent[15:]
    assert {one.topic for one in after if one.topic.endswith("session")} == {"kilowait/yard/c1/session"}
    store.close()


def test_wrong_credentials_are_told_in_the_log_and_nothing_waits_for_them(tmp_path):
    world = yard()
    with Mosquitto(tmp_path, password="open sesame") as broker:
        wrong = Broker(host="127.0.0.1", port=broker.port, prefix="kilowait", username="kilowait", password="mellon")
        tried = threading.Event()

        def watch(_: Any, __: str, event: MutableMapping[str, Any]) -> MutableMapping[str, Any]:
            lines.append(event)
            if sum(line["event"] == "publishing_waits" for line in lines) >= 2:
                tried.set()
            return event

        lines: list[MutableMapping[str, Any]] = []
        structlog.configure(processors=[watch, structlog.processors.JSONRenderer()])
        with running(world, MqttPublisher(wrong, connect_s=2.0)):
            began = time.monotonic()
            asked_and_gone(world, 10)
            assert time.monotonic() - began < 2
            assert tried.wait(10)
        waits = [line for line in lines if line["event"] == "publishing_waits"]
        assert waits[0]["error"] == f"MQTT 127.0.0.1:{broker.port}: it refuses us (Not authorized)."
        assert waits[1]["retry_s"] == 2 * waits[0]["retry_s"]
        assert "mellon" not in repr(lines)
        right = Broker(
            host="127.0.0.1", port=broker.port, prefix="kilowait", username="kilowait", password="open sesame"
        )
        with Subscriber(broker, password="open sesame") as reader, running(world, MqttPublisher(right)):
            reader.until(lambda messages: told(messages, "location"))


def test_a_broker_that_takes_nothing_from_us_says_why(tmp_path):
    (tmp_path / "rights").write_text("topic read kilowait/#\n")
    with Mosquitto(tmp_path, more=f"acl_file {tmp_path}/rights") as broker:
        world = yard()
        publisher = publisher_at(broker.port)
        publishing = Publishing(world.store, world.clock, world.services.sites, publisher, "p1")
        with pytest.raises(Unavailable, match=r"it takes no message \(Not authorized"):
            publishing.publish(YARD)
        publisher.close()


@pytest.mark.filterwarnings(
    # paho leaves a socket whose handshake failed to the garbage collector
    "ignore:.*SSLSocket:pytest.PytestUnraisableExceptionWarning"
)
def test_tls_with_an_authority_of_ones_own(tmp_path):
    files = certificate_for(DataDir(tmp_path / "data"), "127.0.0.1", WallClock().now())
    more = f"cafile {files.authority}\ncertfile {files.certificate}\nkeyfile {files.key}"
    with Mosquitto(tmp_path, more=more) as broker:
        world = yard()
        known = Broker(host="127.0.0.1", port=broker.port, prefix="kilowait", tls=True, ca_file=str(files.authority))
        publishing = Publishing(world.store, world.clock, world.services.sites, MqttPublisher(known), "p1")
        assert publishing.publish(YARD) > 2
        publishing.close()
        unknown = MqttPublisher(Broker(host="127.0.0.1", port=broker.port, prefix="kilowait", tls=True))
        with pytest.raises(Unavailable, match="CERTIFICATE_VERIFY_FAILED"):
            Publishing(world.store, world.clock, world.services.sites, unknown, "p1").publish(YARD)
        gc.collect()


class OddBroker:
    """Lets everybody in and acknowledges nothing; or, with a broker behind it, passes bytes on slowly."""

    def __init__(self, answer: bytes, behind: int = 0, pause_s: float = 0.0) -> None:
        self._answer, self._behind, self._pause_s = answer, behind, pause_s
        self._listening = socket.create_server(("127.0.0.1", 0))
        self.port = self._listening.getsockname()[1]
        self._open: list[socket.socket] = []
        threading.Thread(target=self._run, daemon=True).start()

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        for one in (self._listening, *self._open):
            one.close()

    def _run(self) -> None:
        while True:
            try:
                caller, _ = self._listening.accept()
            except OSError:
                return
            self._open.append(caller)
            if not self._behind:
                caller.recv(4096)
                caller.sendall(self._answer)
                continue
            onward = socket.create_connection(("127.0.0.1", self._behind))
            self._open.append(onward)
            for source, target in ((caller, onward), (onward, caller)):
                threading.Thread(target=self._pass_on, args=(source, target), daemon=True).start()

    def _pass_on(self, source: socket.socket, target: socket.socket) -> None:
        try:
            while some := source.recv(512):
                time.sleep(self._pause_s)
                target.sendall(some)
        except OSError:
            pass
        finally:
            target.close()


@pytest.mark.parametrize(
    ("answer", "why"),
    [
        (CONNACK, "messages are not acknowledged"),
        (b"", "it does not answer"),
        (b"HTTP/1.1 400 Bad Request\r\n\r\n", "MQTT 127.0.0.1"),
        (b"\x20\x03\x00\x87\x00", r"it refuses us \(Not authorized"),
    ],
    ids=["acknowledges nothing", "says nothing", "is none", "refuses"],
)
def test_a_broker_that_lies_moves_no_cursor_and_stops_nobody(answer, why):
    world = yard()
    with OddBroker(answer) as broker:
        publisher = publisher_at(broker.port, connect_s=0.4, acknowledged_s=0.4)
        publishing = Publishing(world.store, world.clock, world.services.sites, publisher, "p1")
        began = time.monotonic()
        with pytest.raises(Unavailable, match=why):
            publishing.publish(YARD)
        assert time.monotonic() - began < 4
        [cursor] = world.store.query(Query(paths.CURSORS, group=True))
        assert (cursor.data["version"], cursor.data["positions"]) == (0, {})
        publishing.close()


@pytest.mark.fuzz
def test_a_slow_broker_gets_everything(tmp_path):
    world = yard()
    with (
        Mosquitto(tmp_path, forgetful=True) as broker,
        OddBroker(b"", broker.port, pause_s=0.01) as slow,
        Subscriber(broker) as reader,
        running(world, publisher_at(slow.port, acknowledged_s=8.0)),
    ):
        reader.until(lambda all_: told(all_, "location"))
        asked_and_gone(world, 10)
        messages = reader.until(sessions_ended(10), 30)
    assert len(told(messages, "session")) == 30
