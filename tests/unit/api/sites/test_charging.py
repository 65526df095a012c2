"""Reserving, starting, stopping and what was last, over HTTP, by our paths and by the aliases."""

from collections.abc import Callable
from typing import Any

import pytest

from services.context import Services
from tests.fakes.clock import FakeClock
from tests.fakes.people import Answer, People, Someone

Told = Callable[..., None]
STATION = "/api/station/Lot:C"


@pytest.fixture
def tell(bridge: Someone, services: Services) -> Told:
    """Events of the charge point CP-1, as its bridge posts them."""
    seq = 0

    def post(kind: str, **fields: Any) -> None:
        nonlocal seq
        seq += 1
        at = services.clock.now().strftime("%Y-%m-%dT%H:%M:%SZ")
        event = {"charge_point_id": "CP-1", "seq": seq, "occurred_at": at, "received_at": at, "kind": kind, **fields}
        answer = bridge.post("/api/events", {"stream": "s1", "events": [event]})
        assert answer.json["results"][0]["outcome"] == "applied", answer.json

    return post


@pytest.fixture
def point(root: Someone, lot: str, tell: Told) -> str:
    """The path of charger C, at connector 1 of the connected charge point CP-1."""
    assert root.put("/api/chargepoint/CP-1", {"connectors": {"1": "Lot:C"}, "password": "0123456789abcdef"}).status_code
    tell("connection", connected=True, bridge_id="b1", epoch=1)
    tell("boot", protocol="ocpp1.6")
    tell("status", connector=1, status="available")
    return f"{lot}/charger/C"


def tag_of(someone: Someone) -> str:
    return str(someone.get("/api/user").json["user"]["tag"])


def refused(answer: Answer) -> tuple[int, str]:
    return answer.status_code, answer.json["code"]


# --- reservations


@pytest.mark.parametrize("path", ["/api/location/lot/charger/A", "/api/station/Lot:A", "/api/station/lot%3Aa"])
def test_a_reservation_is_made_shown_and_cancelled(ann: Someone, nobody: Someone, lot: str, path: str) -> None:
    made = ann.post(f"{path}/reserve", {"minutes": 10})
    assert made.status_code == 201
    offer = made.json["offer"]
    assert (offer["charger_id"], offer["state"], offer["expires_at"]) == ("A", "held", "2026-03-02T08:10:00.000Z")
    assert ann.get(f"{lot}/queue/offer").json["offer"] == offer
    assert nobody.get(path).json["charger"]["station_state"] == "reserved"
    assert ann.get("/api/user").json["user"]["state"] == "assigned"
    seen = nobody.get(f"{path}/last_reservation").json["reservation"]
    assert seen == {
        "location_id": "Lot", "charger_id": "A", "session_id": 1, "state": "held",
        "reserved_at": "2026-03-02T08:00:00.000Z", "expires_at": "2026-03-02T08:10:00.000Z",
        "plugged_time": None, "end_time": None,
    }  # fmt: skip
    cancelled = ann.post(f"{path}/cancel_reservation")
    assert (cancelled.status_code, cancelled.json["status"]) == (200, "ok")
    assert nobody.get(f"{path}/last_reservation").json["reservation"]["state"] == "cancelled"
    assert ann.get("/api/user/last_reservation").json["reservation"]["state"] == "cancelled"
    assert ann.get("/api/user").json["user"]["state"] == "inactive"


def test_the_server_ends_a_reservation_in_time(ann: Someone, nobody: Someone, services: Services, lot: str) -> None:
    ann.post(f"{lot}/charger/A/reserve", {"minutes": 1})
    clock = services.clock
    assert isinstance(clock, FakeClock)
    clock.advance(seconds=61)
    ann.post(f"{lot}/queue")  # Whatever is decided next; a timer does the same.
    assert nobody.get(f"{lot}/charger/A/last_reservation").json["reservation"]["state"] == "expired"


@pytest.mark.parametrize(
    ("body", "code"),
    [
        ({"minutes": 0}, "invalid"), ({"minutes": -5}, "invalid"), ({"minutes": 16}, "invalid_minutes"),
        ({"minutes": 10**9}, "invalid"), ({"minutes": "5"}, "invalid"), ({"minutes": 1.5}, "invalid"),
        ({"minutes": True}, "invalid"), ({"until": "soon"}, "invalid"), ({"latitude": 1.0}, "invalid"), ([], "invalid"),
    ],
)  # fmt: skip
def test_a_reservation_for_no_lawful_time_is_422(ann: Someone, lot: str, body: Any, code: str) -> None:
    assert refused(ann.post(f"{lot}/charger/A/reserve", body)) == (422, code)
    assert ann.get(f"{lot}/charger/A").json["charger"]["state"] == "available"


