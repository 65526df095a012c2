"""An installation of the original service is brought over: who could log in there can log in here (I5, B2)."""

import json
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest

from model import paths
from model.account import Place, User, UserType
from model.charger import ChargerState, EndReason, Phase
from model.decision import Actor
from model.store.document import Document
from model.store.errors import StoreUnavailable
from services.accounts.login import log_in
from services.accounts.names import user_named
from services.sites.replay import replay
from services.sites.session_document import session_of
from services.sites.site_document import site_of
from services.transfer.everything import documents
from services.transfer.original.importing import import_original
from services.transfer.original.source import original_documents
from tests.contracts.transfer.original_layout import DOCUMENTS, END, HASH, PASSWORD, START, Reference, exported
from tests.fakes.clock import FakeClock
from tests.fakes.composition import fake_services
from tests.fakes.randomness import FakeRandomness
from tests.fakes.site_world import World

NOW = FakeClock().now() - timedelta(minutes=30)
MADE = {"users": 9, "locations": 1, "chargers": 3, "sessions": 5}
NOTES = {
    "field 'favourite' of a user is not understood and was left out",
    "unit 'unit-1' needs a token: flask --app main create-token unit-1 …",
    "user 'ANN' was left out: another account has this name",
    "user 'a/b' was left out: username must have no '/' and no space at its ends.",
    "user 'fay' must have a new password: the kept one is of another kind",
    "user 'gus' was left out: 'guest' is no type of user.",
    "session Yard:c1:3 is there twice; the first was taken",
    "session Yard:c1:5 is nobody's: its user is not among those taken",
    "session Yard:c1:six was left out: it has no number or no start (location/l1/charger/x1/session/s6)",
    "Yard:c2:1: 'eve' had not plugged in and is first in the queue now",
    "charger Yard:C3 was left out: it is there twice, or beyond 200",
    "'bob' stood in several places; the first was taken",
    "queue of Yard: user/u99 is not among the users taken",
    "location Yard is in the time zone UTC now: set its own, and its name and position",
    "location 'no place' was left out: location_id must have no space, ':' or '/'.",
}


@pytest.fixture
def json_file(tmp_path: Path) -> str:
    (tmp_path / "original.json").write_text(json.dumps(exported()), "utf-8")
    return str(tmp_path / "original.json")


def bring_over(store, source: str) -> Any:
    return import_original(store, FakeRandomness(), original_documents(source), NOW)


def user(store, name: str) -> User:
    return user_named(store, name)


def yard(store) -> Any:
    return site_of(store.get(paths.location("yard")).data)


def test_everything_that_can_be_kept_is_kept_and_the_rest_is_told(store, json_file: str) -> None:
    report = bring_over(store, json_file)
    assert dict(report.made) == MADE
    assert set(report.notes) == NOTES
    assert len(report.notes) == len(NOTES)


def test_names_types_and_hashes_are_kept(store, json_file: str) -> None:
    bring_over(store, json_file)
    assert [user(store, name).type for name in ("ann", "ROOT", "unit-1")] == [
        UserType.USER,
        UserType.ADMIN,
        UserType.SERVICE,
    ]
    assert [user(store, name).password_hash for name in ("ann", "unit-1", "fay")] == [HASH, "", ""]
    assert user(store, "hal@example.org").email == "hal@example.org"
    assert "plain text" not in repr([document.data for document in documents(store)])


def test_who_could_log_in_there_can_log_in_here_and_the_hash_is_new_then(store, json_file: str) -> None:
    bring_over(store, json_file)
    services = fake_services(store=store)
    issued = log_in(services, "ann", PASSWORD, device="phone", address="192.0.2.1")
    assert issued.token.username == "Ann"
    renewed = user(store, "ann").password_hash
    assert renewed.startswith("$argon2id$")
    assert log_in(services, "Ann", PASSWORD, device="phone", address="192.0.2.1").token.user_id == issued.token.user_id
    assert user(store, "ann").password_hash == renewed
    assert user(store, "bob").password_hash == HASH


def test_a_charge_that_runs_goes_on_under_its_number(store, json_file: str) -> None:
    bring_over(store, json_file)
    site = yard(store)
    charger = site.chargers["c1"]
    assert (charger.state, charger.plugged, charger.last_session) == (ChargerState.CHARGING, True, 7)
    assert (charger.session.number, charger.session.phase) == (7, Phase.CHARGING)
    assert charger.session.entry.member.username == "bob"
    assert user(store, "bob").place == Place(location_id="yard", entry_id=1)
    assert charger.session.entry.entry_id == 1


def test_history_keeps_its_numbers_and_times(store, json_file: str) -> None:
    bring_over(store, json_file)
    found = {number: session_of(store.get(paths.session("Yard", "c1", number)).data) for number in (3, 4, 5, 7)}
    told = {number: (one.assigned_at, one.ended_at, one.end_reason, one.username) for number, one in found.items()}
    assert told == {
        3: (START, END, EndReason.UNPLUGGED, "Ann"),
        4: (START, START, EndReason.GHOST, "Ann"),
        5: (START, END, EndReason.UNPLUGGED, ""),
        7: (END, None, None, "bob"),
    }


