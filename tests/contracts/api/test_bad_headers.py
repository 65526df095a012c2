"""`If-Match` and `Idempotency-Key`: what they refuse, on every operation that takes them, and that nothing changes."""

import json
from typing import Any

import pytest

from api.operations import TABLE as OPERATIONS_TABLE
from api.resource import operation_id
from tests.contracts.api.bodies import BODIES
from tests.contracts.api.examples import OPERATIONS
from tests.contracts.api.inhabitants import LOT, ONCE, YARD
from tests.contracts.api.refusal import address, refused, said
from tests.contracts.api.roles import Role
from tests.contracts.api.world import ApiWorld
from tests.fakes.people import PASSWORD

NEVER = '"0123456789abcdef0123456789abcdef"'
STALE = (412, "stale")


def taking(header: str) -> list[str]:
    """The operations that document it."""
    reference = {"$ref": f"#/components/parameters/{header}"}
    return [name for name, each in OPERATIONS.items() if reference in each.definition.raw["parameters"]]


def request(world: ApiWorld, operation: str) -> tuple[Role, str, str, Any]:
    """One that is carried out: role, method, path, body (None for none)."""
    each = OPERATIONS[operation]
    role, path, body = FITTING.get(operation, (Role.ADMIN, None, None))
    if body is None and "requestBody" in each.definition.raw:
        body = BODIES[operation][0]
    if operation == "refundPayment":
        body = {**body, "payment_id": world.inhabitants.known["payment_id"][0]}
    if operation == "askToMove":
        world.sender(Role.CHARGER).put(f"{LOT}/charger/A", {"state": "full"})
    return role, each.method, path or address(world, each.path), body


FITTING: dict[str, tuple[Role, str | None, Any]] = {
    "addMember": (Role.ADMIN, "/api/group/staff/member/ann", None),
    "answerOffer": (Role.HOLDER, None, None),
    "askToMove": (Role.WAITING, f"{LOT}/charger/A/please_move", None),
    "cancelReservation": (Role.ADMIN, f"{YARD}/charger/F/cancel_reservation?username=kim", None),
    "changeUserAccess": (Role.ADMIN, "/api/user/gina", None),
    "createCharger": (Role.ADMIN, f"{YARD}/charger/New", None),
    "createLocation": (Role.ADMIN, "/api/location/New", None),
    "deleteChargePoint": (Role.ADMIN, "/api/chargepoint/CP-2", None),
    "deleteUser": (Role.ADMIN, "/api/user?username=gina", None),
    "endSession": (Role.OWNER, None, None),
    "leaveQueue": (Role.WAITING, None, None),
    "putChargerSettings": (Role.ADMIN, f"{LOT}/charger/C/settings", None),
    "putChargerState": (Role.ADMIN, None, {"state": "available"}),
    "refundPayment": (Role.ADMIN, "/api/user/carl/balance/refund", None),
    "removeMember": (Role.ADMIN, "/api/group/staff/member/carl", None),
    "reserveCharger": (Role.USER, f"{YARD}/charger/D/reserve", None),
    "retireCharger": (Role.ADMIN, f"{YARD}/charger/D", None),
    "retireLocation": (Role.ADMIN, "/api/location/Gone", None),
    "sayNotMe": (Role.OWNER, None, None),
    "seeNotification": (Role.HOLDER, None, None),
    "setUserAdmin": (Role.ADMIN, "/api/user/gina/set_user_admin", {"is_admin": True}),
    "startCharging": (Role.USER, f"{YARD}/charger/E/start_charging", None),
    "stopCharging": (Role.ADMIN, f"{LOT}/charger/C/stop_charging?username=gus", None),
}


@pytest.mark.parametrize("etags", [NEVER, f"{NEVER}, {NEVER}", f"W/{NEVER}", '""', "x", '"x', "'x'"])
@pytest.mark.parametrize("operation", taking("IfMatch"))
def test_a_version_nobody_has_seen_changes_nothing(world: ApiWorld, operation: str, etags: str) -> None:
    role, method, path, body = request(world, operation)
    assert refused(world, role, method, path, headers={"If-Match": etags}, json=body) == STALE


