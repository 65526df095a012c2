"""Logging in, registering, swapping and ending tokens, over HTTP (B2, B3)."""

import re

import pytest
from werkzeug.security import generate_password_hash

from api.app import create_app
from model import paths
from model.store.query import Query
from services.accounts.names import user_named
from services.configuration import Configuration
from tests.fakes.composition import fake_services
from tests.fakes.people import PASSWORD, Someone

REGISTER = {
    "username": "Ann",
    "password": PASSWORD,
    "name": "Ann",
    "surname": "Example",
    "email": "Ann@Example.org",
}


def logged_in(app, name="ann", password=PASSWORD, **more) -> Someone:
    answer = Someone(app).post("/api/auth/login", {"username": name, "password": password, **more})
    assert answer.status_code == 200, answer.json
    return Someone(app, answer.json["token"])


def works(someone: Someone):
    return someone.get("/api/auth/validateToken").status_code == 200


def test_registering_answers_a_token_that_opens_the_account(app, nobody):
    answer = nobody.post("/api/auth/register", REGISTER)
    assert answer.status_code == 201
    assert answer.json.keys() == {"token", "expires_at"}
    assert answer.json["expires_at"] == "2026-03-16T08:00:00.000Z"
    user = Someone(app, answer.json["token"]).get("/api/auth/validateToken").json["user"]
    assert (user["username"], user["surname"], user["email"]) == ("Ann", "Example", "Ann@Example.org")
    assert (user["type"], user["state"], user["session_id"]) == ("user", "inactive", None)


def test_the_made_up_tag_is_short_and_belongs_to_the_account(app, nobody):
    token = nobody.post("/api/auth/register", REGISTER).json["token"]
    (tag,) = Someone(app, token).get("/api/user/tag").json["tags"]
    assert re.fullmatch(r"KW[A-Z2-7]{16}", tag["tag"])
    assert tag["made_up"] is True
    assert tag["parent_tag"] == tag["tag"]


@pytest.mark.parametrize(
    ("changes", "code"),
    [
        ({"username": "aNN", "email": "other@example.org"}, "username_taken"),
        ({"username": "other", "email": "ANN@example.ORG"}, "email_taken"),
    ],
)
def test_names_and_addresses_are_taken_whatever_their_case(nobody, changes, code):
    nobody.post("/api/auth/register", REGISTER)
    answer = nobody.post("/api/auth/register", REGISTER | changes)
    assert (answer.status_code, answer.json["code"]) == (409, code)


@pytest.mark.parametrize(
    ("changes", "field"),
    [
        ({"username": ""}, "username"),
        ({"username": "a/b"}, "username"),
        ({"username": " ann"}, "username"),
        ({"username": "a\x07b"}, "username"),
        ({"username": ".."}, "username"),
        ({"username": "x" * 65}, "username"),
        ({"username": "someone@else.org"}, "username"),
        ({"username": 7}, "username"),
        ({"password": "short"}, "password"),
        ({"password": "x" * 257}, "password"),
        ({"email": "no address"}, "email"),
        ({"email": "a@b"}, "email"),
        ({"email": "a@b.org\r\nBcc: all@b.org"}, "email"),
        ({"name": "x" * 101}, "name"),
        ({"surname": "a\nb"}, "surname"),
        ({"is_admin": True}, "is_admin"),
        ({"type": "admin"}, "type"),
    ],
)
def test_what_cannot_be_an_account_is_refused_by_its_field(nobody, changes, field):
    answer = nobody.post("/api/auth/register", REGISTER | changes)
    assert answer.status_code == 422
    assert answer.json["field"] == field
    assert PASSWORD not in answer.text


def test_registration_can_be_closed():
    closed = fake_services(configuration=Configuration(store="memory:", registration_open=False))
    answer = Someone(create_app(closed)).post("/api/auth/register", REGISTER)
    assert (answer.status_code, answer.json["code"]) == (403, "registration_closed")
    assert closed.store.query(Query(paths.USERS)) == []


def test_one_logs_in_by_username_or_address_in_any_case(app, ann):
    assert works(logged_in(app, "ANN"))
    assert works(logged_in(app, "Ann@EXAMPLE.org"))


def test_the_address_may_be_sent_by_its_own_name_but_not_beside_the_username(nobody, ann):
    known = {"email": "ann@example.org", "password": PASSWORD}
    assert nobody.post("/api/auth/login", known).status_code == 200
    for names in ({}, {"username": "ann", "email": "ann@example.org"}):
        assert nobody.post("/api/auth/login", {**names, "password": PASSWORD}).status_code == 422


def test_a_wrong_password_and_an_unknown_name_are_answered_alike(nobody, ann):
    wrong = nobody.post("/api/auth/login", {"username": "ann", "password": "not this one"})
    unknown = nobody.post("/api/auth/login", {"username": "zoe", "password": "not this one"})
    assert wrong.status_code == unknown.status_code == 401
    different = {"instance"}
    assert {k: v for k, v in wrong.json.items() if k not in different} == {
        k: v for k, v in unknown.json.items() if k not in different
    }