def test_the_queue_keeps_its_order_and_who_was_called_is_first(store, json_file: str) -> None:
    bring_over(store, json_file)
    site = yard(store)
    assert [entry.member.username for entry in site.queue] == ["eve", "dee", "cid"]
    assert not site.settings.reset_queue_daily


def test_brought_over_twice_nothing_is_made_twice(store, json_file: str) -> None:
    bring_over(store, json_file)
    before = list(documents(store))
    again = bring_over(store, json_file)
    assert dict(again.made) == {}
    assert dict(again.there) == {"users": 9, "locations": 1}
    assert list(documents(store)) == before


def test_an_account_renamed_since_is_not_made_again(make, json_file: str) -> None:
    store = make("memory")
    bring_over(store, json_file)
    dee = user(store, "dee")
    store.delete(paths.name("dee"))
    store.put(paths.user(dee.user_id), {**store.get(paths.user(dee.user_id)).data, "username": "delia"})
    assert "users" not in bring_over(store, json_file).made
    assert store.get(paths.name("dee")) is None


def test_an_account_that_is_there_keeps_its_name_and_its_address(make, json_file: str) -> None:
    store = make("memory")
    mine = {"user_id": "mine"}
    store.put(paths.name("ann"), mine)
    store.put(paths.name("hal@example.org"), mine)
    report = bring_over(store, json_file)
    assert "user 'Ann' was left out: another account has this name" in report.notes
    assert store.get(paths.name("ann")).data == mine


def test_the_site_lives_on_here(make, json_file: str) -> None:
    """Time goes on: free chargers are offered to the first in the queue; the charge that ran ends; a replay agrees."""
    store = make("memory")
    bring_over(store, json_file)
    world = World(inner=store)
    world.background.timers.tick()
    site = yard(store)
    assert site.chargers["c2"].session.entry.member.username == "eve"
    assert site.chargers["c2"].session.number == 2
    assert site.chargers["c3"].session.entry.member.username == "dee"
    assert [entry.member.username for entry in site.queue] == ["cid"]
    world.services.units.report("yard", "c1", "available", Actor(kind="service", id="unit-1"))
    assert session_of(store.get(paths.session("yard", "c1", 7)).data).ended_at is not None
    assert replay(store, "yard").different == ()
    assert replay(store, "yard").start == 1


def test_a_live_project_is_read_with_its_references(make, json_file: str, project: str) -> None:
    there = make("firestore")  # starts the emulator
    from google.cloud import firestore  # noqa: PLC0415 -- loads Google's client

    client = firestore.Client(project=project)

    def as_written(value: Any) -> Any:
        if isinstance(value, Reference):
            return client.document(value)
        return [as_written(each) for each in value] if isinstance(value, list) else value

    for path, data in DOCUMENTS.items():
        client.document(path).set({name: as_written(value) for name, value in data.items()})
    client.close()
    assert original_documents(f"firestore:{project}") == original_documents(json_file)
    report = bring_over(there, f"firestore:{project}")
    assert dict(report.made) == MADE
    assert set(report.notes) == NOTES


@pytest.mark.parametrize(
    ("document", "field", "value"),
    [
        ("location/l1/charger/x1", "active_session", [1]),
        ("location/l1/charger/x1", "active_session", {"a": 1}),
        ("location/l1/charger/x1/session/s1", "session_id", 2**70),
        ("user/u02", "username", "\ud800"),
    ],
)
def test_a_field_of_the_wrong_kind_does_not_end_the_import(make, document: str, field: str, value: Any) -> None:
    documents = [
        Document(path, {**data, field: value} if path == document else data) for path, data in DOCUMENTS.items()
    ]
    assert document in DOCUMENTS
    report = import_original(make("memory"), FakeRandomness(), documents, NOW)
    assert report.made["locations"] == 1


def test_a_name_that_is_no_text_is_refused_and_the_rest_is_taken(make) -> None:
    documents = [Document("user/\ud800", {"type": "user"}), Document("user/u01", DOCUMENTS["user/u01"])]
    report = import_original(make("memory"), FakeRandomness(), documents, NOW)
    assert report.made == {"users": 1}
    assert len(report.notes) == 1


@pytest.mark.parametrize("at", range(1, 12))
def test_an_import_that_broke_off_at_any_step_is_run_again(make, json_file: str, at: int) -> None:
    store = make("memory")
    steps = iter(range(1, at))
    whole_transact = store.transact

    def breaks(body: Any) -> Any:
        if next(steps, None) is None:
            raise StoreUnavailable("The network is gone.")
        return whole_transact(body)

    store.transact = breaks
    with pytest.raises(StoreUnavailable):
        bring_over(store, json_file)
    store.transact = whole_transact
    report = bring_over(store, json_file)
    assert report.made["users"] + report.there["users"] == MADE["users"]
    assert report.made["locations"] == 1
    site = yard(store)
    assert [entry.member.username for entry in site.queue] == ["eve", "dee", "cid"]
    assert sum(document.path.startswith("users/") for document in documents(store)) == MADE["users"]
