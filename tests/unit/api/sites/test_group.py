"""Groups and quotas over HTTP (B8): kept by admins, felt by drivers, nothing left behind (C7)."""

from typing import Any

import pytest

from model import paths
from model.store.memory import MemoryStore
from services.context import Services
from services.transfer.everything import documents
from tests.fakes.people import PASSWORD, Answer, Someone

STAFF = "/api/group/Staff"


def limits(someone: Someone, query: str = "") -> list[dict[str, Any]]:
    found: list[dict[str, Any]] = someone.get(f"/api/user/quota{query}").json["quota"]["limits"]
    return found


def refused(answer: Answer) -> tuple[int, str]:
    return answer.status_code, answer.json["code"]


@pytest.fixture
def staff(root: Someone) -> str:
    assert root.put(STAFF, {"name": "Staff", "quota": {"day_wh": 20_000}}).status_code == 201
    return STAFF


def test_a_group_is_made_described_and_listed(root: Someone, staff: str) -> None:
    shown = root.get("/api/group/STAFF").json["group"]
    none = {"month_wh": None, "day_sessions": None, "month_sessions": None}
    assert shown == {"group_id": "Staff", "name": "Staff", "quota": {"day_wh": 20_000, **none}, "closing": False}
    again = root.put("/api/group/sTAFF", {"name": "All of us"})
    assert (again.status_code, again.json["group"]["group_id"]) == (200, "Staff")
    assert again.json["group"]["quota"] == {"day_wh": None, **none}
    root.put("/api/group/fleet")
    page = root.get("/api/group?page_size=1").json
    assert [one["group_id"] for one in page["groups"]] == ["Staff"]
    rest = root.get(f"/api/group?page_size=1&page_token={page['next_page_token']}").json
    assert [one["group_id"] for one in rest["groups"]] == ["fleet"]
    assert rest["next_page_token"] is None


def test_members_come_and_go(root: Someone, ann: Someone, bob: Someone, staff: str) -> None:
    assert root.put(f"{staff}/member/ANN").json == {"member": {"username": "ann"}}
    assert root.put(f"{staff}/member/ann").status_code == 200
    root.put(f"{staff}/member/bob")
    assert root.get(f"{staff}/member").json == {
        "members": [{"username": "ann"}, {"username": "bob"}],
        "next_page_token": None,
    }
    assert ann.get("/api/user").json["user"]["groups"] == ["staff"]
    assert [(one["most"], one["group"]) for one in limits(ann)] == [(20_000, "staff")]
    assert root.delete(f"{staff}/member/ann").status_code == 200
    assert refused(root.delete(f"{staff}/member/ann")) == (404, "not_a_member")
    assert (ann.get("/api/user").json["user"]["groups"], limits(ann)) == ([], [])


def test_only_admins_keep_groups_and_quotas(ann: Someone, bob: Someone, nobody: Someone, staff: str) -> None:
    asked: list[tuple[str, str, Any]] = [
        ("GET", "/api/group", None), ("GET", staff, None), ("PUT", staff, {}), ("DELETE", staff, None),
        ("GET", f"{staff}/member", None), ("PUT", f"{staff}/member/ann", None), ("DELETE", f"{staff}/member/ann", None),
        ("PATCH", "/api/user/ann", {"quota": {}}), ("GET", "/api/user/quota?username=bob", None),
    ]  # fmt: skip
    for method, path, body in asked:
        assert ann.send(method, path, json=body).status_code == 403, (method, path)
        assert nobody.send(method, path, json=body).status_code == 401, (method, path)
    assert refused(ann.patch("/api/user", {"quota": {"day_wh": 1}})) == (422, "invalid")


def test_a_user_reads_what_is_left_and_admins_that_of_all(root: Someone, ann: Someone) -> None:
    changed = root.patch("/api/user/ann", {"quota": {"month_wh": 0, "day_sessions": 2}}).json["user"]
    assert (changed["quota"]["month_wh"], changed["quota"]["day_sessions"]) == (0, 2)
    mine = limits(ann)
    assert [(one["per"], one["of"], one["most"], one["used"], one["left"]) for one in mine] == [
        ("day", "sessions", 2, 0, 2),
        ("month", "wh", 0, 0, 0),
    ]
    assert all(one["begins_anew_at"].endswith("T00:00:00.000Z") for one in mine)
    assert limits(root, "?username=ann") == mine
    root.patch("/api/user/ann", {"active": True})
    assert limits(ann) == mine
    root.patch("/api/user/ann", {"quota": {}})
    assert limits(ann) == []


