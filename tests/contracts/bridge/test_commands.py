"""The life of a command: from the control port to the charge point, and its outcome as an event."""

import json
import queue
from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest

from tests.contracts.bridge.conftest import BridgeProcess
from tests.fakes.bridge_api import FakeApi
from tests.fakes.charge_point import ChargePoint

MakeBridge = Callable[..., BridgeProcess]
UNTIL = "2099-01-01T00:00:00Z"
HOLD: dict[str, Any] = {"connector": 1, "reservation_id": 3, "tag": "KW-ANNA", "until": UNTIL}


def booted(bridge: BridgeProcess, api: FakeApi, **answers: Any) -> ChargePoint:
    point = bridge.charge_point()
    point.answers.update(answers)
    point.boot()
    api.wait_for_kind("boot")
    return point


def test_a_hold_is_reserved_at_the_charger_and_its_outcome_told(bridge: BridgeProcess, api: FakeApi) -> None:
    with booted(bridge, api, ReserveNow={"status": "Accepted"}) as point:
        assert bridge.command("hold", command_id="h1", **HOLD) == (202, {"status": "sent"})
        assert point.next_call("ReserveNow") == {
            "connectorId": 1,
            "expiryDate": "2099-01-01T00:00:00.000Z",
            "idTag": "KW-ANNA",
            "parentIdTag": "KW-ANNA",
            "reservationId": 3,
        }
        (result,) = api.wait_for_result("h1")
    assert (result["outcome"], result["answer"], result["response"]) == (
        "accepted",
        "Accepted",
        {"status": "Accepted"},
    )


def test_a_repeat_is_dropped_also_by_a_restarted_bridge(make_bridge: MakeBridge, api: FakeApi) -> None:
    bridge = make_bridge()
    api.wait_for(lambda fake: fake.config_polls)
    with booted(bridge, api, ReserveNow={"status": "Accepted"}):
        assert bridge.command("hold", command_id="h1", **HOLD)[1] == {"status": "sent"}
        assert bridge.command("hold", command_id="h1", **HOLD)[1] == {"status": "repeat"}
        api.wait_for_result("h1")
    bridge.kill()
    bridge.start()
    assert bridge.command("hold", command_id="h1", **HOLD)[1] == {"status": "repeat"}
    with booted(bridge, api, ReserveNow={"status": "Accepted"}):
        assert bridge.command("start", command_id="s1", connector=1, tag="KW-ANNA")[1] == {"status": "sent"}
        api.wait_for_result("s1")
    assert len(api.wait_for_result("h1")) == 1


def test_an_expired_command_is_not_sent(bridge: BridgeProcess, api: FakeApi) -> None:
    past = (datetime.now(UTC) - timedelta(seconds=1)).isoformat()
    with booted(bridge, api) as point:
        status, body = bridge.command("start", command_id="x", connector=1, tag="T", expires_at=past)
        assert (status, body) == (202, {"status": "expired"})
        assert api.wait_for_result("x")[0]["outcome"] == "expired"
        with pytest.raises(queue.Empty):
            point.next_call("RemoteStartTransaction", within_s=0.3)


def test_an_absent_charge_point_is_said_so_at_once(bridge: BridgeProcess, api: FakeApi) -> None:
    assert bridge.command("start", command_id="x", connector=1, tag="T") == (202, {"status": "not_connected"})
    assert api.wait_for_result("x")[0]["outcome"] == "not_connected"


def test_silence_is_a_timeout_and_the_next_command_goes_on(make_bridge: MakeBridge, api: FakeApi) -> None:
    bridge = make_bridge("--call-response-s", "0.5")
    api.wait_for(lambda fake: fake.config_polls)
    with booted(bridge, api, RemoteStartTransaction=None, RemoteStopTransaction={"status": "Accepted"}):
        bridge.command("start", command_id="quiet", connector=1, tag="T")
        bridge.command("stop", command_id="next", connector=1, transaction_id="5")
        assert api.wait_for_result("quiet")[0]["answer"] == "timeout"
        assert api.wait_for_result("next")[0]["outcome"] == "accepted"


