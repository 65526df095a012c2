"""What is somebody else's, and what is not there: each request with its answer, and that nothing changes."""

from typing import Any

import pytest

from tests.contracts.api.refusal import refused
from tests.contracts.api.roles import Role
from tests.contracts.api.world import ApiWorld
from tests.fakes.people import PASSWORD

NOT_YOURS = [
    (Role.USER, "GET location/Lot/charger/A/session/1", None, 403, "not_your_session"),
    (Role.USER, "DELETE location/Lot/charger/A/session", None, 403, "not_your_session"),
    (Role.WAITING, "DELETE location/Lot/charger/C/session", None, 403, "not_your_session"),
    (Role.HOLDER, "DELETE location/Lot/charger/A/session", None, 403, "not_your_session"),
    (Role.USER, "POST location/Lot/charger/A/stop_charging", None, 403, "not_your_session"),
    (Role.USER, "POST location/Yard/charger/F/cancel_reservation", {}, 403, "not_your_session"),
    (Role.USER, "POST location/Yard/charger/D/reserve?username=bob", {}, 403, "admins_only"),
    (Role.CHARGER, "POST location/Lot/charger/A/reserve", {}, 403, "not_allowed"),
    (Role.USER, "GET user/last_usage?username=bob", None, 403, "admins_only"),
    (Role.WAITING, "POST location/Lot/charger/B/not_me", None, 403, "not_your_session"),
    (Role.USER, "PATCH user/tag/04AB", {"active": False}, 403, "not_your_tag"),
    (Role.USER, "DELETE user/tag/04AB", None, 403, "not_your_tag"),
    (Role.USER, "GET user?username=bob", None, 403, "admins_only"),
    (Role.USER, "GET user?username=nobody", None, 403, "admins_only"),
    (Role.USER, "DELETE user?username=bob", None, 403, "admins_only"),
    (Role.USER, "POST location/Lot/queue?username=bob", {}, 403, "admins_only"),
    (Role.USER, "GET location/Lot/charger/A/sessions?username=bob", None, 403, "admins_only"),
    (Role.USER, "POST location/Lot/queue/offer?username=dora", {"action": "accept"}, 403, "admins_only"),
    (Role.USER, "GET user/all", None, 403, "not_allowed"),
    (Role.USER, "PATCH user/carl/set_user_admin", {"is_admin": True}, 403, "not_allowed"),
    (Role.USER, "PATCH location/Lot", {"name": "mine"}, 403, "not_allowed"),
    (Role.USER, "POST chargepoint/CP-1/command", {"action": "Reset"}, 403, "not_allowed"),
    (Role.USER, "PUT location/Lot/charger/A", {"state": "available"}, 403, "not_allowed"),
    (Role.USER, "POST location/Lot/charger/A/session", {"tag": "04AB"}, 403, "not_allowed"),
    (Role.CHARGER, "PUT location/Lot/charger/B", {"state": "available"}, 403, "not_your_unit"),
    (Role.CHARGER, "PUT location/Yard/charger/D", {"state": "available"}, 403, "not_your_unit"),
    (Role.CHARGER, "DELETE location/Lot/charger/B/session", None, 403, "not_your_unit"),
    (Role.USER, "GET group", None, 403, "not_allowed"),
    (Role.USER, "PUT group/staff/member/carl", None, 403, "not_allowed"),
    (Role.USER, "GET user/quota?username=bob", None, 403, "admins_only"),
    (Role.USER, "GET report/year?year=2026", None, 403, "not_allowed"),
    (Role.CHARGER, "GET user", None, 403, "not_allowed"),
    (Role.CHARGER, "POST location/Lot/queue", {}, 403, "not_allowed"),
    (Role.BRIDGE, "GET chargepoint", None, 403, "not_allowed"),
    (Role.USER, "GET chargepoint/CP-1/records", None, 403, "not_allowed"),
    (Role.CHARGE_POINT, "GET chargepoint/CP-1/notices", None, 403, "not_allowed"),
    (Role.BRIDGE, "PUT chargepoint/CP-3", {"connectors": {"1": "Lot:Z"}}, 403, "not_allowed"),
    (Role.CHARGE_POINT, "POST chargepoint/CP-2/authorize", {"tag": "04AB"}, 403, "not_your_unit"),
    (Role.CHARGE_POINT, "POST events", {"stream": "s", "events": []}, 403, "not_allowed"),
    (Role.ADMIN, "POST events", {"stream": "s", "events": []}, 403, "units_only"),
    (Role.ADMIN, "GET bridge/config", None, 403, "units_only"),
    (Role.USER, "PATCH user", {"password": PASSWORD, "current_password": "wrong"}, 403, "wrong_password"),
]  # fmt: skip

