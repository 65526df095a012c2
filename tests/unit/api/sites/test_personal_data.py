"""What is kept of a person: taken along, and erased (B7)."""

import json

import pytest

from model import paths
from model.store.query import Query
from services.accounts import erasure
from services.accounts.names import user_named
from services.context import Services
from services.slot import Slot
from services.timers.cleaning import clean
from tests.fakes.people import People, Someone


@pytest.fixture
def charged(root: Someone, unit: Someone, ann: Someone, bob: Someone, lot: str) -> str:
    """Ann charged at A, then Bob did, and both have cards."""
    root.patch(lot, {"settings": {"price": 40_000}, "currency": "EUR"})
    ann.post("/api/user/tag", {"tag": "04AB", "label": "blue"})
    for driver in (ann, bob):
        unit.put(f"{lot}/charger/A", {"state": "available"})
        assert driver.post(f"{lot}/queue").json["offer"] is not None
        driver.post(f"{lot}/queue/offer", {"action": "accept"})
        unit.put(f"{lot}/charger/A", {"state": "charging"})
        unit.put(f"{lot}/charger/A", {"state": "available"})
    return lot


def test_all_of_it_is_in_one_answer_and_nobody_elses(ann: Someone, root: Someone, charged: str) -> None:
    root.post("/api/user/ann/balance/adjust", {"amount": 500, "reason": "welcome"})
    data = ann.get("/api/user/export").json["personal_data"]
    assert data["user"]["username"] == "ann"
    assert {tag["label"] for tag in data["tags"] if not tag["made_up"]} == {"blue"}
    assert [(one["location_id"], one["charger_id"], one["session_id"]) for one in data["sessions"]] == [("Lot", "A", 1)]
    assert data["ledger"][0]["amount"] == 500
    told = [message["message"] for one in data["decisions"] for message in one["told"]]
    assert {"offered", "started", "ended"} <= set(told)
    assert any(one["known"] for one in data["decisions"])
    assert [one["at"] for one in data["decisions"]] == sorted((one["at"] for one in data["decisions"]), reverse=True)
    assert "adjust_balance" in {one["action"] for one in data["done_to_account"]}
    assert "bob" not in json.dumps(data).lower()


def test_who_has_nothing_yet_takes_that(people: People, root: Someone) -> None:
    data = people.user("new").get("/api/user/export").json["personal_data"]
    assert (data["sessions"], data["ledger"], data["decisions"]) == ([], [], [])
    assert root.get("/api/user/export?username=new").json["personal_data"]["user"]["username"] == "new"


def test_another_persons_is_refused_and_asking_without_end_too(ann: Someone, bob: Someone, nobody: Someone) -> None:
    assert bob.get("/api/user/export?username=ann").status_code == 403
    assert nobody.get("/api/user/export").status_code == 401
    answers = [ann.get("/api/user/export").status_code for _ in range(7)]
    assert answers[0] == 200
    assert answers[-1] == 429


def test_deleting_leaves_sessions_that_name_nobody(
    ann: Someone, root: Someone, bob: Someone, charged: str, services: Services
) -> None:
    before = root.get(f"{charged}/sessions").json["sessions"]
    assert {one["user"]["username"] for one in before} == {"ann", "bob"}
    assert ann.delete("/api/user").status_code == 200
    after = root.get(f"{charged}/sessions").json["sessions"]
    assert [one["user"] and one["user"]["username"] for one in after] == ["bob", None]
    assert [(one["energy_wh"], one["start_time"]) for one in after] == [
        (one["energy_wh"], one["start_time"]) for one in before
    ]
    left = [json.dumps(one.data, default=str) for one in services.store.query(Query(paths.SESSIONS, group=True))]
    assert not any('"ann"' in text or "04ab" in text for text in left)
    assert services.store.query(Query(paths.ERASURES)) == []


def test_what_a_crash_left_is_found_by_the_hourly_job(
    ann: Someone, charged: str, services: Services, monkeypatch: pytest.MonkeyPatch
) -> None:
    user_id = user_named(services.store, "ann").user_id
    with monkeypatch.context() as broken:
        broken.setattr(erasure, "finish", lambda *_: False)
        assert ann.delete("/api/user").status_code == 200
    assert len(services.store.query(Query(paths.ERASURES))) == 1
    assert erasure.finish(services.store, user_id, Slot(0)) is False  # no time at all
    clean(services.store, services.clock.now())
    assert services.store.query(Query(paths.ERASURES)) == []
    sessions = [one.data for one in services.store.query(Query(paths.SESSIONS, group=True))]
    assert sorted(one["username"] for one in sessions) == ["", "bob"]


def test_who_could_not_be_deleted_keeps_their_name(ann: Someone, bob: Someone, charged: str, root: Someone) -> None:
    ann.post(f"{charged}/queue")
    assert ann.delete("/api/user").json["code"] == "user_in_use"
    names = {one["user"]["username"] for one in root.get(f"{charged}/sessions").json["sessions"]}
    assert "ann" in names
