"""Commands through Pub/Sub's official emulator to a real bridge: they arrive or are told expired, never twice."""

import json
import queue
import time
from collections.abc import Callable, Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest

from services.adapters.pubsub_bus import PubSubBus
from services.ports import CommandFate
from tests.contracts.bridge.conftest import BridgeProcess
from tests.e2e.world import LOOK_S, wait_for
from tests.emulators.emulator import pubsub_emulator
from tests.emulators.topics import Topics
from tests.fakes.bridge_api import FakeApi
from tests.fakes.charge_point import ChargePoint
from wire.codec import to_plain
from wire.commands import Command, Hold, Release, Start
from wire.topics import COMMAND_MOST_BYTES

ACCEPTED = {"status": "Accepted"}
AGAIN_S = 40.0
"""What a killed bridge was handed, Pub/Sub gives again after 10 s; the emulator offers it to each dead one first."""
QUIET_S = 1.0


def start(command_id: str, for_s: float = 60, charge_point_id: str = "CP-1") -> Start:
    now = datetime.now(UTC)
    until = now + timedelta(seconds=for_s)
    return Start(
        command_id=command_id,
        charge_point_id=charge_point_id,
        issued_at=now,
        expires_at=until,
        connector=1,
        tag="KW-ANNA",
    )


class Sender:
    """The back end's end, and whoever else publishes to the bridge's topic."""

    def __init__(self, project: str) -> None:
        self.topics = Topics(project)
        self._bus = PubSubBus(project)

    def send(self, *commands: Command) -> None:
        for command in commands:
            assert self._bus.command("b1", command) is CommandFate.SENT

    def publish(self, data: bytes, **attributes: str) -> None:
        self.topics.publish("commands-b1", data, attributes, attributes.get("charge_point_id", ""))

    def close(self) -> None:
        self._bus.close()


@pytest.fixture
def sender(pubsub_host: str, project: str) -> Iterator[Sender]:
    sender = Sender(project)
    yield sender
    sender.close()


@pytest.fixture
def by_pubsub(sender: Sender) -> tuple[str, ...]:
    return ("--bus", f"pubsub:{sender.topics.project}")


@pytest.fixture
def bridge(make_bridge: Callable[..., BridgeProcess], by_pubsub: tuple[str, ...], api: FakeApi) -> BridgeProcess:
    """One that takes commands."""
    bridge = make_bridge(*by_pubsub)
    api.wait_for(lambda fake: fake.config_polls)
    ready(bridge)
    return bridge


def ready(bridge: BridgeProcess, within_s: float = 20) -> None:
    wait_for(lambda: bridge.get("/readyz")[0] == 200, within_s, "the bridge is ready")


def metric(bridge: BridgeProcess, line: str, within_s: float = 10) -> None:
    until = time.monotonic() + within_s
    while line not in (lines := [each for each in bridge.get("/metrics")[1].splitlines() if "_bus_" in each]):
        assert time.monotonic() < until, f"{line} is not among {lines}"
        time.sleep(LOOK_S)


def charging(bridge: BridgeProcess, api: FakeApi, **answers: Any) -> ChargePoint:
    """A charge point that was there before: it connects, and booted long ago."""
    connections = len(api.of_kind("connection"))
    point = bridge.charge_point()
    point.answers.update({"RemoteStartTransaction": ACCEPTED, "ReserveNow": ACCEPTED, **answers})
    point.status("Available")
    api.wait_for(lambda fake: len(fake.of_kind("connection")) > connections)
    return point


def outcome(api: FakeApi, command_id: str, within_s: float = 15) -> str:
    def told(fake: FakeApi) -> list[dict[str, Any]]:
        return [event for event in fake.of_kind("command_result") if event["command_id"] == command_id]

    (result,) = api.wait_for(told, within_s)
    return str(result["outcome"])


def no_call(point: ChargePoint, action: str) -> None:
    with pytest.raises(queue.Empty):
        point.next_call(action, within_s=QUIET_S)


def test_a_command_reaches_the_charge_point_and_its_outcome_the_api(bridge, sender, api):
    with charging(bridge, api) as point:
        sender.send(start("s1"))
        assert point.next_call("RemoteStartTransaction") == {"connectorId": 1, "idTag": "KW-ANNA"}
        assert outcome(api, "s1") == "accepted"
    metric(bridge, 'kilowait_bridge_bus_messages_total{was="sent"} 1.0')
    metric(bridge, "kilowait_bridge_bus_connected 1.0")