WRONG_CREDENTIALS = [
    (Role.ANONYMOUS, "POST auth/login", {"username": "bob", "password": "wrong"}, 401, "bad_credentials"),
    (Role.ANONYMOUS, "POST auth/login", {"username": "nobody", "password": "wrong"}, 401, "bad_credentials"),
    (Role.ANONYMOUS, "POST auth/login", {"username": "ivy", "password": PASSWORD}, 401, "deactivated"),
    (Role.ANONYMOUS, "POST auth/login", {"username": "unit-charger", "password": ""}, 401, "bad_credentials"),
    (Role.ANONYMOUS, "POST auth/login", {"username": "", "password": ""}, 401, "bad_credentials"),
]  # fmt: skip

NOT_THERE = [
    (Role.CHARGER, "POST location/Lot/charger/A/session", {"tag": "nobody's"}, 404, "tag_not_found"),
    (Role.BRIDGE, "POST chargepoint/CP-9/authorize", {"tag": "04AB"}, 404, "charge_point_not_found"),
    (Role.HOLDER, "GET location/Yard/queue/offer", None, 404, "no_offer"),
    (Role.ADMIN, "PUT location/Lot/charger/nope", {"state": "available"}, 404, "charger_not_found"),
    (Role.USER, "GET location/Gone", None, 404, "location_not_found"),
    (Role.ADMIN, "PUT chargepoint/CP-3", {"connectors": {"1": "nowhere:A"}}, 404, "location_not_found"),
    (Role.ADMIN, "POST chargepoint/CP-9/command", {"action": "GetConfiguration"}, 404, "charge_point_not_found"),
    (Role.ADMIN, "GET chargepoint/CP-2/command/{command_id}", None, 404, "command_not_found"),
    (Role.ADMIN, "GET chargepoint/CP-9/records", None, 404, "charge_point_not_found"),
    (Role.ADMIN, "GET chargepoint/cp-1/notices", None, 404, "charge_point_not_found"),
    (Role.ADMIN, "GET chargepoint/cp-1", None, 404, "charge_point_not_found"),
    (Role.ADMIN, "PATCH user/nobody", {"active": True}, 404, "no_such_user"),
    (Role.ADMIN, "DELETE user/unit-charger/token/none", None, 404, "no_such_token"),
    (Role.ADMIN, "DELETE user/bob/token/{token_id}", None, 404, "no_such_token"),
    (Role.ADMIN, "GET group/nobody", None, 404, "no_such_group"),
    (Role.ADMIN, "DELETE group/staff/member/bob", None, 404, "not_a_member"),
    (Role.ADMIN, "PUT group/staff/member/nobody", None, 404, "no_such_user"),
    (Role.ADMIN, "GET report/day?date=2026-03-01&location=nowhere", None, 404, "location_not_found"),
    (Role.USER, "PATCH user/tag/nope", {"label": "x"}, 404, "no_such_tag"),
]  # fmt: skip


@pytest.mark.parametrize(("role", "target", "body", "status", "code"), [*NOT_YOURS, *WRONG_CREDENTIALS, *NOT_THERE])
def test_it_is_refused_and_changes_nothing(
    world: ApiWorld, role: Role, target: str, body: Any, status: int, code: str
) -> None:
    method, _, path = target.partition(" ")
    sent = {} if body is None else {"json": body}
    assert refused(world, role, method, f"/api/{path.format_map(named(world))}", **sent) == (status, code)


def named(world: ApiWorld) -> dict[str, str]:
    return {name: str(world.inhabitants.known[name][0]) for name in ("command_id", "token_id")}