def test_one_call_at_a_time(bridge: BridgeProcess, api: FakeApi) -> None:
    with booted(bridge, api, RemoteStartTransaction=None) as point:
        for number in range(3):
            bridge.command("start", command_id=f"s{number}", connector=1, tag="T")
        point.next_call("RemoteStartTransaction")
        with pytest.raises(queue.Empty):
            point.next_call("RemoteStartTransaction", within_s=0.3)


def test_a_socket_that_drops_fails_its_command_at_once(bridge: BridgeProcess, api: FakeApi) -> None:
    with booted(bridge, api, RemoteStartTransaction=None) as point:
        bridge.command("start", command_id="x", connector=1, tag="T")
        bridge.command("start", command_id="y", connector=1, tag="T")
        point.next_call("RemoteStartTransaction")
        point.drop()
        for name in ("x", "y"):
            result = api.wait_for_result(name)[0]
            assert (result["outcome"], result["answer"]) == ("failed", "disconnected")


def test_a_call_of_the_charger_may_come_before_its_answer(bridge: BridgeProcess, api: FakeApi) -> None:
    with booted(bridge, api, RemoteStartTransaction=None) as point:
        bridge.command("start", command_id="x", connector=1, tag="T")
        point.next_call("RemoteStartTransaction")
        assert point.call("Authorize", {"idTag": "CARD-A"})["idTagInfo"]["status"] == "Accepted"
        point.send([3, "nobody", {"status": "Accepted"}])
        point.send([4, "nobody", "GenericError", "", {}])
        assert point.status("Available") == {}


@pytest.mark.parametrize("word", ["Occupied", "Faulted", "Unavailable", "Rejected"])
def test_a_hold_that_the_charger_refuses_is_over(bridge: BridgeProcess, api: FakeApi, word: str) -> None:
    with booted(bridge, api, ReserveNow={"status": word}) as point:
        bridge.command("hold", command_id="h", **HOLD)
        result = api.wait_for_result("h")[0]
        assert (result["outcome"], result["answer"]) == ("rejected", word)
        api.stop()
        assert point.start("CARD-B")["idTagInfo"]["status"] == "Accepted"


def test_a_charger_without_reservations_still_refuses_others(bridge: BridgeProcess, api: FakeApi) -> None:
    with booted(bridge, api, ReserveNow=("NotSupported", "")) as point:
        bridge.command("hold", command_id="h", **HOLD)
        result = api.wait_for_result("h")[0]
        assert (result["outcome"], result["answer"]) == ("failed", "NotSupported")
        api.stop()
        assert point.start("CARD-B")["idTagInfo"]["status"] == "Blocked"


def test_a_release_ends_the_hold_here_and_there(bridge: BridgeProcess, api: FakeApi) -> None:
    answers = {"ReserveNow": {"status": "Accepted"}, "CancelReservation": {"status": "Accepted"}}
    with booted(bridge, api, **answers) as point:
        bridge.command("hold", **HOLD)
        bridge.command("release", command_id="r", connector=1, reservation_id=3)
        assert point.next_call("CancelReservation") == {"reservationId": 3}
        assert api.wait_for_result("r")[0]["outcome"] == "accepted"
        api.stop()
        assert point.start("CARD-B")["idTagInfo"]["status"] == "Accepted"


def test_a_release_of_an_older_hold_leaves_the_newer(bridge: BridgeProcess, api: FakeApi) -> None:
    answers = {"ReserveNow": {"status": "Accepted"}, "CancelReservation": {"status": "Rejected"}}
    with booted(bridge, api, **answers) as point:
        bridge.command("hold", command_id="new", **{**HOLD, "reservation_id": 4})
        bridge.command("release", command_id="r", connector=1, reservation_id=3)
        api.wait_for_result("new")
        api.wait_for_result("r")
        api.stop()
        assert point.start("CARD-B")["idTagInfo"]["status"] == "Blocked"


