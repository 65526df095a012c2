"""Accounts over HTTP: one's own, and what admins do to them (B1, B2, B5, C7)."""

from dataclasses import replace

import pytest

from api.app import create_app
from model import paths
from model.account import UserState
from model.store.query import Query
from services.accounts.names import user_named
from services.standing import Standing
from tests.fakes.composition import fake_services
from tests.fakes.people import PASSWORD, People, Someone

NEW = "a better one altogether"


@pytest.mark.parametrize("method", ["PUT", "PATCH"])
def test_what_is_left_out_of_a_change_stays(ann, method):
    answer = ann.send(method, "/api/user", json={"surname": "Example", "switches": {"offered": False}})
    user = answer.json["user"]
    assert (user["surname"], user["email"], user["switches"]) == (
        "Example",
        "ann@example.org",
        {"offered": False},
    )


def test_an_address_moves_and_the_old_one_is_free_again(app, nobody, ann, bob):
    assert ann.patch("/api/user", {"email": "new@example.org"}).status_code == 200
    assert bob.patch("/api/user", {"email": "NEW@example.org"}).json["code"] == "email_taken"
    assert bob.patch("/api/user", {"email": "ann@example.org"}).status_code == 200
    login = {"username": "new@example.org", "password": PASSWORD}
    token = nobody.post("/api/auth/login", login).json["token"]
    assert Someone(app, token).get("/api/user").json["user"]["username"] == "ann"
    assert ann.patch("/api/user", {"email": ""}).json["user"]["email"] == ""
    assert nobody.post("/api/auth/login", login).status_code == 401


def test_a_username_that_is_the_own_address_keeps_its_name(nobody, people):
    eve = people.user("eve@example.org", email="eve@example.org")
    assert eve.patch("/api/user", {"email": "other@example.org"}).status_code == 422
    assert eve.patch("/api/user", {"name": "Eve"}).status_code == 200
    login = {"username": "EVE@example.org", "password": PASSWORD}
    assert nobody.post("/api/auth/login", login).status_code == 200


def test_a_new_password_needs_the_current_one_and_ends_all_other_tokens(app, nobody, ann):
    other = Someone(app, nobody.post("/api/auth/login", {"username": "ann", "password": PASSWORD}).json["token"])
    assert ann.patch("/api/user", {"password": NEW}).json["code"] == "current_password_missing"
    wrong = ann.patch("/api/user", {"password": NEW, "current_password": "not this one"})
    assert (wrong.status_code, wrong.json["code"]) == (403, "wrong_password")
    assert other.get("/api/user").status_code == 200
    assert ann.patch("/api/user", {"password": NEW, "current_password": PASSWORD}).status_code == 200
    assert ann.get("/api/user").status_code == 200
    assert other.get("/api/user").status_code == 401
    assert nobody.post("/api/auth/login", {"username": "ann", "password": NEW}).status_code == 200


def test_the_current_password_cannot_be_guessed_in_a_row(ann):
    guess = {"password": NEW, "current_password": "not this one"}
    statuses = [ann.patch("/api/user", guess).status_code for _ in range(8)]
    assert statuses == [403] * 6 + [429] * 2


def test_a_device_has_one_address_for_notifications_and_it_is_never_shown(app, services, nobody, ann):
    login = {"username": "ann", "password": PASSWORD, "device": "phone"}
    phone = Someone(app, nobody.post("/api/auth/login", login).json["token"])
    phone.put("/api/user", {"notification_token": "first-address"})
    answer = phone.put("/api/user", {"notification_token": "second-address"})
    assert answer.json["user"]["devices"] == [{"device_id": "phone", "label": "phone", "web_push": False}]
    assert "second-address" not in answer.text
    assert [each.notification_token for each in user_named(services.store, "ann").devices] == ["second-address"]
    assert phone.put("/api/user", {"notification_token": ""}).json["user"]["devices"] == []


@pytest.mark.parametrize("switches", [{"Bad Name": True}, {"x": "yes"}, {"": True}, {str(n): True for n in range(31)}])
def test_switches_are_names_with_true_or_false(ann, switches):
    assert ann.patch("/api/user", {"switches": switches}).status_code == 422


def test_deleting_an_account_leaves_nothing_that_names_the_person(services, nobody, ann):
    ann.post("/api/user/tag", {"tag": "04AB"})
    nobody.post("/api/auth/resetPasswordToken", {"email": "ann@example.org"})
    user = user_named(services.store, "ann")
    assert ann.delete("/api/user").json == {"message": "The account is deleted.", "status": "ok"}
    left = [
        document
        for name in (paths.USERS, paths.NAMES, paths.TAGS, paths.TOKENS)
        for document in services.store.query(Query(name))
    ]
    assert left == []
    assert services.store.get(paths.user(user.user_id)) is None
    assert nobody.post("/api/auth/register", {"username": "ann", "password": PASSWORD}).status_code == 201