def test_quota_and_access_are_refused_in_words_when_joining(root: Someone, ann: Someone, lot: str, staff: str) -> None:
    root.patch("/api/user/ann", {"quota": {"day_wh": 0}})
    answer = ann.post(f"{lot}/queue")
    assert refused(answer) == (409, "quota_used")
    assert "0 kWh a day" in answer.json["detail"]
    root.patch("/api/user/ann", {"quota": {}})
    root.patch(lot, {"settings": {"groups": ["STAFF"]}})
    answer = ann.post(f"{lot}/queue")
    assert refused(answer) == (409, "no_access")
    assert "group staff" in answer.json["detail"]
    root.put(f"{staff}/member/ann")
    assert ann.post(f"{lot}/queue").status_code == 201


def test_a_changed_quota_of_a_group_holds_at_once_here(root: Someone, ann: Someone, lot: str, staff: str) -> None:
    root.put(f"{staff}/member/ann")
    assert ann.post(f"{lot}/queue").status_code == 201
    ann.delete(f"{lot}/queue")
    root.put(staff, {"quota": {"day_wh": 0}})
    assert refused(ann.post(f"{lot}/queue")) == (409, "quota_used")


def test_a_charger_shows_its_groups_or_those_of_its_location(
    root: Someone, nobody: Someone, lot: str, staff: str
) -> None:
    root.put("/api/group/fleet")
    assert root.patch(lot, {"settings": {"groups": ["fleet"]}}).status_code == 200
    shown = root.patch(f"{lot}/charger/A", {"groups": ["Staff", "FLEET", "staff"]}).json["charger"]
    assert shown["groups"] == ["fleet", "staff"]
    assert [one["groups"] for one in nobody.get(f"{lot}/charger").json["chargers"]] == [["fleet", "staff"], ["fleet"]]
    assert root.patch(f"{lot}/charger/A", {"groups": []}).json["charger"]["groups"] == ["fleet"]
    assert root.patch(f"{lot}/charger/A", {"price": 5}).json["charger"]["groups"] == ["fleet"]


def test_who_waits_is_called_when_put_into_the_group(
    root: Someone, ann: Someone, bob: Someone, lot: str, staff: str
) -> None:
    root.patch(f"{lot}/charger/A", {"groups": ["staff"]})
    for someone in (ann, bob):
        someone.post(f"{lot}/queue")
    assert bob.get(f"{lot}/queue/offer").status_code == 404
    root.put(f"{staff}/member/bob")
    assert bob.get(f"{lot}/queue/offer").json["offer"]["charger_id"] == "A"
    root.delete(f"{staff}/member/bob")
    assert bob.get(f"{lot}/queue/offer").status_code == 404
    assert bob.get("/api/user").json["user"]["state"] == "in_queue"


@pytest.mark.parametrize("where", ["charger", "location"])
def test_a_group_that_chargers_name_is_not_deleted(
    root: Someone, ann: Someone, lot: str, staff: str, where: str
) -> None:
    root.put(f"{staff}/member/ann")
    path, named, free = {
        "charger": (f"{lot}/charger/A", {"groups": ["staff"]}, {"groups": []}),
        "location": (lot, {"settings": {"groups": ["staff"]}}, {"settings": {"groups": []}}),
    }[where]
    root.patch(path, named)
    answer = root.delete(staff)
    assert refused(answer) == (409, "group_in_use")
    assert {"charger": "charger Lot:A", "location": "location Lot"}[where] in answer.json["detail"]
    assert root.get(staff).json["group"]["closing"] is False
    assert ann.get("/api/user").json["user"]["groups"] == ["staff"]
    root.patch(path, free)
    assert root.delete(staff).status_code == 200


def test_a_retired_charger_keeps_no_group_alive(root: Someone, lot: str, staff: str) -> None:
    root.patch(f"{lot}/charger/A", {"groups": ["staff"]})
    root.delete(f"{lot}/charger/A")
    assert root.delete(staff).status_code == 200
    assert root.post(f"{lot}/charger/A", {}).json["charger"]["groups"] == []


def test_deleting_a_group_or_a_user_leaves_nothing_behind(
    root: Someone, ann: Someone, bob: Someone, services: Services, staff: str
) -> None:
    for name in ("ann", "bob"):
        root.put(f"{staff}/member/{name}")
    assert ann.delete("/api/user").status_code == 200
    assert [one["username"] for one in root.get(f"{staff}/member").json["members"]] == ["bob"]
    assert root.delete(staff).status_code == 200
    assert refused(root.delete(staff)) == (404, "no_such_group")
    assert bob.get("/api/user").json["user"]["groups"] == []
    assert isinstance(services.store, MemoryStore)
    assert [one.path for one in documents(services.store) if one.path.startswith(paths.GROUPS)] == []


