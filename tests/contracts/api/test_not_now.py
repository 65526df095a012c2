"""What is not possible in the state things are in: each request with its answer, and that nothing changes."""

from typing import Any

import pytest

from tests.contracts.api.refusal import refused
from tests.contracts.api.roles import Role
from tests.contracts.api.world import ApiWorld
from tests.fakes.people import PASSWORD

ZED = {"username": "zed", "password": PASSWORD}

CONFLICTS = [
    (Role.USER, "POST location/Lot/charger/B/start_charging", None, 409, "no_remote_start"),
    (Role.USER, "POST location/Lot/charger/A/reserve", {}, 409, "in_use"),
    (Role.USER, "POST location/Lot/charger/B/reserve", {}, 409, "held_for_another"),
    (Role.USER, "POST location/Yard/charger/F/reserve", None, 409, "no_access"),
    (Role.WAITING, "POST location/Yard/charger/D/reserve", {}, 409, "already_placed"),
    (Role.WAITING, "POST location/Lot/charger/A/reserve", {}, 409, "illegal_transition"),
    (Role.OWNER, "POST location/Lot/charger/B/reserve", {}, 409, "illegal_transition"),
    (Role.USER, "POST location/Gone/charger/A/reserve", {}, 404, "charger_not_found"),
    (Role.USER, "POST location/Yard/charger/D/reserve", {"minutes": 16}, 422, "invalid_minutes"),
    (Role.HOLDER, "POST location/Lot/charger/B/cancel_reservation", {}, 409, "illegal_transition"),
    (Role.USER, "POST location/Yard/charger/D/cancel_reservation", {}, 409, "no_open_session"),
    (Role.CHARGER, "POST location/Lot/charger/A/session", {"tag": "04EF"}, 409, "tag_refused"),
    (Role.CHARGER, "POST location/Lot/charger/A/session", {"tag": "04AB"}, 409, "already_placed"),
    (Role.WAITING, "POST location/Lot/queue", {}, 409, "already_placed"),
    (Role.WAITING, "POST location/Yard/queue", {}, 409, "already_placed"),
    (Role.HOLDER, "POST location/Lot/queue", {}, 409, "already_placed"),
    (Role.OWNER, "POST location/Lot/queue", {}, 409, "already_placed"),
    (Role.OWNER, "POST location/Yard/queue", {}, 409, "already_placed"),
    (Role.OWNER, "DELETE location/Lot/queue", None, 409, "illegal_transition"),
    (Role.USER, "DELETE location/Lot/queue", None, 409, "illegal_transition"),
    (Role.USER, "POST location/Lot/queue/offer", {"action": "accept"}, 409, "no_offer"),
    (Role.WAITING, "POST location/Lot/queue/offer", {"action": "snooze"}, 409, "no_offer"),
    (Role.OWNER, "POST location/Lot/queue/offer", {"action": "decline"}, 409, "illegal_transition"),
    (Role.HOLDER, "POST location/Lot/queue/offer", {"action": "accept", "session_id": 9}, 409, "other_offer"),
    (Role.OWNER, "POST location/Lot/charger/A/start_charging", None, 409, "illegal_transition"),
    (Role.HOLDER, "POST location/Lot/charger/A/start_charging", None, 409, "no_remote_start"),
    (Role.HOLDER, "POST location/Lot/charger/B/stop_charging", None, 409, "illegal_transition"),
    (Role.HOLDER, "POST location/Lot/charger/B/not_me", None, 409, "illegal_transition"),
    (Role.WAITING, "POST location/Yard/charger/D/start_charging", None, 409, "no_remote_start"),
    (Role.USER, "POST location/Yard/charger/D/stop_charging", None, 409, "no_open_session"),
    (Role.ADMIN, "DELETE location/Yard/charger/D/session", None, 409, "no_open_session"),
    (Role.OWNER, "DELETE location/Lot/charger/A/session?session_id=1", None, 409, "no_open_session"),
    (Role.ADMIN, "PUT location/Lot/charger/B", {"state": "full"}, 409, "illegal_transition"),
    (Role.ADMIN, "POST location/Lot", {}, 409, "location_exists"),
    (Role.ADMIN, "POST location/Lot/charger/a", {}, 409, "charger_exists"),
    (Role.ADMIN, "DELETE location/Lot", None, 409, "charge_point_bound"),
    (Role.ADMIN, "DELETE location/Lot/charger/A", None, 409, "charger_in_use"),
    (Role.ADMIN, "DELETE location/Lot/charger/C", None, 409, "charge_point_bound"),
    (Role.ADMIN, "DELETE chargepoint/CP-1", None, 409, "charge_point_in_use"),
    (Role.ADMIN, "POST location/Gone", {"name": "x"}, 409, "location_exists"),
    (Role.ADMIN, "POST location/Gone/charger/A", {}, 409, "location_retired"),
    (Role.USER, "POST location/Gone/queue", {}, 409, "location_retired"),
    (Role.ADMIN, "PUT chargepoint/CP-3", {"connectors": {"1": "Gone:A"}}, 409, "location_retired"),
    (Role.ADMIN, "PUT chargepoint/CP-3", {"connectors": {"1": "Lot:C"}}, 409, "charger_bound"),
    (Role.ADMIN, "PUT chargepoint/CP-1", {"connectors": {"1": "Yard:new"}}, 409, "charge_point_in_use"),
    (Role.ANONYMOUS, "POST auth/register", {"username": "BOB", "password": PASSWORD}, 409, "username_taken"),
    (Role.ANONYMOUS, "POST auth/register", ZED | {"email": "Bob@Example.org"}, 409, "email_taken"),
    (Role.BRIDGE, "POST auth/refresh", None, 409, "fixed_token"),
    (Role.USER, "PATCH user", {"email": "bob@example.org"}, 409, "email_taken"),
    (Role.WAITING, "DELETE user", None, 409, "user_in_use"),
    (Role.HOLDER, "DELETE user", None, 409, "user_in_use"),
    (Role.OWNER, "DELETE user", None, 409, "user_in_use"),
    (Role.ADMIN, "DELETE user", None, 409, "last_admin"),
    (Role.ADMIN, "DELETE user?username=bob", None, 409, "user_in_use"),
    (Role.ADMIN, "PATCH user/root/set_user_admin", {"is_admin": False}, 409, "last_admin"),
    (Role.ADMIN, "PATCH user/root", {"active": False}, 409, "last_admin"),
    (Role.ADMIN, "PATCH user/unit-charger/set_user_admin", {"is_admin": True}, 409, "service_type"),
    (Role.ADMIN, "POST user", {"username": "Bob", "password": PASSWORD}, 409, "username_taken"),
    (Role.ADMIN, "DELETE group/Crew", None, 409, "group_in_use"),
    (Role.ADMIN, "PUT group/staff/member/unit-charger", None, 409, "service_type"),
    (Role.ADMIN, "POST user/bob/token", {"scope": {"bridge": "b1"}}, 409, "not_a_service"),
    (Role.USER, "POST user/tag", {"tag": "04ab"}, 409, "tag_taken"),
    (Role.USER, "DELETE user/tag/{made_up_tag}", None, 409, "made_up_tag"),
    (Role.USER, "PATCH user/tag/{made_up_tag}", {"active": False}, 409, "made_up_tag"),
]  # fmt: skip


@pytest.mark.parametrize(("role", "target", "body", "status", "code"), CONFLICTS)
def test_it_is_a_conflict_and_changes_nothing(
    world: ApiWorld, role: Role, target: str, body: Any, status: int, code: str
) -> None:
    method, _, path = target.partition(" ")
    made_up_tag = world.sender(Role.USER).get("/api/user").json["user"]["tag"]
    sent = {} if body is None else {"json": body}
    assert refused(world, role, method, f"/api/{path.format(made_up_tag=made_up_tag)}", **sent) == (status, code)