def test_a_hold_missed_is_reserved_when_the_charger_returns(make_bridge: MakeBridge, api: FakeApi) -> None:
    bridge = make_bridge()
    api.wait_for(lambda fake: fake.config_polls)
    assert bridge.command("hold", command_id="h", **HOLD)[1] == {"status": "not_connected"}
    api.wait_for_result("h")
    bridge.kill()
    bridge.start()
    with bridge.charge_point() as point:
        point.answers["ReserveNow"] = {"status": "Occupied"}
        point.boot()
        assert point.next_call("ReserveNow")["reservationId"] == 3
        first, late = api.wait_for_result("h", 2)
    assert (first["outcome"], late["outcome"], late["answer"]) == ("not_connected", "rejected", "Occupied")


def test_a_hold_missed_is_reserved_also_without_a_boot(bridge: BridgeProcess, api: FakeApi) -> None:
    bridge.command("hold", command_id="h", **HOLD)
    with bridge.charge_point() as point:
        point.answers["ReserveNow"] = {"status": "Accepted"}
        point.status("Available")
        assert point.next_call("ReserveNow")["reservationId"] == 3
        assert api.wait_for_result("h", 2)[1]["outcome"] == "accepted"


def test_a_released_hold_is_cancelled_when_the_charger_returns(bridge: BridgeProcess, api: FakeApi) -> None:
    with booted(bridge, api, ReserveNow={"status": "Accepted"}) as point:
        bridge.command("hold", command_id="h", **HOLD)
        api.wait_for_result("h")
        point.drop()
    api.wait_for(lambda _fake: "kilowait_bridge_connected 0.0" in bridge.get("/metrics")[1])
    assert bridge.command("release", connector=1, reservation_id=3)[1] == {"status": "not_connected"}
    with bridge.charge_point() as point:
        point.answers["CancelReservation"] = {"status": "Accepted"}
        point.boot()
        assert point.next_call("CancelReservation") == {"reservationId": 3}


def test_a_rebooted_charger_is_told_its_reservation_again_and_occupied_changes_nothing(
    bridge: BridgeProcess, api: FakeApi
) -> None:
    with booted(bridge, api, ReserveNow={"status": "Accepted"}) as point:
        bridge.command("hold", command_id="h", **HOLD)
        api.wait_for_result("h")
        point.next_call("ReserveNow")
        point.answers["ReserveNow"] = {"status": "Occupied"}
        point.boot()
        assert point.next_call("ReserveNow")["reservationId"] == 3
        point.next_call("GetConfiguration")
        api.stop()
        assert point.start("CARD-B")["idTagInfo"]["status"] == "Blocked"
    assert len(api.wait_for_result("h")) == 1


def test_a_killed_bridge_tells_that_a_command_was_lost(make_bridge: MakeBridge, api: FakeApi) -> None:
    bridge = make_bridge()
    api.wait_for(lambda fake: fake.config_polls)
    with booted(bridge, api, RemoteStartTransaction=None) as point:
        bridge.command("start", command_id="x", connector=1, tag="T")
        point.next_call("RemoteStartTransaction")
        bridge.kill()
    bridge.start()
    result = api.wait_for_result("x")[0]
    assert (result["outcome"], result["answer"]) == ("failed", "restarted")