def test_reservations_are_for_people_and_their_owners(
    root: Someone, ann: Someone, bob: Someone, nobody: Someone, unit: Someone, lot: str
) -> None:
    path = f"{lot}/charger/A"
    for action in ("reserve", "cancel_reservation", "start_charging", "stop_charging"):
        assert nobody.post(f"{path}/{action}").status_code == 401
        assert unit.post(f"{path}/{action}").status_code == 403
        assert nobody.post(f"/api/station/Lot:A/{action}").status_code == 401
        assert unit.post(f"/api/station/Lot:A/{action}").status_code == 403
    assert refused(bob.post(f"{path}/reserve?username=ann")) == (403, "admins_only")
    assert root.post(f"{path}/reserve?username=ann").status_code == 201
    assert ann.get(f"{lot}/queue/offer").json["offer"]["charger_id"] == "A"
    assert refused(bob.post(f"{path}/reserve")) == (409, "held_for_another")
    assert refused(bob.post(f"{path}/cancel_reservation")) == (403, "not_your_session")
    assert refused(ann.post(f"{lot}/charger/B/reserve")) == (409, "illegal_transition")
    assert root.post(f"{path}/cancel_reservation?username=ann").status_code == 200


def test_a_reservation_needs_to_be_there_where_joining_does(root: Someone, ann: Someone, lot: str) -> None:
    here = {"latitude": 60.17, "longitude": 24.94}
    root.patch(lot, {**here, "settings": {"presence": "radius"}})
    assert refused(ann.post(f"{lot}/charger/A/reserve")) == (403, "presence_required")
    away = {"latitude": 61.0, "longitude": 24.94}
    assert refused(ann.post(f"{lot}/charger/A/reserve", away)) == (403, "presence_required")
    assert ann.post(f"{lot}/charger/A/reserve", here).status_code == 201


def test_nothing_is_held_for_who_is_deactivated_or_a_unit(ann: Someone, root: Someone, unit: Someone, lot: str) -> None:
    unit.put(f"{lot}/charger/A", {"state": "available"})
    root.patch(f"/api/user/{ann.username}", {"active": False})
    for username in (ann.username, "unit-a"):
        refused = root.post(f"{lot}/charger/A/reserve?username={username}", {})
        assert (refused.status_code, refused.json["code"]) == (409, "no_driver")
        assert root.post(f"{lot}/queue?username={username}").json["code"] == "no_driver"


def test_a_reservation_sent_again_with_its_key_is_made_once(ann: Someone, lot: str) -> None:
    headers = {"Idempotency-Key": "k"}
    first = ann.post(f"{lot}/charger/A/reserve", {}, headers=headers)
    again = ann.post(f"{lot}/charger/A/reserve", {}, headers=headers)
    assert (again.status_code, again.json) == (201, first.json)
    assert refused(ann.post(f"{lot}/charger/A/reserve", {})) == (409, "illegal_transition")


# --- starting and stopping


@pytest.mark.parametrize("alias", [True, False])
def test_a_start_takes_a_free_charger_and_a_stop_ends_the_charge(
    root: Someone, ann: Someone, bob: Someone, nobody: Someone, point: str, tell: Told, alias: bool
) -> None:
    path = STATION if alias else point
    started = ann.post(f"{path}/start_charging", {})
    assert started.status_code == 202
    command = started.json["command"]
    assert (command["action"], command["status"], command["session_id"]) == ("start", "queued", 1)
    newest = root.get("/api/location/lot/decisions?page_size=1").json["decisions"][0]
    assert command["command_id"].startswith(f"Lot:{newest['version']}:")
    assert ann.get("/api/location/lot/queue/offer").json["offer"]["state"] == "held"
    assert refused(bob.post(f"{path}/start_charging")) == (409, "held_for_another")
    assert refused(bob.post(f"{path}/stop_charging")) == (403, "not_your_session")
    assert refused(nobody.get(f"{path}/last_reservation")) == (404, "no_reservation_yet")
    assert refused(nobody.get(f"{path}/last_charge")) == (404, "no_charge_yet")

    tell("transaction_started", connector=1, transaction_id="t1", meter_start_wh=1000, tag=tag_of(ann))
    stopped = ann.post(f"{path}/stop_charging")
    assert (stopped.status_code, stopped.json["command"]["action"]) == (202, "stop")
    tell("transaction_ended", connector=1, transaction_id="t1", meter_stop_wh=6000, reason="Remote")
    tell("status", connector=1, status="available")
    charge = nobody.get(f"{path}/last_charge").json["session"]
    assert (charge["session_id"], charge["energy_wh"], charge["end_reason"]) == (1, 5000, "unplugged")
    assert not {"user", "cost", "transaction_id"} & charge.keys()


