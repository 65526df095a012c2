"""One charge from boot to stop, over real sockets, as the API hears of it."""

import threading
from typing import Any

from tests.contracts.bridge.conftest import BridgeProcess
from tests.fakes.bridge_api import FakeApi


def test_a_charge_reaches_the_api_in_order_and_once(bridge: BridgeProcess, api: FakeApi) -> None:
    with bridge.charge_point() as point:
        boot = point.boot()
        assert boot["status"] == "Accepted"
        assert boot["interval"] == 300
        assert point.status("Available") == {}
        assert point.call("Authorize", {"idTag": "card-a"}) == {
            "idTagInfo": {"status": "Accepted", "parentIdTag": "KW-ANNA"}
        }
        started = point.start("CARD-A", 1000)
        started_info = {"idTagInfo": {"status": "Accepted", "parentIdTag": "KW-ANNA"}}
        assert started["idTagInfo"] == started_info["idTagInfo"]
        transaction_id = started["transactionId"]
        assert 0 < transaction_id < 2**31
        assert point.status("Charging") == {}
        assert point.meter(1500, transaction_id) == {}
        assert point.stop(transaction_id, 2500, idTag="CARD-A", reason="Local") == started_info
        api.wait_for_kind("transaction_ended")
    kinds = [event["kind"] for event in api.applied]
    assert kinds == [
        "connection",
        "boot",
        "status",
        "transaction_started",
        "status",
        "meter",
        "transaction_ended",
    ]
    assert [event["seq"] for event in api.applied] == sorted({event["seq"] for event in api.applied})
    assert len({stream for stream, _ in api.batches}) == 1
    start, end = api.of_kind("transaction_started")[0], api.of_kind("transaction_ended")[0]
    assert start["transaction_id"] == end["transaction_id"] == str(transaction_id)
    assert (start["meter_start_wh"], end["meter_stop_wh"], end["connector"]) == (1000, 2500, 1)
    assert not start["offline"]
    assert api.of_kind("connection")[0]["connected"] is True
    assert api.of_kind("boot")[0]["vendor"] == "Acme"


def test_a_question_does_not_overtake_what_was_told_before_it(bridge: BridgeProcess, api: FakeApi) -> None:
    told: list[int] = []

    def slowly(_events: list[dict[str, Any]]) -> None:
        threading.Event().wait(0.3)

    def when_asked(_body: dict[str, Any]) -> None:
        told.append(len(api.of_kind("status")))

    with bridge.charge_point() as point:
        point.boot()
        api.wait_for_kind("boot")
        api.answer_events, api.answer_authorize = slowly, when_asked
        point.status("Available")
        assert point.call("Authorize", {"idTag": "CARD-A"})["idTagInfo"]["status"] == "Accepted"
    assert told == [1]


def test_a_tag_the_api_refuses_is_refused_at_the_charger(bridge: BridgeProcess, api: FakeApi) -> None:
    api.tag_status["card-b"] = "Blocked"
    with bridge.charge_point() as point:
        point.boot()
        assert point.call("Authorize", {"idTag": "CARD-B"})["idTagInfo"]["status"] == "Blocked"
        assert point.start("CARD-B")["idTagInfo"]["status"] == "Blocked"
        assert point.call("Authorize", {"idTag": "STRANGER"})["idTagInfo"]["status"] == "Invalid"
    assert bridge.stop() == 0
    said = [(one["asked"], one["tag"], one["tag_status"], one.get("connector", 0)) for one in api.answered]
    assert said == [
        ("authorize", "CARD-B", "Blocked", 0),
        ("start", "CARD-B", "Blocked", 1),
        ("authorize", "STRANGER", "Invalid", 0),
    ]