def test_the_version_that_was_read_may_be_changed_once(world: ApiWorld) -> None:
    root = world.sender(Role.ADMIN)
    seen = root.get(LOT).headers["ETag"]
    assert root.patch(LOT, {"name": "First"}, headers={"If-Match": f"{NEVER}, {seen}"}).status_code == 200
    assert refused(world, Role.ADMIN, "PATCH", LOT, json={"name": "Second"}, headers={"If-Match": seen}) == STALE
    assert root.patch(LOT, {"name": "Third"}, headers={"If-Match": "*"}).status_code == 200


def test_somebody_elses_version_is_none_of_mine(world: ApiWorld) -> None:
    carls = world.sender(Role.USER).get(LOT).headers["ETag"]
    assert refused(world, Role.ADMIN, "PATCH", LOT, json={"name": "x"}, headers={"If-Match": carls}) == STALE


def test_a_version_of_nothing_is_not_there(world: ApiWorld) -> None:
    found = refused(world, Role.ADMIN, "DELETE", "/api/location/nowhere", headers={"If-Match": "*"})
    assert found == (404, "location_not_found")


@pytest.mark.parametrize("key", ["", "x" * 256, "a\tb", "a\x7fb", "\u0080"])
@pytest.mark.parametrize("operation", taking("IdempotencyKey"))
def test_a_key_that_cannot_be_one_changes_nothing(world: ApiWorld, operation: str, key: str) -> None:
    role, method, path, body = request(world, operation)
    found = refused(world, role, method, path, headers={"Idempotency-Key": key}, json=body)
    assert found == (422, "invalid_idempotency_key")


@pytest.mark.parametrize("operation", taking("IdempotencyKey"))
def test_a_request_sent_again_is_answered_again_and_its_key_fits_no_other_body(world: ApiWorld, operation: str) -> None:
    role, method, path, body = request(world, operation)
    sender, headers = world.sender(role), {"Idempotency-Key": "once"}
    sent = {"data": json.dumps(body or {}), "content_type": "application/json"}
    first = sender.send(method, path, headers=headers, **sent)
    assert first.status_code < 300, first.json
    before = world.documents()
    again = sender.send(method, path, headers=headers, **sent)
    assert again.status_code == first.status_code
    if operation not in ANSWERED_ANEW:
        assert again.json == first.json
    if operation not in SHOW_A_SECRET:
        assert world.documents() == before, "the same request again changed something"
    other = sent | {"data": json.dumps(body or {}) + " "}
    assert refused(world, role, method, path, headers=headers, **other) == (422, "idempotency_key_reused")


SHOW_A_SECRET = {"register", "createToken"}
"""A repeat is answered with another secret for what was made, because none is stored."""
COMMANDS = {operation_id(name=each.name, path="", method="") for each in OPERATIONS_TABLE}
ANSWERED_ANEW = SHOW_A_SECRET | COMMANDS | {"sendCommand", "clearChargingProfile", "putChargerSettings"}
"""A repeated command is answered as it was queued: it may have got further."""


def test_a_key_is_its_senders_own(world: ApiWorld) -> None:
    body = {"username": "gina", "password": PASSWORD}
    again = world.sender(Role.ADMIN).post("/api/user", body, headers={"Idempotency-Key": ONCE})
    assert (again.status_code, again.headers["Idempotency-Replayed"]) == (201, "true")
    headers = {"Idempotency-Key": ONCE}
    assert refused(world, Role.ADMIN, "POST", "/api/user", json=body | {"name": "G"}, headers=headers) == (
        422,
        "idempotency_key_reused",
    )
    mine = world.sender(Role.USER).post(f"{YARD}/queue", {}, headers=headers)
    assert mine.status_code == 201


def test_a_key_is_forgotten_after_a_day(world: ApiWorld) -> None:
    world.clock.advance(hours=24)
    headers = {"Idempotency-Key": ONCE}
    again = world.sender(Role.ADMIN).post("/api/user", {"username": "gina", "password": PASSWORD}, headers=headers)
    assert said(again) == (409, "username_taken")
