"""Values that no field can have: each request with its answer, and that nothing changes."""

from typing import Any

import pytest

from tests.contracts.api.refusal import refused
from tests.contracts.api.roles import Role
from tests.contracts.api.world import ApiWorld
from tests.fakes.people import PASSWORD

ZED = {"username": "zed", "password": PASSWORD}
GET = {"action": "GetConfiguration"}
FILE = {"location": "https://files.example.org/x"}
NEXT_YEAR = "2027-01-01T00:00:00Z"
KEY = {"key": "AuthorizationKey"}
PROFILE = {"connector": 1, "profile_id": 1, "periods": [{"start_s": 0, "limit": 6}]}
X = {"connectors": {"1": "Lot:X"}}

BAD_VALUES = [
    (Role.CHARGER, "POST location/Lot/charger/A/session", {"username": "carl"}, 422, "tag_required"),
    (Role.CHARGER, "POST location/Lot/charger/A/session", {}, 422, "tag_required"),
    (Role.BRIDGE, "POST events", {"stream": "a\x00b", "events": []}, 422, "invalid_id"),
    (Role.BRIDGE, "POST events", {"stream": "__x__", "events": []}, 422, "invalid_id"),
    (Role.BRIDGE, "POST events", {"stream": "x" * 65, "events": []}, 422, "invalid"),
    (Role.BRIDGE, "POST events", {"stream": "s", "events": {}}, 422, "invalid"),
    (Role.BRIDGE, "POST events", {"stream": "s", "events": [1] * 5001}, 422, "invalid"),
    (Role.BRIDGE, "POST events", {"events": []}, 422, "invalid"),
    (Role.HOLDER, "POST location/Lot/queue/offer", {"action": "snooze", "minutes": 721}, 422, "invalid_minutes"),
    (Role.HOLDER, "POST location/Lot/queue/offer", {"action": "accept", "minutes": 5}, 422, "invalid"),
    (Role.ADMIN, "PUT location/Lot/charger/B", {"state": "pre_session"}, 422, "invalid"),
    (Role.ADMIN, "PUT chargepoint/CP-3", {"connectors": {"1": "Lot:X", "2": "Yard:Y"}}, 422, "invalid_connectors"),
    (Role.ADMIN, "PUT chargepoint/CP-3", {"connectors": {"1": "Lot:X", "2": "lot:x"}}, 422, "invalid_connectors"),
    (Role.ADMIN, "PUT chargepoint/CP-3", {"connectors": {"0": "Lot:X"}}, 422, "invalid"),
    (Role.ADMIN, "PUT chargepoint/CP-3", {"connectors": {}}, 422, "invalid"),
    (Role.ADMIN, "PUT chargepoint/CP-3", {"connectors": {"1": "X"}}, 422, "invalid_id"),
    (Role.ADMIN, "PUT chargepoint/CP-3", {"connectors": {"1": "a:b:c"}}, 422, "invalid_id"),
    (Role.ADMIN, "PUT chargepoint/CP-3", {"connectors": {"1": "Lot:a b"}}, 422, "invalid_id"),
    (Role.ADMIN, "PUT chargepoint/CP-3", X | {"password": "short"}, 422, "invalid"),
    (Role.ADMIN, "PUT chargepoint/CP-3", X | {"password": "\x00" * 16}, 422, "invalid_password"),
    (Role.ADMIN, "PUT chargepoint/CP-3", X | {"security_profile": 4}, 422, "invalid"),
    (Role.ADMIN, "GET chargepoint/CP-1/notices?page_token=x", None, 422, "invalid_page_token"),
    (Role.ADMIN, "GET chargepoint/CP-1/notices?page_size=0", None, 422, "invalid"),
    (Role.ADMIN, "GET chargepoint/CP-1/notices?page_size=201", None, 422, "invalid"),
    (Role.ADMIN, f"GET chargepoint/CP-1/notices?action={'x' * 65}", None, 422, "invalid"),
    (Role.ADMIN, "GET chargepoint/CP-1/notices?kind=x", None, 422, "invalid"),
    (Role.ADMIN, "POST chargepoint/CP-1/command", {"action": "NoSuch"}, 422, "unknown_action"),
    (Role.ADMIN, "POST chargepoint/CP-1/command", GET | {"payload": {"key": 1}}, 422, "invalid_payload"),
    (Role.ADMIN, "POST chargepoint/CP-1/reset", {"type": "Soft"}, 422, "invalid"),
    (Role.ADMIN, "POST chargepoint/CP-1/unlock", {"connector": 0}, 422, "invalid"),
    (Role.ADMIN, "POST chargepoint/CP-1/unlock", {"connector": 9}, 422, "invalid_payload"),
    (Role.ADMIN, "POST chargepoint/CP-1/availability", {"available": 1}, 422, "invalid"),
    (Role.ADMIN, "POST chargepoint/CP-1/trigger", {"message": "Authorize"}, 422, "invalid"),
    (Role.ADMIN, "POST chargepoint/CP-1/firmware", {"location": "a b"}, 422, "invalid_payload"),
    (Role.ADMIN, "POST chargepoint/CP-1/firmware", FILE | {"signature": "aGk="}, 422, "unsigned_firmware"),
    (Role.ADMIN, "POST chargepoint/CP-1/firmware", FILE | {"install_at": NEXT_YEAR}, 422, "unsigned_firmware"),
    (Role.ADMIN, "POST chargepoint/CP-1/firmware", FILE | {"retrieve_at": "2027-01-01T00:00:00"}, 422, "invalid"),
    (Role.ADMIN, "POST chargepoint/CP-1/log", FILE | {"type": "all"}, 422, "invalid"),
    (Role.ADMIN, "POST chargepoint/CP-1/diagnostics", {"location": "file:///x"}, 422, "invalid_payload"),
    (Role.ADMIN, "PATCH chargepoint/CP-1/configuration", {"key": "", "value": "x"}, 422, "invalid"),
    (Role.ADMIN, "PATCH chargepoint/CP-1/configuration", KEY | {"value": "short"}, 422, "invalid_password"),
    (Role.ADMIN, "PUT chargepoint/CP-1/local_list", {"version": 0}, 422, "invalid"),
    (Role.ADMIN, "PUT chargepoint/CP-1/local_list", {"tags": [{"tag": "A"}, {"tag": "a"}]}, 422, "invalid_payload"),
    (Role.ADMIN, "POST chargepoint/CP-1/charging_profile", PROFILE | {"periods": []}, 422, "invalid"),
    (Role.ADMIN, "POST chargepoint/CP-1/charging_profile", PROFILE | {"kind": "Recurring"}, 422, "invalid_payload"),
    (Role.ADMIN, "DELETE chargepoint/CP-1/charging_profile?purpose=All", None, 422, "invalid"),
    (Role.ADMIN, "PUT group/x", {"quota": {"day_wh": -1}}, 422, "invalid"),
    (Role.ADMIN, "PUT group/x", {"quota": {"day_sessions": True}}, 422, "invalid"),
    (Role.ADMIN, "PUT group/__x__", {}, 422, "invalid_id"),
    (Role.ADMIN, "PATCH location/Lot", {"settings": {"groups": ["nobody"]}}, 422, "unknown_group"),
    (Role.ADMIN, "PATCH location/Yard/charger/D", {"groups": ["nobody"]}, 422, "unknown_group"),
    (Role.ADMIN, "PATCH location/Lot", {"settings": {"alerts": {"Temperature": {}}}}, 422, "invalid"),
    (Role.ADMIN, "PATCH location/Lot", {"settings": {"alerts": {"a b": {"above": 1}}}}, 422, "invalid"),
    (Role.ADMIN, "GET report/year", None, 422, "invalid"),
    (Role.ADMIN, "GET report/day?date=2026-02-30", None, 422, "invalid"),
    (Role.ADMIN, "GET report/day?date=9999-12-31", None, 422, "no_such_period"),
    (Role.ADMIN, "GET chargepoint/CP-1/authorizations?page_size=201", None, 422, "invalid"),
    (Role.ADMIN, "GET chargepoint/CP-9/authorizations", None, 404, "charge_point_not_found"),
    (Role.ADMIN, "GET location/Nowhere/authorizations", None, 404, "location_not_found"),
    (Role.ADMIN, "POST location/Lot/queue/move", {"username": "ann", "to": "front", "reason": " "}, 422, "invalid"),
    (Role.BRIDGE, "POST bridge/authorizations", {"authorizations": [{"charge_point_id": "x"}]}, 422, "invalid"),
    (Role.BRIDGE, "POST bridge/building", {"location_id": "Lot", "readings": []}, 422, "invalid"),
    (Role.ADMIN, "GET location/Lot/building", None, 404, "no_building_meter"),
    (Role.ADMIN, "GET location/Lot/building/measurements?points=0", None, 422, "invalid"),
    (Role.BRIDGE, "POST bridge/attempts", {"attempts": [{"charge_point_id": "x"}]}, 422, "invalid"),
    (Role.ADMIN, "POST chargepoint/CP-1/command", {"action": "BootNotification", "payload": {}}, 422, "unknown_action"),
    (Role.ANONYMOUS, "POST auth/register", {"username": "bob@example.org", "password": PASSWORD}, 422, "invalid_id"),
    (Role.ANONYMOUS, "POST auth/register", {"username": "zed", "password": "short"}, 422, "invalid"),
    (Role.ANONYMOUS, "POST auth/register", ZED | {"email": "no address"}, 422, "invalid_email"),
    (Role.ANONYMOUS, "POST auth/register", ZED | {"email": "a@b.c\nBcc: x@y.z"}, 422, "invalid_email"),
    (Role.ANONYMOUS, "POST auth/register", ZED | {"name": "a\nb"}, 422, "invalid_name"),
    (Role.ANONYMOUS, "POST auth/register", ZED | {"type": "admin"}, 422, "invalid"),
    (Role.ANONYMOUS, "POST auth/resetPassword", {"token": "x", "password": PASSWORD}, 422, "invalid_reset"),
    (Role.USER, "PATCH user", {"password": "another horse battery"}, 422, "current_password_missing"),
    (Role.USER, "PATCH user", {"switches": {"Bad Name": True}}, 422, "invalid_switches"),
    (Role.USER, "PATCH user", {"switches": {"offered": 1}}, 422, "invalid"),
    (Role.USER, "PATCH user", {"username": "dave"}, 422, "invalid"),
    (Role.ADMIN, "POST user", {"username": "zed"}, 422, "invalid_password"),
    (Role.ADMIN, "POST user", {"username": "zed", "password": "12345678", "type": "admin"}, 422, "invalid_password"),
    (Role.ADMIN, "POST user/unit-charger/token", {"scope": {"bridge": "b1", "charger": "Lot:A"}}, 422, "invalid"),
    (Role.ADMIN, "POST user/unit-charger/token", {"scope": {}}, 422, "invalid"),
    (Role.ADMIN, "POST user/unit-charger/token", {"scope": {"charger": "Lot"}}, 422, "invalid_id"),
    (Role.ADMIN, "POST user/unit-charger/token", {"scope": {"charger": "a:b:c"}}, 422, "invalid_id"),
    (Role.ADMIN, "POST user/unit-charger/token", {"scope": {"bridge": "__x__"}}, 422, "invalid_id"),
    (Role.USER, "POST user/tag", {"tag": "x" * 256}, 422, "invalid"),
    (Role.USER, "POST user/tag", {"tag": "a\x00"}, 422, "invalid_id"),
    (Role.USER, "POST user/tag", {"tag": "é"}, 422, "invalid_id"),
    (Role.USER, "POST user/tag", {"tag": ".."}, 422, "invalid_id"),
    (Role.USER, "POST user/tag", {"tag": "04FF", "expires_at": "tomorrow"}, 422, "invalid"),
    (Role.USER, "POST user/tag", {"tag": "04FF", "expires_at": "2027-01-01T00:00:00"}, 422, "invalid"),
    (Role.USER, "POST user/tag", {"tag": "04FF", "expires_at": 0}, 422, "invalid"),
    (Role.USER, "POST user/tag", {"tag": "04FF", "expires_at": "9999-12-31T23:59:59-12:00"}, 422, "invalid"),
]  # fmt: skip


@pytest.mark.parametrize(("role", "target", "body", "status", "code"), BAD_VALUES)
def test_it_is_invalid_and_changes_nothing(
    world: ApiWorld, role: Role, target: str, body: Any, status: int, code: str
) -> None:
    method, _, path = target.partition(" ")
    assert refused(world, role, method, f"/api/{path}", json=body) == (status, code)
