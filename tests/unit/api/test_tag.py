"""Cards over HTTP (B6)."""

from urllib.parse import quote

import pytest


def test_a_card_counts_as_its_owners_made_up_tag(ann):
    answer = ann.post("/api/user/tag", {"tag": "04AB", "label": "key ring", "expires_at": "2027-01-01T01:00:00+01:00"})
    assert answer.status_code == 201
    card = answer.json["tag"]
    made_up, listed = ann.get("/api/user/tag").json["tags"]
    assert card == listed
    assert card["parent_tag"] == made_up["tag"]
    assert (card["label"], card["active"], card["made_up"]) == ("key ring", True, False)
    assert card["expires_at"] == "2027-01-01T00:00:00.000Z"


def test_a_card_belongs_to_one_person_whatever_its_case(ann, bob):
    ann.post("/api/user/tag", {"tag": "04ab"})
    answer = bob.post("/api/user/tag", {"tag": "04AB"})
    assert (answer.status_code, answer.json["code"]) == (409, "tag_taken")


def test_nobody_registers_anothers_made_up_tag(ann, bob):
    made_up = ann.get("/api/user").json["user"]["tag"]
    assert bob.post("/api/user/tag", {"tag": made_up.lower()}).status_code == 409


def test_a_card_is_blocked_unblocked_and_given_an_end(ann):
    ann.post("/api/user/tag", {"tag": "04AB", "expires_at": "2027-01-01T00:00:00Z"})
    assert ann.patch("/api/user/tag/04ab", {"active": False}).json["tag"]["active"] is False
    kept = ann.patch("/api/user/tag/04AB", {"active": True, "label": "car"}).json["tag"]
    assert kept["expires_at"] == "2027-01-01T00:00:00.000Z"
    assert ann.patch("/api/user/tag/04AB", {"expires_at": None}).json["tag"]["expires_at"] is None


def test_the_made_up_tag_can_be_named_but_neither_blocked_nor_deleted(ann):
    made_up = f"/api/user/tag/{ann.get('/api/user').json['user']['tag']}"
    assert ann.patch(made_up, {"label": "app"}).status_code == 200
    assert ann.patch(made_up, {"active": False}).json["code"] == "made_up_tag"
    assert ann.patch(made_up, {"expires_at": "2027-01-01T00:00:00Z"}).status_code == 409
    assert ann.delete(made_up).status_code == 409


@pytest.mark.parametrize("tag", ["04/AB", "04:AB", "04%AB", "é", "a b", "x" * 255, "ΐ" * 255])
def test_any_printable_tag_can_be_registered_read_and_forgotten(ann, tag):
    assert ann.post("/api/user/tag", {"tag": tag}).status_code == 201
    path = f"/api/user/tag/{quote(tag, safe='')}"
    assert ann.patch(path, {"label": "x"}).json["tag"]["tag"] == tag
    assert ann.delete(path).status_code == 200
    assert ann.delete(path).status_code == 404


@pytest.mark.parametrize("tag", ["", "x" * 256, "a\x00b", "..", "__x__", "e\u0301", 7, None])
def test_what_cannot_be_a_tag_is_refused(ann, tag):
    answer = ann.post("/api/user/tag", {"tag": tag})
    assert answer.status_code == 422
    assert answer.json["field"] == "tag"


@pytest.mark.parametrize(
    "expires_at", ["2027-01-01T00:00:00", "tomorrow", 5, "2027-13-01T00:00:00Z", "0001-01-01T00:00:00+14:00"]
)
def test_an_end_is_an_instant_with_its_zone(ann, expires_at):
    assert ann.post("/api/user/tag", {"tag": "04AB", "expires_at": expires_at}).status_code == 422


def test_a_person_has_fifty_tags_at_most(ann):
    statuses = [ann.post("/api/user/tag", {"tag": f"04{n:04}"}).status_code for n in range(50)]
    assert statuses == [201] * 49 + [409]


def test_admins_register_cards_for_others(root, ann):
    assert root.post("/api/user/tag?username=ann", {"tag": "04AB"}).status_code == 201
    assert [each["tag"] for each in ann.get("/api/user/tag").json["tags"]][1:] == ["04AB"]
