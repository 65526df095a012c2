"""The API answers, but not well: what it refuses, breaks at or forgets harms nothing else, and nothing is lost."""

import time
from collections.abc import Callable
from datetime import UTC, datetime
from typing import Any

from tests.contracts.bridge.arrival import assert_once_and_in_order
from tests.contracts.bridge.conftest import BridgeProcess
from tests.fakes.bridge_api import FakeApi

MakeBridge = Callable[..., BridgeProcess]


def sick(events: list[dict[str, Any]]) -> tuple[int, dict[str, str], Any] | None:
    """An API that breaks at what one charge point tells."""
    mine = any(event["charge_point_id"] == "SICK" for event in events)
    return (500, {}, {}) if mine else None


def test_an_event_that_the_api_refuses_is_parked_and_the_rest_arrives(bridge: BridgeProcess, api: FakeApi) -> None:
    def refuse_bad(events: list[dict[str, Any]]) -> tuple[int, dict[str, str], Any] | None:
        return (422, {}, {"code": "invalid"}) if any(e.get("info") == "bad" for e in events) else None

    with bridge.charge_point() as point:
        point.boot()
        api.wait_for_kind("boot")
        api.stop()
        for info in ["a", "b", "bad", "c", "d"]:
            point.call(
                "StatusNotification",
                {"connectorId": 1, "status": "Available", "errorCode": "NoError", "info": info},
            )
        api.answer_events = refuse_bad
        api.start()
        statuses = api.wait_for_kind("status", 4)
        point.status("Charging")
        api.wait_for_kind("status", 5)
    assert [event["info"] for event in statuses] == ["a", "b", "c", "d"]
    assert "kilowait_bridge_rejected_events 1.0" in bridge.get("/metrics")[1]


def test_one_locations_trouble_stops_no_others(make_bridge: MakeBridge, api: FakeApi) -> None:
    api.add_charge_point("SICK", connectors={"1": "sick-site:c1"})

    api.answer_events = sick
    bridge = make_bridge()
    api.wait_for(lambda fake: fake.config_polls)
    with bridge.charge_point("SICK") as ill, bridge.charge_point() as well:
        ill.boot()
        well.boot()
        well.status("Available")
        api.wait_for_kind("status")
        assert api.of_kind("boot", "SICK") == []
        api.answer_events = None
        api.wait_for(lambda fake: fake.of_kind("boot", "SICK"))
    assert_once_and_in_order(api)


def test_one_charge_points_events_that_break_the_api_stop_no_other_of_its_location(
    make_bridge: MakeBridge, api: FakeApi
) -> None:
    api.add_charge_point("SICK", connectors={"1": "site:c2"})

    api.answer_events = sick
    bridge = make_bridge()
    api.wait_for(lambda fake: fake.config_polls)
    with bridge.charge_point("SICK") as ill, bridge.charge_point() as well:
        ill.boot()
        well.boot()
        for count in range(1, 4):
            well.status("Available")
            api.wait_for_kind("status", count)
        assert api.of_kind("boot", "SICK") == []
        api.answer_events = None
        well.status("Preparing")
        api.wait_for(lambda fake: fake.of_kind("boot", "SICK"))
    assert_once_and_in_order(api)


def test_a_proxy_that_refuses_everything_parks_nothing(bridge: BridgeProcess, api: FakeApi) -> None:
    with bridge.charge_point() as point:
        point.boot()
        started = point.start("CARD-A", 10)
        asked = len(api.batches)
        api.answer_events = lambda _events: (400, {}, "The plain HTTP request was sent to HTTPS port")
        point.status("Charging")
        api.wait_for(lambda fake: len(fake.batches) > asked)
        assert "kilowait_bridge_rejected_events 0.0" in bridge.get("/metrics")[1]
        api.answer_events = None
        point.stop(started["transactionId"], 20)
        api.wait_for_kind("transaction_ended")
    assert "kilowait_bridge_rejected_events 0.0" in bridge.get("/metrics")[1]
    kinds = [event["kind"] for event in api.applied if event["kind"] != "connection"]
    assert kinds == ["boot", "transaction_started", "status", "transaction_ended"]
    assert_once_and_in_order(api)


def test_retry_after_is_honoured(bridge: BridgeProcess, api: FakeApi) -> None:
    refused: list[float] = []

    def busy(_events: list[dict[str, Any]]) -> tuple[int, dict[str, str], Any] | None:
        if refused:
            return None
        refused.append(time.monotonic())
        return 429, {"Retry-After": "1"}, {}

    api.answer_events = busy
    with bridge.charge_point() as point:
        api.wait_for_kind("connection")
        assert time.monotonic() - refused[0] >= 1
        assert not point.closed.is_set()


def test_a_refused_token_keeps_every_event_until_the_file_is_right(make_bridge: MakeBridge, api: FakeApi) -> None:
    bridge = make_bridge("--config-s", "0.2")
    api.wait_for(lambda fake: fake.config_polls)
    with bridge.charge_point() as point:
        point.boot()
        api.wait_for_kind("boot")
        good = bridge.token_file.read_text()
        bridge.token_file.write_text("old")
        api.answer_events = lambda _events: (401, {}, {})
        point.status("Available")
        deadline = time.monotonic() + 10
        while "kilowait_bridge_failed_posts_total 2.0" not in bridge.get("/metrics")[1]:
            assert time.monotonic() < deadline
            time.sleep(0.05)
        api.answer_events = None
        bridge.token_file.write_text(good)
        api.wait_for_kind("status", within_s=15)
    assert "refuses this bridge's token" in bridge.errors.read_text()
    assert_once_and_in_order(api)


def test_an_event_without_a_result_is_sent_again(bridge: BridgeProcess, api: FakeApi) -> None:
    passed_over: list[int] = []

    def pass_over(events: list[dict[str, Any]]) -> tuple[int, dict[str, str], Any] | None:
        if passed_over:
            return None
        passed_over.extend(event["seq"] for event in events)
        return 200, {}, {"results": [], "server_time": datetime.now(UTC).isoformat()}

    api.answer_events = pass_over
    with bridge.charge_point() as point:
        point.boot()
        api.wait_for_kind("boot")
    assert set(passed_over) <= {event["seq"] for event in api.applied}
    assert_once_and_in_order(api)


def test_an_answer_of_another_shape_confirms_nothing(bridge: BridgeProcess, api: FakeApi) -> None:
    shapes: list[Any] = [[], {"events": {"results": 5}}, None]

    def odd(_events: list[dict[str, Any]]) -> tuple[int, dict[str, str], Any] | None:
        return (200, {}, shapes.pop()) if shapes else None

    api.answer_events = odd
    with bridge.charge_point() as point:
        point.boot()
        api.wait_for_kind("boot", within_s=30)
    assert_once_and_in_order(api)
