"""The API away, the bridge killed: charges go on, holds hold, and everything arrives once and in order."""

import socket
import time
from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from typing import Any

from ocpp_bridge.sockets.server import HANDSHAKE_S
from tests.contracts.bridge.arrival import assert_once_and_in_order
from tests.contracts.bridge.conftest import BridgeProcess
from tests.fakes.bridge_api import FakeApi

MakeBridge = Callable[..., BridgeProcess]


def test_with_the_api_down_known_tags_start_and_others_holds_stand(bridge: BridgeProcess, api: FakeApi) -> None:
    status, body = bridge.command("hold", connector=1, reservation_id=3, tag="KW-ANNA", until="2099-01-01T00:00:00Z")
    assert (status, body) == (202, {"status": "not_connected"})
    api.wait_for_kind("command_result")
    api.stop()
    with bridge.charge_point() as point:
        point.answers["ReserveNow"] = {"status": "Accepted"}
        point.boot()
        began = time.monotonic()
        assert point.call("Authorize", {"idTag": "STRANGER"})["idTagInfo"]["status"] == "Invalid"
        # The only connector is Anna's: Beno's card could start nowhere.
        assert point.call("Authorize", {"idTag": "CARD-B"})["idTagInfo"]["status"] == "Blocked"
        assert point.start("CARD-B", 10)["idTagInfo"]["status"] == "Blocked"
        started = point.start("card-a", 20)
        assert started["idTagInfo"] == {"status": "Accepted", "parentIdTag": "KW-ANNA"}
        assert point.start("kw-anna", 30)["idTagInfo"]["status"] == "Accepted"
        assert time.monotonic() - began < 5 * 2.5
        point.meter(40, started["transactionId"])
        point.stop(started["transactionId"], 50)
        api.start()
        api.wait_for_kind("transaction_ended", within_s=20)
    assert [event["tag"] for event in api.of_kind("transaction_started")] == ["CARD-B", "card-a", "kw-anna"]
    assert_once_and_in_order(api)
    assert api.repeats == []


def test_a_slow_api_is_not_waited_for_longer_than_two_seconds(bridge: BridgeProcess, api: FakeApi) -> None:
    def slow(_body: Any) -> None:
        time.sleep(2.6)

    with bridge.charge_point() as point:
        point.boot()
        api.wait_for_kind("boot")
        api.answer_authorize = api.answer_events = slow
        began = time.monotonic()
        assert point.call("Authorize", {"idTag": "CARD-A"})["idTagInfo"]["status"] == "Accepted"
        assert 1.9 < time.monotonic() - began < 2.5
        began = time.monotonic()
        assert point.start("CARD-A")["idTagInfo"]["status"] == "Accepted"
        assert 1.9 < time.monotonic() - began < 2.5
        api.answer_authorize = api.answer_events = None
        # The API was about to decide about it: what the charge point was told is told once more.
        started = api.wait_for_kind("transaction_started", 2)
        assert [event["admitted"] for event in started] == [False, True]
        assert started[0]["transaction_id"] == started[1]["transaction_id"]
    assert_once_and_in_order(api)


def test_a_charger_asks_nobody_twice_while_the_api_is_away(bridge: BridgeProcess, api: FakeApi) -> None:
    with bridge.charge_point() as point:
        point.boot()
        api.wait_for_kind("boot")
        api.stop()
        at = "2026-01-01T00:00:00Z"
        first = point.start("CARD-A", 10, at=at)
        assert point.start("CARD-A", 10, at=at) == first
        api.start()
        assert len(api.wait_for_kind("transaction_started")) == 1
        # After the API knows it, a repeat is a question to the API again; it recognises the id.
        assert point.start("CARD-A", 10, at=at) == first
    assert len({event["transaction_id"] for event in api.of_kind("transaction_started")}) == 1


def test_a_killed_bridge_loses_nothing_that_a_charger_was_told(make_bridge: MakeBridge, api: FakeApi) -> None:
    bridge = make_bridge()
    api.wait_for(lambda fake: fake.config_polls)
    point = bridge.charge_point()
    point.boot()
    api.wait_for_kind("boot")
    api.stop()
    started = point.start("CARD-A", 100)
    bridge.kill()
    assert point.closed.wait(5)
    point.close()
    # The API is still away: the bridge serves from what it kept.
    bridge.start()
    point = bridge.charge_point()
    assert point.meter(150, started["transactionId"]) == {}
    bridge.kill()
    point.close()
    bridge.start()
    point = bridge.charge_point()
    point.stop(started["transactionId"], 200)
    bridge.kill()
    point.close()
    api.start()
    bridge.start()
    (ended,) = api.wait_for_kind("transaction_ended")
    assert ended["connector"] == 1
    kinds = [event["kind"] for event in api.applied if event["kind"] != "connection"]
    assert kinds == ["boot", "transaction_started", "meter", "transaction_ended"]
    assert_once_and_in_order(api)


def test_a_restarted_bridge_asks_for_everything_because_it_missed_commands(
    make_bridge: MakeBridge, api: FakeApi
) -> None:
    bridge = make_bridge()
    api.wait_for(lambda fake: fake.config_polls)
    with bridge.charge_point() as point:
        point.boot()  # by now the first answer is on the disk
    bridge.kill()
    before = len(api.config_polls)
    bridge.start()
    api.wait_for(lambda fake: len(fake.config_polls) > before)
    assert api.config_polls[before] == ""