@pytest.mark.parametrize("state", [each for each in UserState if each is not UserState.INACTIVE])
def test_who_is_in_a_queue_or_at_a_charger_cannot_be_deleted(state):
    standing = Standing(state=state, location_id="lot", charger_id="1", session_id=4)
    services = fake_services(standing=lambda _reads, _user, **_: standing)
    app = create_app(services)
    people = People(app, services)
    ann, root = people.user("ann"), people.admin()
    for answer in (ann.delete("/api/user"), root.delete("/api/user?username=ann")):
        assert (answer.status_code, answer.json["code"]) == (409, "user_in_use")
    user = ann.get("/api/user").json["user"]
    assert (user["state"], user["location_id"], user["session_id"]) == (state.value, "lot", 4)


def test_admins_list_all_accounts_page_by_page(root, people):
    for name in ("dan", "cat", "ann", "bob"):
        people.user(name)
    seen, token = [], None
    for _ in range(3):
        query = {"page_size": 2} | ({"page_token": token} if token else {})
        page = root.get("/api/user/all", query_string=query).json
        seen += [user["username"] for user in page["users"]]
        token = page["next_page_token"]
    assert seen == ["ann", "bob", "cat", "dan", "root"]
    assert token is None


def test_admins_make_accounts_of_every_type(app, root, nobody):
    for kind in ("user", "admin", "service"):
        new = {"username": f"new-{kind}", "password": NEW, "type": kind}
        answer = root.post("/api/user", new)
        assert (answer.status_code, answer.json["user"]["type"]) == (201, kind)
    assert root.post("/api/user", {"username": "unit", "type": "service"}).status_code == 201
    assert root.post("/api/user", {"username": "person"}).json["field"] == "password"
    assert root.post("/api/user", {"username": "weak", "password": "12345678", "type": "admin"}).status_code == 422
    login = nobody.post("/api/auth/login", {"username": "new-service", "password": NEW})
    assert (login.status_code, login.json["code"]) == (403, "service_cannot_log_in")


def test_a_deactivated_account_is_out_until_it_is_activated(nobody, root, ann):
    login = {"username": "ann", "password": PASSWORD}
    assert root.patch("/api/user/ann", {"active": False}).json["user"]["active"] is False
    assert ann.get("/api/user").status_code == 401
    assert nobody.post("/api/auth/login", login).json["code"] == "deactivated"
    assert root.patch("/api/user/ANN", {"active": True}).status_code == 200
    assert ann.get("/api/user").status_code == 401, "its old tokens are gone"
    assert nobody.post("/api/auth/login", login).status_code == 200


def test_a_change_of_type_holds_for_tokens_out_already(root, ann):
    assert ann.get("/api/user/all").status_code == 403
    assert root.patch("/api/user/ann/set_user_admin", {"is_admin": True}).json["user"]["type"] == "admin"
    assert ann.get("/api/user/all").status_code == 200
    assert root.patch("/api/user/ann/set_user_admin", {"is_admin": False}).json["user"]["type"] == "user"
    assert ann.get("/api/user/all").status_code == 403


def test_the_last_admin_stays(root, people):
    for change in (
        lambda: root.patch("/api/user/root", {"active": False}),
        lambda: root.patch("/api/user/root", {"type": "user"}),
        lambda: root.patch("/api/user/root/set_user_admin", {"is_admin": False}),
        lambda: root.delete("/api/user"),
    ):
        answer = change()
        assert (answer.status_code, answer.json["code"]) == (409, "last_admin")
    people.admin("second")
    assert root.delete("/api/user").status_code == 200


def test_a_units_account_does_not_become_a_persons(root, ann):
    root.post("/api/user", {"username": "unit", "type": "service"})
    assert root.patch("/api/user/unit", {"type": "admin"}).json["code"] == "service_type"
    assert root.patch("/api/user/ann", {"type": "service"}).json["code"] == "service_type"


def test_an_admin_changes_another_account_without_its_password(nobody, root, ann):
    assert root.patch("/api/user?username=ann", {"password": NEW, "name": "Ann"}).status_code == 200
    assert ann.get("/api/user").status_code == 401
    assert nobody.post("/api/auth/login", {"username": "ann", "password": NEW}).status_code == 200


def test_what_admins_do_is_written_down_without_secrets(services, root, ann):
    root.patch("/api/user?username=ann", {"password": NEW})
    root.patch("/api/user/ann", {"active": False})
    root.post("/api/user/tag?username=ann", {"tag": "04ABCDEF"})
    root.delete("/api/user?username=ann")
    lines = [document.data for document in services.store.query(Query(paths.ADMIN_ACTIONS))]
    made_by_root = [line["action"] for line in lines if line["actor"] == "root"]
    assert sorted(made_by_root) == ["add_tag", "change_access", "change_user", "delete_user"]
    assert NEW not in str(lines)
    assert "04ABCDEF" not in str(lines)


def test_standings_are_read_in_the_transaction_that_deletes(services):
    seen = []

    def standing(reads, user, **_):
        seen.append(reads is not services.store)
        return Standing()

    app = create_app(replace(services, standing=standing))
    ann = People(app, services).user("ann")
    ann.delete("/api/user")
    assert seen == [True]