def test_a_name_that_grows_when_folded_is_just_unknown(nobody):
    answer = nobody.post("/api/auth/login", {"username": "ΐ" * 254, "password": "not this one"})
    assert answer.status_code == 401


def test_logging_in_again_on_a_device_ends_its_older_token_only(app, ann):
    phone, laptop = logged_in(app, device="phone"), logged_in(app, device="laptop")
    again = logged_in(app, device="phone")
    assert [works(each) for each in (phone, laptop, again, ann)] == [False, True, True, True]


def test_a_hash_of_the_original_service_is_verified_and_renewed_at_login(app, services, ann):
    user = user_named(services.store, "ann")
    document = services.store.get(paths.user(user.user_id))
    old = generate_password_hash("from the old days", method="pbkdf2:sha256:1000")
    services.store.put(document.path, document.data | {"password_hash": old})
    assert works(logged_in(app, password="from the old days"))
    assert user_named(services.store, "ann").password_hash.startswith("$argon2id$v=19$m=19456,t=2,p=1$")
    assert works(logged_in(app, password="from the old days"))


def test_after_seven_days_every_answer_says_that_the_token_is_due(services, ann):
    assert "Kilowait-Token" not in ann.get("/api/user").headers
    services.clock.advance(days=7)
    assert ann.get("/api/user").headers["Kilowait-Token"] == "due"
    assert ann.get("/api/user/all").headers["Kilowait-Token"] == "due"  # a refusal says it too


def test_after_fourteen_days_a_token_is_over(services, ann):
    services.clock.advance(days=13, hours=23)
    assert works(ann)
    services.clock.advance(hours=1)
    answer = ann.get("/api/user")
    assert (answer.status_code, answer.json["code"]) == (401, "token_expired")
    assert answer.headers["WWW-Authenticate"].startswith("Bearer")


def test_a_swapped_token_ends_when_its_successor_is_used_not_before(app, services, ann):
    services.clock.advance(days=8)
    new = Someone(app, ann.post("/api/auth/refresh").json["token"])
    services.clock.advance(days=1)
    assert works(ann), "the answer may have been lost: the old one still opens"
    assert works(new)
    services.clock.advance(seconds=61)
    assert [works(each) for each in (ann, new)] == [False, True]
    assert "Kilowait-Token" not in new.get("/api/user").headers


def test_swapping_twice_leaves_one_successor(app, services, ann):
    lost = Someone(app, ann.post("/api/auth/refresh").json["token"])
    kept = Someone(app, ann.post("/api/auth/refresh").json["token"])
    assert [works(each) for each in (lost, kept)] == [False, True]


def test_logging_out_ends_this_token_at_once_and_no_other(app, ann):
    other = logged_in(app)
    assert works(ann)
    assert ann.post("/api/auth/logout").json == {"message": "Logged out.", "status": "ok"}
    assert [works(each) for each in (ann, other)] == [False, True]
    assert other.get("/api/auth/logout").status_code == 200
    assert not works(other)


def test_a_device_that_is_logged_out_gets_no_more_messages(app, services, ann):
    phone, tablet = (logged_in(app, device=name) for name in ("phone", "tablet"))
    for someone, address in ((phone, "at-the-phone"), (tablet, "at-the-tablet")):
        assert someone.put("/api/user", {"notification_token": address}).status_code == 200
    again = Someone(app, phone.post("/api/auth/refresh").json["token"])
    assert again.post("/api/auth/logout").status_code == 200
    assert [each.notification_token for each in user_named(services.store, "ann").devices] == ["at-the-tablet"]
    assert again.post("/api/auth/logout").status_code == 401


def test_a_successor_ends_with_the_token_it_was_made_for(app, ann):
    heir = Someone(app, ann.post("/api/auth/refresh").json["token"])
    ann.post("/api/auth/logout")
    assert not works(heir)


def test_only_the_hash_of_a_token_is_stored(services, nobody):
    secret = nobody.post("/api/auth/register", REGISTER).json["token"]
    everything = [
        document
        for name in ("tokens", "users", "names", "tags", "lockouts")
        for document in services.store.query(Query(name))
    ]
    assert len(everything) >= 5
    assert secret not in str(everything)
    assert PASSWORD not in str(everything)


def test_failing_to_log_in_is_delayed_longer_each_time_but_never_for_good(app, services, nobody, ann):
    def attempt(password: str):
        return nobody.post("/api/auth/login", {"username": "ann", "password": password})

    assert [attempt("wrong-wrong").status_code for _ in range(6)] == [401] * 6
    waits = []
    for _ in range(4):
        refused = attempt(PASSWORD)
        assert (refused.status_code, refused.json["retry"]) == (429, True)
        waits.append(int(refused.headers["Retry-After"]))
        services.clock.advance(seconds=waits[-1])
        assert attempt("wrong-wrong").status_code == 401
    assert waits == [1, 2, 4, 8]
    services.clock.advance(seconds=900)
    assert attempt(PASSWORD).status_code == 200
    assert attempt("wrong-wrong").status_code == 401, "a success clears the count"
    assert attempt(PASSWORD).status_code == 200