def test_a_bridge_killed_in_the_middle_of_a_storm_keeps_every_answered_event(
    make_bridge: MakeBridge, api: FakeApi
) -> None:
    names = [f"S-{number}" for number in range(20)]
    for name in names:
        api.add_charge_point(name, connectors={"1": f"{name}:c"})
    bridge = make_bridge()
    api.wait_for(lambda fake: fake.config_polls)
    points = [bridge.charge_point(name) for name in names]
    answered: list[tuple[str, str]] = []

    def refuse(events: list[dict[str, Any]]) -> tuple[int, dict[str, str], Any] | None:
        return (503, {}, {}) if len(answered) % 3 else None

    api.answer_events = refuse
    for number in range(200):
        point = points[number % len(points)]
        point.call(
            "StatusNotification",
            {"connectorId": 1, "status": "Available", "errorCode": "NoError", "info": str(number)},
        )
        answered.append((point.name, str(number)))
    bridge.kill()
    for point in points:
        point.close()
    api.answer_events = None
    bridge.start()
    statuses = api.wait_for_kind("status", len(answered), within_s=20)
    assert sorted((event["charge_point_id"], event["info"]) for event in statuses) == sorted(answered)
    for name in names:
        own = [int(event["info"]) for event in statuses if event["charge_point_id"] == name]
        assert own == sorted(own)
    assert_once_and_in_order(api)


def test_sigterm_ends_politely_and_posts_what_is_due(make_bridge: MakeBridge, api: FakeApi) -> None:
    bridge = make_bridge()
    api.wait_for(lambda fake: fake.config_polls)
    point = bridge.charge_point()
    point.boot()
    point.meter(10)
    api.wait_for_kind("meter")
    point.meter(20)
    assert len(api.of_kind("meter")) == 1  # readings alone wait
    assert bridge.stop() == 0
    assert point.closed.wait(5)
    assert point.close_code == 1001
    point.close()
    assert len(api.of_kind("meter")) == 2
    assert [event["connected"] for event in api.of_kind("connection")] == [True]


def test_sigterm_waits_for_no_handshake_that_never_ends(bridge: BridgeProcess) -> None:
    host, _, port = bridge.ocpp.removeprefix("ws://").removesuffix("/ocpp").partition(":")
    with socket.create_connection((host, int(port))) as half, bridge.charge_point() as point:
        half.sendall(b"GET /ocpp/CP-1 HTTP/1.1\r\nHost:")
        point.boot()
        began = time.monotonic()
        assert bridge.stop() == 0
        assert time.monotonic() - began < HANDSHAKE_S / 2


def test_after_the_first_readings_wait_for_other_news(bridge: BridgeProcess, api: FakeApi) -> None:
    with bridge.charge_point() as point:
        point.boot()
        api.wait_for_kind("boot")
        point.meter(0)
        api.wait_for_kind("meter")
        for _ in range(4):
            point.meter(0)
        before = len(api.batches)
        point.status("Charging")
        api.wait_for_kind("status")
    assert [len(events) for _, events in api.batches[before:]] == [5]
    assert [event["kind"] for event in api.applied][-6:] == ["meter"] * 5 + ["status"]


def test_a_car_that_begins_to_draw_is_told_at_once_with_its_readings(bridge: BridgeProcess, api: FakeApi) -> None:
    with bridge.charge_point() as point:
        point.boot()
        api.wait_for_kind("boot")
        for reading in (0, 0, 50):
            point.meter(reading)
        [drawn] = api.wait_for_kind("draw")
    assert drawn["drawing"] is True
    assert [event["kind"] for event in api.applied][-3:] == ["meter", "meter", "draw"]


def test_readings_alone_go_out_after_their_time(make_bridge: MakeBridge, api: FakeApi) -> None:
    bridge = make_bridge("--meter-post-s", "0.3")
    with bridge.charge_point() as point:
        point.boot()
        api.wait_for_kind("boot")
        point.meter(1)
        assert len(api.wait_for_kind("meter")) == 1
        point.meter(2)
        assert len(api.wait_for_kind("meter", 2)) == 2


def test_events_are_stamped_by_the_apis_clock(make_bridge: MakeBridge, api: FakeApi) -> None:
    api.clock_ahead = timedelta(hours=1)
    bridge = make_bridge()
    api.wait_for(lambda fake: fake.config_polls)
    with bridge.charge_point() as point:
        point.boot()
        (boot,) = api.wait_for_kind("boot")
    ahead = datetime.fromisoformat(boot["received_at"]) - datetime.now(UTC)
    assert timedelta(minutes=59) < ahead < timedelta(minutes=61)


def test_a_start_that_the_bridge_let_go_on_by_itself_is_told_as_such(bridge: BridgeProcess, api: FakeApi) -> None:
    with bridge.charge_point() as point:
        point.boot()
        api.wait_for_kind("boot")
        assert point.start("CARD-A", 10)["idTagInfo"]["status"] == "Accepted"
        api.stop()
        assert point.start("CARD-B", 20)["idTagInfo"]["status"] == "Accepted"
        assert point.start("STRANGER", 30)["idTagInfo"]["status"] == "Invalid"
        api.start()
        started = api.wait_for_kind("transaction_started", 3, within_s=20)
    assert [event["admitted"] for event in started] == [False, True, False]