def test_a_deletion_that_was_broken_off_is_finished_by_another(
    root: Someone, ann: Someone, services: Services, staff: str
) -> None:
    root.put(f"{staff}/member/ann")
    document = services.store.get(paths.group("staff"))
    assert document is not None
    services.store.put(document.path, {**document.data, "closing": True})
    assert refused(root.put(f"{staff}/member/root")) == (409, "group_closing")
    assert root.get(staff).json["group"]["closing"] is True
    assert root.delete(staff).status_code == 200
    assert ann.get("/api/user").json["user"]["groups"] == []


def test_repeated_requests_are_answered_as_the_first(root: Someone, ann: Someone) -> None:
    key = {"Idempotency-Key": "k1"}
    assert [root.put(STAFF, {}, headers=key).status_code for _ in range(2)] == [201, 201]
    assert [root.put(f"{STAFF}/member/ann", headers=key).status_code for _ in range(2)] == [200, 200]
    assert [root.delete(f"{STAFF}/member/ann", headers=key).status_code for _ in range(2)] == [200, 200]
    assert [root.delete(STAFF, headers=key).status_code for _ in range(2)] == [200, 200]


def test_a_change_to_a_version_that_is_gone_is_412(root: Someone, staff: str) -> None:
    stale = root.get(staff).headers["ETag"]
    root.put(staff, {"name": "Other"})
    for method in ("PUT", "DELETE"):
        assert root.send(method, staff, json={}, headers={"If-Match": stale}).status_code == 412
    fresh = root.get(staff).headers["ETag"]
    assert root.delete(staff, headers={"If-Match": fresh}).status_code == 200


def test_what_describes_no_group_is_refused(root: Someone) -> None:
    bodies: list[Any] = [
        {"quota": {"day_wh": -1}}, {"quota": {"day_wh": 1.5}}, {"quota": {"day_wh": "1"}}, {"quota": {"day_wh": True}},
        {"quota": {"day_wh": 10**12}}, {"quota": {"month_sessions": -1}}, {"quota": {"week_wh": 1}}, {"quota": None},
        {"quota": []}, {"name": None}, {"name": "x" * 101}, {"name": "two\nlines"}, {"members": []}, [], "staff",
    ]  # fmt: skip
    for body in bodies:
        assert root.put(STAFF, body).status_code in {400, 422}, body
        assert root.get(STAFF).status_code == 404


def test_what_is_no_id_names_no_group(root: Someone, ann: Someone) -> None:
    for group_id in ("a b", "a:b", "__x__", "x" * 65, "a%00b", "a%E2%80%8Bb"):
        assert root.put(f"/api/group/{group_id}", {}).status_code == 422, group_id
        assert root.get(f"/api/group/{group_id}").status_code == 404, group_id
        assert root.delete(f"/api/group/{group_id}").status_code == 404, group_id
        assert root.put(f"/api/group/{group_id}/member/ann").status_code == 404, group_id


def test_chargers_and_locations_are_for_groups_that_are_there(root: Someone, lot: str, staff: str) -> None:
    wrong: list[Any] = [
        ["nobody"], ["staff", "nobody"], ["a b"], [""], "staff", [1], None, ["x" * 65],
        [f"g{each}" for each in range(21)],
    ]  # fmt: skip
    for groups in wrong:
        asked = [
            root.patch(f"{lot}/charger/A", {"groups": groups}),
            root.post(f"{lot}/charger/new", {"groups": groups}),
            root.patch(lot, {"settings": {"groups": groups}}),
            root.put("/api/location/new", {"settings": {"groups": groups}}),
        ]
        assert [one.status_code for one in asked] == [422] * 4, groups
    assert root.get(f"{lot}/charger/A").json["charger"]["groups"] == []
    assert root.get("/api/location/new").status_code == 404


def test_strangers_units_and_too_many_groups(root: Someone, ann: Someone, unit: Someone, lot: str, staff: str) -> None:
    assert root.put(f"{staff}/member/nobody").status_code == 404
    assert refused(root.put(f"{staff}/member/unit-a")) == (409, "service_type")
    assert root.put("/api/group/none/member/ann").status_code == 404
    for number in range(10):
        root.put(f"/api/group/g{number}", {})
        assert root.put(f"/api/group/g{number}/member/ann").status_code == 200
    assert refused(root.put(f"{staff}/member/ann")) == (409, "too_many_groups")
    assert "staff" not in ann.get("/api/user").json["user"]["groups"]


def test_a_registered_name_comes_into_no_group_of_the_one_before(
    root: Someone, ann: Someone, nobody: Someone, staff: str
) -> None:
    root.put(f"{staff}/member/ann")
    ann.delete("/api/user")
    nobody.post("/api/auth/register", {"username": "ann", "password": PASSWORD})
    assert limits(root, "?username=ann") == []
