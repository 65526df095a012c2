"""Situations 38 to 44: charge points that say yes to everything, no to the usual, or yes and do nothing."""

import json
from typing import Any

import pytest

from tests.contracts.bridge.situations.conftest import Place

SECRET = "the key itself 123"
HELD = {"connector": 1, "reservation_id": 3, "tag": "KW-ANNA", "until": "2099-01-01T00:00:00Z"}


def test_38_a_filter_ignored_and_the_key_shown_in_clear(place: Place) -> None:
    everything = [
        {"key": "AuthorizationKey", "readonly": False, "value": SECRET},
        {"key": "LocalPreAuthorize", "readonly": False, "value": "true"},
        {"key": "HeartbeatInterval", "readonly": False, "value": "60"},
    ]
    with place.point(38, boots=False) as point:
        point.answers["GetConfiguration"] = {"configurationKey": everything}
        point.answers["ChangeConfiguration"] = {"status": "RebootRequired"}
        point.boot()
        changed = [point.next_call("ChangeConfiguration") for _ in range(7)]
        assert {"key": "LocalPreAuthorize", "value": "false"} in changed
        assert all(each["key"] not in {"AuthorizationKey", "HeartbeatInterval"} for each in changed)
        place.raw(38, "situation-38", "GetConfiguration", {"key": ["HeartbeatInterval"]})
        assert len(place.result("situation-38")["response"]["configurationKey"]) == 3
        place.raw(38, "situation-38-set", "ChangeConfiguration", {"key": "HeartbeatInterval", "value": "90"})
        result = place.result("situation-38-set")
        assert (result["outcome"], result["answer"]) == ("accepted", "RebootRequired")
        place.command(38, "frames", "situation-38-frames")
        frames = place.result("situation-38-frames")["response"]["frames"]
    assert SECRET not in json.dumps(place.api.batches)
    assert any("HeartbeatInterval" in json.dumps(frame["message"]) for frame in frames)
    assert SECRET not in place.bridge.errors.read_text()


def test_39_a_hold_names_its_connector_because_some_reject_connector_0(place: Place) -> None:
    with place.point(39) as point:
        point.on_call = lambda action, payload: point.answers.update(
            {action: {"status": "Accepted" if payload.get("connectorId") else "Rejected"}}
            if action in {"ReserveNow", "RemoteStartTransaction"}
            else {}
        )
        place.command(39, "hold", "situation-39", **HELD)
        assert place.result("situation-39")["outcome"] == "accepted"
        place.command(39, "start", "situation-39-start", connector=1, tag="KW-ANNA")
        assert place.result("situation-39-start")["outcome"] == "accepted"


@pytest.mark.parametrize("limit", [None, -1.0])
def test_41_a_composite_schedule_accepted_without_one_or_with_limit_minus_1(place: Place, limit: float | None) -> None:
    schedule = {"chargingRateUnit": "A", "chargingSchedulePeriod": [{"startPeriod": 0, "limit": limit}]}
    shown: dict[str, Any] = {"status": "Accepted"} | ({} if limit is None else {"chargingSchedule": schedule})
    with place.point(41) as point:
        point.answers["GetCompositeSchedule"] = shown
        place.raw(41, f"situation-41-{limit}", "GetCompositeSchedule", {"connectorId": 1, "duration": 600})
        result = place.result(f"situation-41-{limit}")
    assert (result["outcome"], result["response"]) == ("accepted", shown)


def test_43_an_accepted_start_that_never_starts_is_told(place: Place) -> None:
    with place.point(43) as point:
        point.answers["RemoteStartTransaction"] = {"status": "Accepted"}
        place.command(43, "start", "situation-43", connector=1, tag="KW-ANNA")
        first, late = place.api.wait_for_result("situation-43", 2)
    assert first["outcome"] == "accepted"
    assert (late["outcome"], late["answer"]) == ("failed", "NotStarted")


def test_43_one_that_starts_in_time_is_not_told_to_have_failed(place: Place) -> None:
    with place.point(43) as point:
        point.answers["RemoteStartTransaction"] = {"status": "Accepted"}
        place.command(43, "start", "situation-43-well", connector=2, tag="KW-ANNA")
        point.next_call("RemoteStartTransaction")
        started = point.start("KW-ANNA", connector=2)["transactionId"]
        place.command(43, "start", "situation-43-other", connector=1, tag="KW-ANNA")
        place.api.wait_for_result("situation-43-other", 2)  # By now the first would have failed too.
        point.stop(started, 0)
    assert [event["outcome"] for event in place.api.wait_for_result("situation-43-well")] == ["accepted"]


def test_44_a_start_accepted_on_a_connector_held_for_another_is_refused_when_it_starts(place: Place) -> None:
    with place.point(44) as point:
        point.answers["ReserveNow"] = point.answers["RemoteStartTransaction"] = {"status": "Accepted"}
        place.command(44, "hold", "situation-44", **HELD)
        place.result("situation-44")
        place.command(44, "start", "situation-44-other", connector=1, tag="KW-BENO")
        assert place.result("situation-44-other")["outcome"] == "accepted"
        place.api.stop()  # The bridge itself knows it.
        try:
            refused = point.start("KW-BENO")
            assert refused["idTagInfo"]["status"] == "Blocked"
            point.stop(refused["transactionId"], 0, reason="DeAuthorized")
            assert point.start("KW-ANNA")["idTagInfo"]["status"] == "Accepted"
        finally:
            place.api.start()
