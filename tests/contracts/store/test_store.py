"""Store contract: get, get_many, create, put, delete, and what a document is."""

import pytest

from model.store.errors import AlreadyExists, InvalidPath
from model.store.port import Document, Query, Store


def test_get_returns_what_was_put(store: Store) -> None:
    store.put("users/a", {"name": "Ada", "cards": [1, 2]})
    assert store.get("users/a") == Document("users/a", {"name": "Ada", "cards": [1, 2]})


def test_get_of_an_absent_document_is_none(store: Store) -> None:
    assert store.get("users/nobody") is None


def test_a_document_may_exist_below_one_that_does_not(store: Store) -> None:
    store.put("locations/l/decisions/0001", {"n": 1})
    assert store.get("locations/l") is None
    assert store.get("locations/l/decisions/0001") is not None


def test_a_document_knows_its_id_its_collection_and_its_parent() -> None:
    below = Document("locations/l/decisions/0001", {})
    assert (below.id, below.collection, below.parent) == ("0001", "locations/l/decisions", "locations/l")
    top = Document("locations/l", {})
    assert (top.id, top.collection, top.parent) == ("l", "locations", None)


def test_get_many_keeps_the_order_asked_for_with_gaps_and_repeats(store: Store) -> None:
    store.put("users/a", {"n": 1})
    store.put("users/b", {"n": 2})
    found = store.get_many(["users/b", "users/x", "users/a", "users/b"])
    assert [one and one.id for one in found] == ["b", None, "a", "b"]
    assert store.get_many([]) == []


def test_create_writes_a_new_document(store: Store) -> None:
    store.create("users/a", {"n": 1})
    assert store.get("users/a") == Document("users/a", {"n": 1})


def test_create_of_an_existing_document_raises_and_changes_nothing(store: Store) -> None:
    store.put("users/a", {"n": 1})
    with pytest.raises(AlreadyExists) as caught:
        store.create("users/a", {"n": 2})
    assert caught.value.path == "users/a"
    assert store.get("users/a") == Document("users/a", {"n": 1})


def test_put_leaves_no_field_of_the_old_document(store: Store) -> None:
    store.put("users/a", {"old": 1, "both": {"x": 1, "y": 2}})
    store.put("users/a", {"both": {"x": 3}})
    assert store.get("users/a") == Document("users/a", {"both": {"x": 3}})


def test_an_empty_document_is_a_document(store: Store) -> None:
    store.put("users/a", {})
    assert store.get("users/a") == Document("users/a", {})


def test_delete_removes_a_document_and_is_harmless_when_there_is_none(store: Store) -> None:
    store.put("users/a", {"n": 1})
    store.delete("users/a")
    store.delete("users/a")
    assert store.get("users/a") is None
    store.create("users/a", {"n": 2})


def test_delete_leaves_the_documents_below(store: Store) -> None:
    store.put("locations/l", {})
    store.put("locations/l/sessions/1", {"n": 1})
    store.delete("locations/l")
    assert store.get("locations/l/sessions/1") is not None


def test_changing_a_dict_that_went_in_or_came_out_never_changes_the_store(store: Store) -> None:
    data = {"deep": {"list": [{"n": 1}]}}
    store.put("users/a", data)
    data["deep"]["list"][0]["n"] = 2
    out = store.get("users/a")
    assert out is not None
    out.data["deep"]["list"][0]["n"] = 3
    listed = store.query(Query("users"))[0]
    listed.data["deep"]["list"].clear()

    def change(transaction) -> None:
        inside = transaction.get("users/a")
        inside.data["deep"].clear()
        written = {"n": [1]}
        transaction.put("users/b", written)
        written["n"].append(2)

    store.transact(change)
    assert store.get("users/a") == Document("users/a", {"deep": {"list": [{"n": 1}]}})
    assert store.get("users/b") == Document("users/b", {"n": [1]})


@pytest.mark.parametrize(
    "path",
    [
        "",
        "users",
        "users/",
        "/users/a",
        "users//a",
        "users/a/b",
        "users/.",
        "users/..",
        "users/__a__",
        "users/a\x00",
        "users/a\n",
        "users/\ud800",
        "users/" + "x" * 1501,
        "users/" + "é" * 751,
        "/".join(["x" * 1400] * 6),
        None,
        7,
    ],
)
def test_a_bad_path_is_refused_by_every_verb(store: Store, path) -> None:
    with pytest.raises(InvalidPath):
        store.get(path)
    with pytest.raises(InvalidPath):
        store.get_many(["users/a", path])
    with pytest.raises(InvalidPath):
        store.create(path, {})
    with pytest.raises(InvalidPath):
        store.put(path, {})
    with pytest.raises(InvalidPath):
        store.delete(path)


@pytest.mark.parametrize(
    "path", ["users/a b", "users/é", "users/a:1", "users/…", "users/_", "users/%2F", "users/" + "x" * 1500]
)
def test_a_good_path_is_kept_as_written(store: Store, path: str) -> None:
    store.put(path, {"n": 1})
    assert store.get(path) == Document(path, {"n": 1})
    assert [one.path for one in store.query(Query("users"))] == [path]


def test_ids_are_case_sensitive(store: Store) -> None:
    store.put("chargepoints/CP1", {"n": 1})
    assert store.get("chargepoints/cp1") is None


def test_closing_twice_is_harmless(store: Store) -> None:
    store.close()
    store.close()
