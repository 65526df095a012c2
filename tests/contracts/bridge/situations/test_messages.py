"""Situations 10 to 20: the order of messages, their ids, odd answers, sockets that end."""

import queue

import pytest

from tests.contracts.bridge.situations.conftest import Place, name
from tests.fakes.charge_point import CallFailed, ChargePoint, now

STATUS = {"connectorId": 1, "status": "Available", "errorCode": "NoError"}


def test_10_its_own_calls_come_before_the_answer_and_two_at_once(place: Place) -> None:
    with place.point(10) as point:
        point.answers["RemoteStartTransaction"] = None
        place.command(10, "start", "situation-10", connector=1, tag="KW-ANNA")
        point.next_call("RemoteStartTransaction")
        waiting = point.last_call_id
        point.send([2, "one", "Authorize", {"idTag": "CARD-A"}])
        point.send([2, "two", "StatusNotification", STATUS])
        answers = {frame[1]: frame for frame in (point.stray.get(timeout=5) for _ in range(2))}
        assert answers["one"][2]["idTagInfo"]["status"] == "Accepted"
        assert answers["two"] == [3, "two", {}]
        point.send([3, waiting, {"status": "Accepted"}])
        assert place.result("situation-10")["outcome"] == "accepted"


def test_11_a_late_and_an_unknown_result_are_nobodys(place: Place) -> None:
    with place.point(11) as point:
        point.answers["RemoteStartTransaction"] = None
        point.answers["RemoteStopTransaction"] = {"status": "Rejected"}
        place.command(11, "start", "situation-11", connector=1, tag="KW-ANNA")
        point.next_call("RemoteStartTransaction")
        late = point.last_call_id
        assert place.result("situation-11")["answer"] == "timeout"
        place.command(11, "stop", "situation-11-next", connector=1, transaction_id="7")
        point.send([3, late, {"status": "Accepted"}])
        point.send([3, "nobody-asked", {"status": "Accepted"}])
        assert place.result("situation-11-next")["outcome"] == "rejected"
        assert point.status("Available") == {}
    assert len(place.api.wait_for_result("situation-11")) == 1


def test_12_message_ids_are_used_again(place: Place) -> None:
    with place.point(12) as point:
        assert point.ask([2, "1", "StatusNotification", STATUS]) == {}
        assert point.ask([2, "1", "Heartbeat", {}]).keys() == {"currentTime"}
        point.drop()
    start = {"connectorId": 1, "idTag": "CARD-A", "meterStart": 5, "timestamp": now()}
    with place.point(12, boots=False) as point:
        first = point.ask([2, "1", "StartTransaction", start])
        assert point.ask([2, "1", "StatusNotification", {**STATUS, "status": "Charging"}]) == {}
        assert point.ask([2, "1", "StartTransaction", start])["transactionId"] == first["transactionId"]
        assert [event["status"] for event in place.told(12, "status", 2)] == ["available", "charging"]


def test_13_a_command_that_makes_it_drop_the_socket_fails_at_once_and_is_not_repeated(place: Place) -> None:
    with place.point(13) as point:
        _drops_at(point, "RemoteStartTransaction")
        place.command(13, "start", "situation-13", connector=1, tag="KW-ANNA")
        result = place.result("situation-13")
        assert (result["outcome"], result["answer"]) == ("failed", "disconnected")
    with place.point(13) as point:
        _is_not_called(point, "RemoteStartTransaction")


@pytest.mark.parametrize(
    ("action", "code"),
    [("Reset", "NotSupported"), ("RemoteStopTransaction", "NotSupported"), ("NotifyEvent", "NotImplemented")],
)
def test_14_wrong_direction_and_unknown_actions_keep_the_socket(place: Place, action: str, code: str) -> None:
    with place.point(14) as point:
        with pytest.raises(CallFailed) as failed:
            point.call(action, {"type": "Soft"})
        assert failed.value.code == code
        assert point.status("Available") == {}


@pytest.mark.parametrize("code", ["FormationViolation", "FormatViolation", "OccurenceConstraintViolation", "Nonsense"])
def test_15_errors_are_understood_however_they_are_spelled(place: Place, code: str) -> None:
    with place.point(15) as point:
        point.answers["RemoteStartTransaction"] = (code, "no")
        place.command(15, "start", f"situation-15-{code}", connector=1, tag="KW-ANNA")
        result = place.result(f"situation-15-{code}")
        assert (result["outcome"], result["answer"], result["error"]) == ("failed", code, "no")
        with pytest.raises(CallFailed) as failed:  # Ours are spelled as 1.6 does.
            point.ask([2, f"x-{code}", "Heartbeat", []])
        assert failed.value.code == "FormationViolation"


def test_16_a_result_whose_payload_is_null(place: Place) -> None:
    with place.point(16) as point:
        point.answers["RemoteStartTransaction"] = None
        place.command(16, "start", "situation-16", connector=1, tag="KW-ANNA")
        point.next_call("RemoteStartTransaction")
        point.send([3, point.last_call_id, None])
        assert place.result("situation-16")["outcome"] == "rejected"
        assert point.status("Available") == {}
    assert place.tolerated("null-result") == 1


def test_18_of_a_half_open_socket_the_newest_wins_and_the_olds_end_unregisters_nobody(place: Place) -> None:
    old = place.point(18)
    with place.point(18) as new:
        assert old.closed.wait(5)
        old.close()
        new.answers["RemoteStartTransaction"] = {"status": "Accepted"}
        place.command(18, "start", "situation-18", connector=1, tag="KW-ANNA")
        new.next_call("RemoteStartTransaction")
        assert place.result("situation-18")["outcome"] == "accepted"
    assert [event["connected"] for event in place.api.of_kind("connection", name(18))] == [True]


def test_19_a_large_list_that_kills_the_socket_fails_at_once_and_is_not_repeated(place: Place) -> None:
    tags = [{"idTag": f"TAG-{number:04}", "idTagInfo": {"status": "Accepted"}} for number in range(400)]
    with place.point(19) as point:
        _drops_at(point, "SendLocalList")
        whole = {"listVersion": 3, "updateType": "Full", "localAuthorizationList": tags}
        place.raw(19, "situation-19", "SendLocalList", whole)
        assert place.result("situation-19")["answer"] == "disconnected"
    with place.point(19) as point:
        _is_not_called(point, "SendLocalList")


def test_20_a_gap_is_no_loss_of_what_was_said_before_and_after_it(place: Place) -> None:
    with place.point(20) as point:
        point.status("Preparing")
        point.drop()
    before = place.told(20, "status")
    with place.point(20, boots=False) as point:
        point.status("Charging")
        assert [event["status"] for event in place.told(20, "status", 2)] == ["preparing", "charging"]
    assert [event["connected"] for event in place.api.of_kind("connection", name(20))] == [True]
    assert before[0]["seq"] < place.api.of_kind("status", name(20))[1]["seq"]


def _drops_at(point: ChargePoint, wanted: str) -> None:
    point.answers[wanted] = None
    point.on_call = lambda action, _payload: point.cut() if action == wanted else None


def _is_not_called(point: ChargePoint, wanted: str) -> None:
    point.next_call("GetConfiguration")
    with pytest.raises(queue.Empty):
        point.next_call(wanted, within_s=0.3)