def test_commands_of_one_charge_point_keep_their_order(bridge, sender, api):
    now = datetime.now(UTC)
    until = now + timedelta(minutes=5)
    same: dict[str, Any] = {"charge_point_id": "CP-1", "issued_at": now, "expires_at": until, "connector": 1}
    with charging(bridge, api, CancelReservation=ACCEPTED) as point:
        for number in range(1, 6):
            sender.send(
                Hold(command_id=f"h{number}", reservation_id=number, tag="KW-ANNA", until=until, **same),
                Release(command_id=f"r{number}", reservation_id=number, **same),
            )
        api.wait_for(lambda fake: len(fake.of_kind("command_result")) == 10)
        done = [(action, payload["reservationId"]) for action, payload in called(point) if "reservationId" in payload]
    assert done == [pair for number in range(1, 6) for pair in (("ReserveNow", number), ("CancelReservation", number))]


def called(point: ChargePoint) -> list[tuple[str, dict[str, Any]]]:
    return [point.calls.get_nowait() for _ in range(point.calls.qsize())]


def test_a_command_that_is_delivered_twice_is_carried_out_once(bridge, sender, api):
    with charging(bridge, api) as point:
        sender.send(start("s1"), start("s1"), start("s2"))
        for _ in range(2):
            point.next_call("RemoteStartTransaction")
        assert (outcome(api, "s1"), outcome(api, "s2")) == ("accepted", "accepted")
        metric(bridge, 'kilowait_bridge_bus_messages_total{was="repeat"} 1.0')
        no_call(point, "RemoteStartTransaction")


def test_what_was_sent_while_the_bridge_was_away_arrives_when_both_are_back_and_a_stop_gives_it_back(
    bridge, by_pubsub, sender, api
):
    charging(bridge, api).drop()
    assert bridge.stop() == 0
    sender.send(start("late", for_s=300), start("too-late", for_s=0.5))
    bridge.start(*by_pubsub)
    ready(bridge)
    began = time.monotonic()
    assert bridge.stop() == 0
    assert time.monotonic() - began < 8
    assert "Traceback" not in bridge.errors.read_text()
    bridge.start(*by_pubsub)
    ready(bridge)
    # The bridge is here before the charge point: what can still be done waits for it, what cannot is told.
    with charging(bridge, api) as point:
        assert outcome(api, "late", AGAIN_S) == "accepted"
        point.next_call("RemoteStartTransaction")
        assert outcome(api, "too-late", AGAIN_S) == "expired"
        no_call(point, "RemoteStartTransaction")


def test_what_waits_for_a_charge_point_that_stays_away_is_told_expired(bridge, by_pubsub, sender, api):
    charging(bridge, api).drop()
    assert bridge.stop() == 0
    sender.send(start("s1", for_s=4))
    bridge.start(*by_pubsub)
    assert outcome(api, "s1", AGAIN_S) == "expired"


def test_who_was_never_there_is_said_so_at_once(bridge, sender, api):
    sender.send(start("s1"), start("s2", charge_point_id="nobody"))
    assert (outcome(api, "s1"), outcome(api, "s2")) == ("not_connected", "not_connected")


def test_an_expired_command_is_told_and_not_carried_out(bridge, sender, api):
    with charging(bridge, api) as point:
        sender.send(start("s1", for_s=-1))
        assert outcome(api, "s1") == "expired"
        no_call(point, "RemoteStartTransaction")


def test_a_bridge_killed_at_any_moment_carries_a_command_out_once(bridge, by_pubsub, sender, api):
    """Killed as soon as the charge point was called: the message was perhaps not yet acknowledged, and comes again."""
    with charging(bridge, api, RemoteStartTransaction=None) as point:
        sender.send(start("s1", for_s=300))
        point.next_call("RemoteStartTransaction")
        bridge.kill()
    sender.send(start("s1", for_s=300))
    bridge.start(*by_pubsub)
    ready(bridge)
    with charging(bridge, api) as point:
        metric(bridge, 'kilowait_bridge_bus_messages_total{was="repeat"} 1.0', AGAIN_S)
        assert outcome(api, "s1") == "failed"
        no_call(point, "RemoteStartTransaction")


def test_a_bridge_killed_while_a_command_waits_loses_nothing(bridge, by_pubsub, sender, api):
    charging(bridge, api).drop()
    bridge.kill()
    sender.send(start("s1", for_s=300))
    bridge.start(*by_pubsub)
    ready(bridge)
    wait_for(lambda: "commands arrive" in bridge.errors.read_text(), 5)
    bridge.kill()
    bridge.start(*by_pubsub)
    ready(bridge)
    with charging(bridge, api) as point:
        assert outcome(api, "s1", AGAIN_S) == "accepted"
        point.next_call("RemoteStartTransaction")


OF_NOW = {"issued_at": "2026-01-01T00:00:00Z", "expires_at": "2099-01-01T00:00:00Z", "charge_point_id": "CP-1"}


