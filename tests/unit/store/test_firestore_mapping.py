"""Documents on Firestore: what other programs see of ours, what we make of theirs, and how the nouns lie in them."""

import os
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from google.cloud.firestore import Client, DocumentReference, GeoPoint
from google.cloud.firestore_v1._helpers import encode_dict
from google.cloud.firestore_v1.types import document as messages
from google.cloud.firestore_v1.vector import Vector
from mockfirestore import MockFirestore

from model import paths
from model.account import Device, Place, ServiceRecord, Tag, Token, User, UserType
from model.documents import from_document, to_document, to_json
from model.store.errors import CorruptDocument
from model.store.firestore import FirestoreStore
from model.store.firestore_values import encode_fields
from model.store.port import Document, Query
from services.sites.site_document import site_document, site_of
from tests.unit.services.sites.test_site_bounds import full_site

NOON = datetime(2026, 11, 21, 12, 0, 0, 123456, tzinfo=UTC)
DATA: dict[str, Any] = {
    "null": None,
    "yes": True,
    "whole": -(2**63),
    "real": 0.5,
    "text": "Zoë 充電",
    "bytes": b"\x00\xff",
    "at": NOON,
    "before": datetime(1, 1, 1, 0, 0, 0, 1, tzinfo=UTC),
    "list": [1, "a", {"n": None}],
    "empty": [],
    "map": {"a.b": {"deep": 1}, "none": {}},
}


@pytest.fixture
def store(firestore_host: str, project: str) -> Iterator[FirestoreStore]:
    with FirestoreStore(project) as store:
        yield store


@pytest.fixture
def client(store: FirestoreStore) -> Iterator[Client]:
    """The official client on the same project."""
    client = Client(project=store.project)
    yield client
    client.close()


def test_the_messages_are_those_of_the_official_client() -> None:
    ours = messages.Document.pb()()
    encode_fields(DATA, ours.fields)
    assert ours == messages.Document.pb(messages.Document(fields=encode_dict(DATA)))


def test_the_official_client_reads_what_we_write_and_we_read_what_it_writes(store, client) -> None:
    store.put("items/ours", DATA)
    assert client.document("items/ours").get().to_dict() == DATA
    client.document("items/theirs").set(DATA)
    assert store.get("items/theirs") == Document("items/theirs", DATA)
    found = store.get("items/theirs")
    assert found is not None
    assert type(found.data["at"]) is datetime
    assert found.data["at"].tzinfo is UTC


def test_a_document_of_theirs_without_fields_is_an_empty_one(store, client) -> None:
    client.document("items/empty").set({})
    assert store.get("items/empty") == Document("items/empty", {})


STRANGE = {
    "a place on earth": lambda client: GeoPoint(48.2, 16.4),
    "a reference": lambda client: DocumentReference("items", "other", client=client),
    "a vector": lambda client: Vector([1.0, 2.0]),
    "not a number": lambda client: float("nan"),
    "infinity": lambda client: float("inf"),
}


@pytest.mark.parametrize("what", STRANGE)
@pytest.mark.parametrize("wrap", [lambda value: value, lambda value: {"deep": {"er": value}}])
def test_a_document_of_theirs_that_none_of_ours_can_be_is_corrupt_and_left_alone(store, client, what, wrap) -> None:
    client.document("items/strange").set({"value": wrap(STRANGE[what](client))})
    for read in (
        lambda: store.get("items/strange"),
        lambda: store.query(Query("items")),
        lambda: store.transact(lambda transaction: transaction.get("items/strange")),
    ):
        with pytest.raises(CorruptDocument, match="items/strange"):
            read()
    assert client.document("items/strange").get().exists
    store.put("items/strange", {"n": 1})
    assert store.get("items/strange") == Document("items/strange", {"n": 1})


def test_the_database_is_found_by_the_official_variable(store) -> None:
    assert os.environ["FIRESTORE_EMULATOR_HOST"]
    assert store.get("items/none") is None


NOUNS = [
    User(
        user_id="u",
        username="ann",
        email="ann@example.org",
        created_at=NOON,
        place=Place(location_id="yard", entry_id=7),
        records={"yard": ServiceRecord(got_kwh=1.5, as_of=NOON, ask_day=NOON.date(), sessions=2)},
        devices=(Device(device_id="d", notification_token="t"),),
        switches={"offer": False},
    ),
    Tag(tag="04AB", user_id="u", parent_tag="T", changed_at=NOON),
    Token(
        token_id="t", user_id="u", user_type=UserType.ADMIN, username="ann", created_at=NOON, refreshed_at=NOON,
        due_at=None, expires_at=NOON + timedelta(days=14),
    ),
]  # fmt: skip


@pytest.mark.parametrize("noun", NOUNS, ids=lambda noun: type(noun).__name__)
def test_a_noun_comes_back_from_the_documents_of_another_implementation(noun) -> None:
    mock = MockFirestore()
    place = mock.collection(paths.USERS).document("x")
    place.set({"left": "over"})
    place.set(to_document(noun))
    assert from_document(type(noun), place.get().to_dict()) == noun


def test_a_site_is_queried_by_the_fields_beside_its_body_in_another_implementation() -> None:
    mock, site = MockFirestore(), full_site()
    locations = mock.collection(paths.LOCATIONS)
    for number in range(3):
        document = site_document(site, to_json(site))
        locations.document(f"l{number}").set({**document, "next_due_at": NOON + timedelta(hours=number)})
    due = list(locations.where("next_due_at", "<=", NOON + timedelta(hours=1)).order_by("next_due_at").stream())
    assert [found.id for found in due] == ["l0", "l1"]
    assert site_of(due[0].to_dict()) == site
