"""Situations 21 to 31, as far as a bridge decides them; what the API makes of them: `tests/e2e/test_situations.py`."""

import pytest

from tests.contracts.bridge.situations.conftest import Place
from tests.fakes.charge_point import now


@pytest.mark.parametrize("unknown", [-1, 0, 4711])
def test_21_a_stop_of_no_known_transaction_is_acknowledged_and_closes_no_other(place: Place, unknown: int) -> None:
    with place.point(21) as point:
        started = point.start("CARD-A", 100)["transactionId"]
        before = len(place.api.of_kind("transaction_ended", "S21"))
        assert point.stop(unknown, 150) == {}
        assert point.stop(started, 200) == {}
        stray, own = place.told(21, "transaction_ended", before + 2)[-2:]
    assert (stray["transaction_id"], stray.get("connector")) == (str(unknown), None)
    assert (own["transaction_id"], own["connector"]) == (str(started), 1)


def test_22_who_always_says_id_0_is_acknowledged_and_its_readings_are_kept(place: Place) -> None:
    with place.point(22) as point:
        started = point.start("CARD-A", 100)["transactionId"]
        assert started > 0
        assert point.meter(150, 0) == {}
        assert point.stop(0, 200) == {}
        assert "transaction_id" not in place.told(22, "meter")[0]  # what runs at the connector
        assert place.told(22, "transaction_ended")[0]["transaction_id"] == "0"


def test_23_a_start_repeated_is_the_same_transaction(place: Place) -> None:
    start = {"connectorId": 1, "idTag": "CARD-A", "meterStart": 100, "timestamp": now()}
    with place.point(23) as point:
        first = point.ask([2, "s1", "StartTransaction", start])["transactionId"]
        assert point.ask([2, "s1", "StartTransaction", start])["transactionId"] == first
        assert point.ask([2, "s2", "StartTransaction", start])["transactionId"] == first
        point.drop()
    with place.point(23, boots=False) as point:
        assert point.ask([2, "s3", "StartTransaction", start])["transactionId"] == first
        later = {**start, "meterStart": 200, "timestamp": now()}
        assert point.ask([2, "s4", "StartTransaction", later])["transactionId"] != first
        place.api.wait_for(lambda api: any(e["meter_start_wh"] == 200 for e in api.of_kind("transaction_started")))
    starts = place.api.of_kind("transaction_started", "S23")
    assert {event["transaction_id"] for event in starts if event["meter_start_wh"] == 100} == {str(first)}


def test_25_a_stop_whose_socket_closed_before_the_answer_is_booked_and_acknowledged_again(place: Place) -> None:
    with place.point(25) as point:
        started = point.start("CARD-A", 100)["transactionId"]
        stop = {"transactionId": started, "meterStop": 300, "timestamp": now(), "reason": "HardReset"}
        point.send([2, "last", "StopTransaction", stop])
        place.told(25, "transaction_ended")
        point.cut()
    with place.point(25) as point:
        assert point.ask([2, "again", "StopTransaction", stop]) == {}
        ended = place.told(25, "transaction_ended")
        assert {(event["transaction_id"], event["meter_stop_wh"]) for event in ended} == {(str(started), 300)}


def test_29_closing_values_after_the_stop_without_an_id_are_taken_and_open_nothing(place: Place) -> None:
    with place.point(29) as point:
        started = point.start("CARD-A", 100)["transactionId"]
        point.stop(started, 300)
        assert point.meter(300) == {}
        assert point.meter(300, started) == {}
        point.status("Available")
        assert [event.get("transaction_id", "") for event in place.told(29, "meter", 2)] == ["", str(started)]
        assert len(place.api.of_kind("transaction_started", "S29")) == 1


@pytest.mark.parametrize("tag", ["T" * 40, "a\x01\x02b", "CARD:A:1", "", 77, None])
def test_30_an_odd_tag_never_keeps_a_charge_running(place: Place, tag: object) -> None:
    with place.point(30) as point:
        started = point.start("CARD-A", 100)["transactionId"]
        point.stop(started, 300, idTag=tag)
        place.api.wait_for(
            lambda api: any(e["transaction_id"] == str(started) for e in api.of_kind("transaction_ended", "S30"))
        )


def test_31_statuses_are_handed_on_as_they_come(place: Place) -> None:
    with place.point(31) as point:
        point.status("Available", connector=0)
        point.status("Charging")  # before its start
        started = point.start("CARD-A", 100)["transactionId"]
        point.status("Available")  # while plugged
        point.stop(started, 300)
        point.status("Finishing")  # and stays so
        told = place.told(31, "status", 4)
        place.told(31, "transaction_ended")
    assert [(event["connector"], event["status"]) for event in told] == [
        (0, "available"),
        (1, "charging"),
        (1, "available"),
        (1, "finishing"),
    ]