NO_COMMANDS = [
    b" ",
    b"{",
    b"\xff\xfe",
    b"[" * 100_000,
    b"null",
    b"[]",
    json.dumps({"locations": ["x"]}).encode(),
    json.dumps({"verb": "dance", "command_id": "odd", **OF_NOW}).encode(),
    json.dumps({"verb": "start", "command_id": "odd", "connector": "one", "tag": "T", **OF_NOW}).encode(),
    json.dumps({"verb": "start", "command_id": 7, "connector": 1, "tag": "T", **OF_NOW}).encode(),
    json.dumps({"verb": "start", "connector": 1, "tag": "T", **OF_NOW, "expires_at": "2099-01-01"}).encode(),
    json.dumps({**to_plain(start("odd")), "expires_at": "2099-01-01T00:00:00"}).encode(),
    json.dumps({**to_plain(start("odd")), "tag": "x" * COMMAND_MOST_BYTES}).encode(),
    json.dumps({"verb": "ocpp", "command_id": "odd", "action": "DataTransfer", "payload": {"a": ["?"]}, **OF_NOW})
    .encode()
    .replace(b'"?"', b"[" * 5_000 + b"]" * 5_000),
]


def test_messages_that_are_no_commands_are_answered_if_they_say_who_asked_and_never_loop(bridge, sender, api):
    with charging(bridge, api) as point:
        for number, data in enumerate(NO_COMMANDS):
            sender.publish(data, command_id=f"odd-{number}", charge_point_id="CP-1")
            sender.publish(data)
        sender.send(start("good"))
        assert outcome(api, "good") == "accepted"
        for number in range(len(NO_COMMANDS)):
            (odd,) = api.wait_for_result(f"odd-{number}")
            assert odd["outcome"] == "failed"
            assert "cannot read" in odd["error"]
        metric(bridge, f'kilowait_bridge_bus_messages_total{{was="unreadable"}} {2 * len(NO_COMMANDS)}.0')
        assert len(called(point)) == 1
    log = bridge.errors.read_text()
    assert log.count("a command cannot be read") == 2 * len(NO_COMMANDS)
    assert "Traceback" not in log


def test_a_field_of_a_newer_schema_is_passed_over(bridge, sender, api):
    with charging(bridge, api) as point:
        newer = {**to_plain(start("s1")), "colour": "green", "version": 2}
        sender.publish(json.dumps(newer).encode(), command_id="s1", charge_point_id="CP-1")
        point.next_call("RemoteStartTransaction")
        assert outcome(api, "s1") == "accepted"


def test_pubsub_may_be_away_at_the_start_and_go_and_come_back(make_bridge, api, tmp_path, monkeypatch, project):
    emulator = pubsub_emulator(tmp_path)
    monkeypatch.setenv("PUBSUB_EMULATOR_HOST", emulator.host)
    bridge = make_bridge("--bus", f"pubsub:{project}")
    api.wait_for(lambda fake: fake.config_polls)

    def away() -> None:
        wait_for(lambda: "Pub/Sub cannot be reached" in bridge.get("/readyz")[1], 20, "the bridge says what is wrong")
        metric(bridge, "kilowait_bridge_bus_connected 0.0")
        assert bridge.get("/readyz")[0] == 503
        assert bridge.get("/healthz")[0] == 200

    away()
    sender = Sender(project)
    with emulator, charging(bridge, api) as point:
        for round_ in range(2):
            ready(bridge, 60)
            sender.send(start(f"s{round_}"))
            point.next_call("RemoteStartTransaction")
            assert outcome(api, f"s{round_}") == "accepted"
            if round_ == 0:
                emulator.stop()  # with all its topics and subscriptions
                away()
                emulator.start()
        assert bridge.stop() == 0
    sender.close()
    log = bridge.errors.read_text()
    assert log.count("commands do not arrive") == 2, log
    assert log.count("commands arrive") == 2
    assert "Traceback" not in log


def test_without_credentials_charge_points_are_served_and_it_is_said(make_bridge, api, tmp_path: Path, monkeypatch):
    monkeypatch.delenv("PUBSUB_EMULATOR_HOST", raising=False)
    monkeypatch.setenv("GOOGLE_APPLICATION_CREDENTIALS", str(tmp_path / "none.json"))
    bridge = make_bridge("--bus", "pubsub:my-project")
    api.wait_for(lambda fake: fake.config_polls)
    wait_for(lambda: "commands do not arrive" in bridge.get("/readyz")[1], 20)
    with charging(bridge, api) as point:
        assert point.start("CARD-A")["idTagInfo"]["status"] == "Accepted"
    assert bridge.stop() == 0
    assert bridge.errors.read_text().count("commands do not arrive") == 1