def test_raw_calls_are_carried_and_their_answers_redacted(bridge: BridgeProcess, api: FakeApi) -> None:
    shown = {"configurationKey": [{"key": "AuthorizationKey", "readonly": False, "value": "hush"}]}
    with booted(bridge, api) as point:
        point.next_call("GetConfiguration")
        point.answers["GetConfiguration"] = shown
        bridge.command("ocpp", command_id="g", action="GetConfiguration", payload={"key": ["AuthorizationKey"]})
        result = api.wait_for_result("g")[0]
        assert result["outcome"] == "accepted"
        assert result["response"]["configurationKey"][0]["value"] == "…"
        bridge.command("ocpp", command_id="c", action="MakeCoffee", payload={})
        failed = api.wait_for_result("c")[0]
    assert (failed["outcome"], failed["error"]) == ("failed", "NotImplemented here")
    assert "hush" not in json.dumps(api.batches)


def test_the_control_port_wants_its_secret_and_a_command(bridge: BridgeProcess) -> None:
    assert bridge.command("start", secret="wrong", connector=1, tag="T")[0] == 401
    assert bridge.command("start", secret="", connector=1, tag="T")[0] == 401
    assert bridge.command("start", secret="\xff", connector=1, tag="T")[0] == 401  # no text at all
    assert bridge.post("/commands", b"{")[0] == 400
    assert bridge.post("/commands", {"verb": "dance"})[0] == 400
    assert bridge.command("start", connector="1", tag="T")[0] == 400
    assert bridge.command("start", connector=1, tag="T", expires_at="2026-01-01T00:00:00")[0] == 400
    assert bridge.command("hold", **{**HOLD, "until": "2026-01-01T00:00:00"})[0] == 400
    assert bridge.post("/commands", b"[" * 100_000)[0] == 400


def test_after_boot_the_keys_are_set_where_they_differ_and_read_back(bridge: BridgeProcess, api: FakeApi) -> None:
    keys = {"LocalAuthListEnabled": "TRUE", "LocalPreAuthorize": "true", "StopTransactionOnInvalidId": "false"}

    def shown() -> dict[str, Any]:
        items = [{"key": key, "readonly": False, "value": value} for key, value in keys.items()]
        return {"configurationKey": items, "unknownKey": ["AllowOfflineTxForUnknownId"]}

    with bridge.charge_point() as point:
        point.answers["GetConfiguration"] = shown()
        changed: dict[str, str] = {}

        def on_call(action: str, payload: dict[str, Any]) -> None:
            if action == "ChangeConfiguration":
                changed[payload["key"]] = keys[payload["key"]] = payload["value"]
                supported = payload["key"] != "MaxEnergyOnInvalidId"
                point.answers["ChangeConfiguration"] = {"status": "Accepted" if supported else "NotSupported"}
                point.answers["GetConfiguration"] = shown()

        point.on_call = on_call
        point.boot()
        read = point.next_call("GetConfiguration")["key"]
        point.next_call("GetConfiguration")
    assert "LocalAuthListEnabled" not in changed
    assert changed["LocalPreAuthorize"] == "false"
    assert changed["StopTransactionOnInvalidId"] == "true"
    assert len(changed) == 6
    assert {*changed, "LocalAuthListEnabled", "MeterValuesSampledData"} <= set(read)
    api.wait_for(lambda _fake: 'outcome="NotSupported"' in bridge.get("/metrics")[1])
    assert "configuration keys" in bridge.errors.read_text()


def test_a_key_that_drops_the_socket_is_not_set_again(bridge: BridgeProcess, api: FakeApi) -> None:
    def drop_at_a_key(point: ChargePoint) -> None:
        def on_call(action: str, payload: dict[str, Any]) -> None:
            if action == "ChangeConfiguration" and payload["key"] == "LocalPreAuthorize":
                point.cut()

        point.on_call = on_call

    with bridge.charge_point() as point:
        drop_at_a_key(point)
        point.boot()
        assert point.closed.wait(5)
    api.wait_for(lambda _fake: 'outcome="disconnected"' in bridge.get("/metrics")[1])
    with bridge.charge_point() as point:
        drop_at_a_key(point)
        point.boot()
        point.next_call("GetConfiguration")
        point.next_call("GetConfiguration")
        assert not point.closed.is_set()
