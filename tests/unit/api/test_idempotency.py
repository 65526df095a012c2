"""The same request sent twice changes things once (C8)."""

import pytest

from model import paths
from model.store.query import Query
from tests.fakes.people import PASSWORD, Someone

KEY = {"Idempotency-Key": "7c1f4a"}


def test_a_repeat_gets_the_first_answer_and_changes_nothing(ann):
    first = ann.post("/api/user/tag", {"tag": "04AB"}, headers=KEY)
    ann.patch("/api/user/tag/04AB", {"label": "meanwhile"})
    again = ann.post("/api/user/tag", {"tag": "04AB"}, headers=KEY)
    assert (first.status_code, again.status_code) == (201, 201)
    assert again.data == first.data
    assert again.mimetype == "application/json"
    assert again.headers["Idempotency-Replayed"] == "true"
    assert "Idempotency-Replayed" not in first.headers


def test_another_body_with_the_same_key_is_refused(ann):
    ann.post("/api/user/tag", {"tag": "04AB"}, headers=KEY)
    answer = ann.post("/api/user/tag", {"tag": "04CD"}, headers=KEY)
    assert (answer.status_code, answer.json["code"]) == (422, "idempotency_key_reused")
    assert len(ann.get("/api/user/tag").json["tags"]) == 2


def test_keys_are_apart_by_person_path_and_method(ann, bob):
    assert ann.patch("/api/user", {"name": "A"}, headers=KEY).json["user"]["name"] == "A"
    assert bob.patch("/api/user", {"name": "B"}, headers=KEY).json["user"]["username"] == "bob"
    assert ann.put("/api/user", {"name": "C"}, headers=KEY).json["user"]["name"] == "C"


def test_a_refusal_is_not_kept(ann, bob):
    bob.post("/api/user/tag", {"tag": "04AB"})
    assert ann.post("/api/user/tag", {"tag": "04AB"}, headers=KEY).status_code == 409
    bob.delete("/api/user/tag/04AB")
    assert ann.post("/api/user/tag", {"tag": "04AB"}, headers=KEY).status_code == 201


def test_a_key_is_free_again_after_a_day(services, ann):
    ann.patch("/api/user", {"name": "A"}, headers=KEY)
    services.clock.advance(hours=24)
    assert ann.patch("/api/user", {"name": "B"}, headers=KEY).json["user"]["name"] == "B"


def test_registering_twice_makes_one_account_and_stores_no_secret(app, services, nobody):
    body = {"username": "ann", "password": PASSWORD, "device": "phone"}
    first = nobody.post("/api/auth/register", body, headers=KEY)
    second = nobody.post("/api/auth/register", body, headers=KEY)
    assert (first.status_code, second.status_code) == (201, 201)
    assert Someone(app, second.json["token"]).get("/api/user").json["user"]["username"] == "ann"
    assert len(services.store.query(Query(paths.USERS))) == 1
    assert nobody.post("/api/auth/register", body | {"password": "another one"}, headers=KEY).status_code == 422
    kept = str([document.data for document in services.store.query(Query(paths.IDEMPOTENCY))])
    assert first.json["token"] not in kept
    assert second.json["token"] not in kept


def test_a_changed_password_can_be_sent_again(ann):
    body = {"password": "a better one altogether", "current_password": PASSWORD}
    assert ann.patch("/api/user", body, headers=KEY).status_code == 200
    assert ann.patch("/api/user", body, headers=KEY).headers["Idempotency-Replayed"] == "true"


def test_deleting_twice_is_answered_twice(root, ann):
    for _ in range(2):
        assert root.delete("/api/user?username=ann", headers=KEY).status_code in {200, 404}


@pytest.mark.parametrize("key", ["", "x" * 256, "a\tb"])
def test_a_key_is_printable_and_short(ann, key):
    answer = ann.patch("/api/user", {"name": "x"}, headers={"Idempotency-Key": key})
    assert (answer.status_code, answer.json["code"]) == (422, "invalid_idempotency_key")
