"""Polls of what has not changed, and writes that insist on a version (C8)."""

import pytest


def test_an_unchanged_thing_is_304_without_body_until_it_changes(ann):
    first = ann.get("/api/user")
    again = ann.get("/api/user", headers={"If-None-Match": first.headers["ETag"]})
    assert (again.status_code, again.data) == (304, b"")
    assert again.headers["ETag"] == first.headers["ETag"]
    ann.patch("/api/user", {"name": "Ann"})
    changed = ann.get("/api/user", headers={"If-None-Match": first.headers["ETag"]})
    assert changed.status_code == 200
    assert changed.headers["ETag"] != first.headers["ETag"]


def test_the_same_thing_has_another_tag_for_another_reader(root, ann):
    assert ann.get("/api/user").json == root.get("/api/user?username=ann").json
    assert ann.get("/api/user").headers["ETag"] != root.get("/api/user?username=ann").headers["ETag"]
    assert "Authorization" in ann.get("/api/user").headers["Vary"]


@pytest.mark.parametrize(("method", "body"), [("PUT", {"name": "New"}), ("PATCH", {"name": "New"}), ("DELETE", None)])
def test_a_write_for_a_version_gone_by_changes_nothing(ann, method, body):
    seen = ann.get("/api/user").headers["ETag"]
    ann.patch("/api/user", {"surname": "Meanwhile"})
    stale = ann.send(method, "/api/user", json=body, headers={"If-Match": seen})
    assert (stale.status_code, stale.json["code"]) == (412, "stale")
    now = ann.get("/api/user")
    assert now.json["user"]["name"] == ""
    assert ann.send(method, "/api/user", json=body, headers={"If-Match": now.headers["ETag"]}).status_code == 200


def test_a_star_matches_whatever_there_is_and_a_weak_tag_nothing(ann):
    assert ann.patch("/api/user", {"name": "x"}, headers={"If-Match": "*"}).status_code == 200
    weak = "W/" + ann.get("/api/user").headers["ETag"]
    assert ann.patch("/api/user", {"name": "y"}, headers={"If-Match": weak}).status_code == 412


def test_admins_and_cards_have_versions_too(root, ann):
    seen = root.get("/api/user?username=ann").headers["ETag"]
    ann.patch("/api/user", {"name": "Ann"})
    assert root.patch("/api/user/ann", {"active": False}, headers={"If-Match": seen}).status_code == 412
    ann.post("/api/user/tag", {"tag": "04AB"})
    for answer in (
        ann.patch("/api/user/tag/04AB", {"label": "x"}, headers={"If-Match": '"other"'}),
        ann.delete("/api/user/tag/04AB", headers={"If-Match": '"other"'}),
    ):
        assert answer.status_code == 412


def test_secrets_are_not_kept_by_caches(nobody, ann):
    login = nobody.post("/api/auth/login", {"username": "ann", "password": "not this one"})
    assert login.headers["Cache-Control"] == "no-store"
    assert ann.get("/api/user").headers["Cache-Control"] == "private, no-cache"
