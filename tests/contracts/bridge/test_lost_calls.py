"""Calls that charge points may not have heard: what must be said again is, once, and in the order it was commanded."""

import queue
from collections.abc import Callable
from typing import Any

import pytest

from tests.contracts.bridge.conftest import BridgeProcess
from tests.contracts.bridge.test_commands import HOLD, booted
from tests.fakes.bridge_api import FakeApi
from tests.fakes.charge_point import ChargePoint, now

MakeBridge = Callable[..., BridgeProcess]
ACCEPTS: dict[str, Any] = {"ReserveNow": {"status": "Accepted"}, "CancelReservation": {"status": "Accepted"}}


def reserved(bridge: BridgeProcess, api: FakeApi) -> ChargePoint:
    """A charge point that keeps reservation 3."""
    point = booted(bridge, api, **ACCEPTS)
    bridge.command("hold", command_id="h", **HOLD)
    api.wait_for_result("h")
    return point


def back(bridge: BridgeProcess) -> ChargePoint:
    """The charge point, connected again without a boot."""
    point = bridge.charge_point()
    point.answers.update(ACCEPTS)
    point.status("Available")
    return point


def reservations(point: ChargePoint, most: int) -> list[tuple[str, int]]:
    """What it was told of reservations, as it came."""
    told: list[tuple[str, int]] = []
    while len(told) < most:
        action, payload = point.calls.get(timeout=10)
        if action in ACCEPTS:
            told.append((action, payload["reservationId"]))
    return told


def test_a_cancellation_that_ended_the_socket_comes_before_the_next_hold(bridge: BridgeProcess, api: FakeApi) -> None:
    with reserved(bridge, api) as point:
        point.answers["CancelReservation"] = None
        bridge.command("release", command_id="r", connector=1, reservation_id=3)
        point.next_call("CancelReservation")
        point.drop()
        assert api.wait_for_result("r")[0]["answer"] == "disconnected"
    bridge.command("hold", **{**HOLD, "reservation_id": 4})
    with back(bridge) as point:
        assert reservations(point, 2) == [("CancelReservation", 3), ("ReserveNow", 4)]


def test_a_cancellation_survives_the_bridge(make_bridge: MakeBridge, api: FakeApi) -> None:
    bridge = make_bridge()
    api.wait_for(lambda fake: fake.config_polls)
    with reserved(bridge, api) as point:
        point.answers["CancelReservation"] = None
        bridge.command("release", command_id="r", connector=1, reservation_id=3)
        point.next_call("CancelReservation")
        bridge.kill()
    bridge.start()
    with back(bridge) as point:
        # Commanded while it settles: nothing may overtake what is said again.
        bridge.command("hold", **{**HOLD, "reservation_id": 4})
        assert reservations(point, 2) == [("CancelReservation", 3), ("ReserveNow", 4)]


def test_a_hold_nobody_answered_before_the_bridge_was_killed_is_made_once_more(
    make_bridge: MakeBridge, api: FakeApi
) -> None:
    bridge = make_bridge()
    api.wait_for(lambda fake: fake.config_polls)
    with booted(bridge, api, ReserveNow=None) as point:
        bridge.command("hold", command_id="h", **HOLD)
        point.next_call("ReserveNow")
        bridge.kill()
    bridge.start()
    with back(bridge) as point:
        assert reservations(point, 1) == [("ReserveNow", 3)]
    with back(bridge) as point, pytest.raises(queue.Empty):
        point.next_call("ReserveNow", within_s=0.3)


def test_a_hold_that_overtakes_the_release_before_it_ends_the_former_reservation_first(
    bridge: BridgeProcess, api: FakeApi
) -> None:
    with reserved(bridge, api) as point:
        bridge.command("hold", command_id="n", **{**HOLD, "reservation_id": 4})
        api.wait_for_result("n")
        bridge.command("release", command_id="r", connector=1, reservation_id=3)
        api.wait_for_result("r")
        assert reservations(point, 4)[1:3] == [("CancelReservation", 3), ("ReserveNow", 4)]
        bridge.command("release", command_id="l", connector=1, reservation_id=4)
        assert reservations(point, 1) == [("CancelReservation", 4)]


def test_a_cancellation_that_was_answered_is_not_said_again(bridge: BridgeProcess, api: FakeApi) -> None:
    with reserved(bridge, api) as point:
        bridge.command("release", command_id="r", connector=1, reservation_id=3)
        api.wait_for_result("r")
        point.next_call("CancelReservation")
        point.boot()
        point.next_call("GetConfiguration")
        with pytest.raises(queue.Empty):
            point.next_call("CancelReservation", within_s=0.3)


def test_a_reservation_that_a_start_used_up_is_not_made_again_after_a_boot(bridge: BridgeProcess, api: FakeApi) -> None:
    with reserved(bridge, api) as point:
        point.next_call("ReserveNow")
        about = {"connectorId": 1, "idTag": "KW-ANNA", "meterStart": 0, "timestamp": now(), "reservationId": 3}
        started = point.call("StartTransaction", about)
        point.stop(started["transactionId"], 10)
        point.boot()
        point.next_call("GetConfiguration")
        with pytest.raises(queue.Empty):
            point.next_call("ReserveNow", within_s=0.3)


@pytest.mark.parametrize("connected", [True, False])
def test_a_stop_that_was_not_heard_is_said_once_more(bridge: BridgeProcess, api: FakeApi, *, connected: bool) -> None:
    with booted(bridge, api, RemoteStopTransaction=None) as point:
        if connected:
            bridge.command("stop", command_id="x", connector=1, transaction_id="7")
            point.next_call("RemoteStopTransaction")
        point.drop()
    api.wait_for(lambda _fake: "kilowait_bridge_connected 0.0" in bridge.get("/metrics")[1])
    if not connected:
        bridge.command("stop", command_id="x", connector=1, transaction_id="7")
    with back(bridge) as point:
        assert point.next_call("RemoteStopTransaction") == {"transactionId": 7}


def test_a_removed_charge_point_has_to_leave(make_bridge: MakeBridge, api: FakeApi) -> None:
    bridge = make_bridge("--config-s", "0.1")
    with booted(bridge, api) as point:
        del api.charge_points["CP-1"]
        api.add_charge_point("CP-2")
        assert point.closed.wait(5)
        assert point.close_code == 4003


def test_the_connection_of_a_changed_charge_point_is_told_again(make_bridge: MakeBridge, api: FakeApi) -> None:
    bridge = make_bridge("--config-s", "0.1")
    with booted(bridge, api) as point:
        (first,) = api.wait_for_kind("connection")
        api.add_charge_point("CP-1", connectors={"1": "elsewhere:c1"})
        *_, again = api.wait_for_kind("connection", 2)
        assert (again["connected"], again["epoch"]) == (True, first["epoch"])
        assert point.status("Available") == {}