def test_the_last_usage_of_a_driver_is_theirs_alone(
    root: Someone, ann: Someone, bob: Someone, point: str, tell: Told
) -> None:
    del point
    assert refused(ann.get("/api/user/last_usage")) == (404, "no_charge_yet")
    assert refused(ann.get("/api/user/last_reservation")) == (404, "no_reservation_yet")
    tell("transaction_started", connector=1, transaction_id="t1", meter_start_wh=0, tag=tag_of(ann))
    mine = ann.get("/api/user/last_usage").json["session"]
    assert (mine["charger_id"], mine["session_id"], mine["user"]["username"]) == ("C", 1, "ann")
    assert ann.get("/api/user/last_charge").json["session"] == mine
    assert refused(bob.get("/api/user/last_usage")) == (404, "no_charge_yet")
    assert refused(bob.get("/api/user/last_usage?username=ann")) == (403, "admins_only")
    assert root.get("/api/user/last_usage?username=ann").json["session"]["session_id"] == 1


def test_what_cannot_be_started_says_why(root: Someone, ann: Someone, lot: str, point: str, tell: Told) -> None:
    assert refused(ann.post(f"{lot}/charger/A/start_charging")) == (409, "no_remote_start")
    assert refused(ann.post(f"{point}/start_charging", {"connector": 1})) == (422, "invalid")
    assert refused(ann.post(f"{point}/stop_charging")) == (409, "no_open_session")
    root.patch(lot, {"settings": {"walk_up": False}})
    assert refused(ann.post(f"{point}/start_charging")) == (409, "join_first")
    tell("status", connector=1, status="faulted")
    assert refused(ann.post(f"{point}/start_charging")) == (409, "charger_not_ready")
    tell("connection", connected=False, bridge_id="b1", epoch=1)
    assert refused(ann.post(f"{point}/start_charging")) == (409, "charger_offline")


def test_where_the_unit_has_no_means_to_start_or_stop_that_is_said_at_once_and_nothing_changes(
    root: Someone, ann: Someone, lot: str, point: str, tell: Told, services: Services
) -> None:
    clock = services.clock
    assert isinstance(clock, FakeClock)
    clock.advance(seconds=1)
    tell("boot", protocol="meter", commands=[], enforcement="presumed")
    assert root.get("/api/chargepoint/CP-1").json["chargepoint"]["commands"] == []
    refusal = ann.post(f"{point}/start_charging")
    assert refused(refusal) == (409, "not_supported")
    assert "Plug in" in refusal.json["detail"]
    assert ann.post(f"{point}/reserve").status_code == 201  # It is no different for the holder.
    assert refused(ann.post(f"{point}/start_charging")) == (409, "not_supported")
    assert ann.get(f"{lot}/queue/offer").json["offer"]["state"] == "held"
    tell("transaction_started", connector=1, transaction_id="t1", meter_start_wh=0)
    assert ann.get("/api/user/last_usage").json["session"]["end_reason"] is None
    assert refused(ann.post(f"{point}/stop_charging")) == (409, "not_supported")
    clock.advance(seconds=1)
    tell("boot", protocol="another", commands=["start", "stop", "dance"], enforcement="presumed")
    assert root.get("/api/chargepoint/CP-1").json["chargepoint"]["commands"] == ["start", "stop"]
    assert ann.post(f"{point}/stop_charging").status_code == 202


def test_of_a_charger_that_is_out_of_service_drivers_read_nothing(root: Someone, nobody: Someone, lot: str) -> None:
    root.patch(f"{lot}/charger/A", {"out_of_service": True})
    for what in ("last_charge", "last_reservation"):
        assert refused(nobody.get(f"{lot}/charger/A/{what}")) == (404, "charger_not_found")
        assert refused(root.get(f"{lot}/charger/A/{what}"))[1] in {"no_charge_yet", "no_reservation_yet"}


def test_a_login_that_does_not_exist_reads_no_last_usage(people: People, nobody: Someone) -> None:
    del people
    assert nobody.get("/api/user/last_usage").status_code == 401
