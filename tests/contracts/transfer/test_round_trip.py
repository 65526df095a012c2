"""What leaves one store enters another and leaves it again, byte for byte (I5)."""

from collections.abc import Callable
from datetime import UTC, datetime
from pathlib import Path

import pytest

from model import paths
from model.schemas import schema_of
from model.store.port import Query, Store
from services.transfer.everything import SHAPES, collection_of, documents
from services.transfer.exporting import export
from services.transfer.importing import import_file
from services.transfer.lines import document_line
from tests.contracts.transfer.conftest import EVERY_TYPE, KINDS
from tests.fakes.site_world import DRIVER, YARD, World

INSTANT = datetime(2026, 3, 29, 1, 0, 0, 7, tzinfo=UTC)
FIRST = datetime.min.replace(tzinfo=UTC)


def silent(_count: int) -> None:
    """Nobody watches."""


def exported(store: Store, path: Path) -> bytes:
    export(store, path, silent)
    return path.read_bytes()


def lived_in(store: Store) -> None:
    """A site that has decided, and a document in every collection, ids in an order that is easy to get wrong."""
    world = World(inner=store)
    world.location(chargers=2)
    for name in ("ann", "bob", "cid"):
        world.services.queueing.join(YARD, world.driver(name).user_id, DRIVER)
    for shape in SHAPES:
        for name in ("a", "a b", "a-b", "B", "~", "é", "\U0001f50b", "\uffee"):
            path = f"{shape.replace('*', name)}/{name}"
            schema = schema_of(collection_of(shape))
            store.put(path, {**EVERY_TYPE, "at": INSTANT, "first": FIRST, "schema": schema})


@pytest.mark.parametrize(
    ("first", "second"), [("sqlite", "firestore"), ("firestore", "sqlite"), ("memory", "sqlite"), ("sqlite", "memory")]
)
def test_from_store_to_store_and_back_nothing_changes(
    make: Callable[[str], Store], tmp_path: Path, first: str, second: str
) -> None:
    source = make(first)
    lived_in(source)
    original = exported(source, tmp_path / "1.jsonl")
    there, back = make(second), make(first)
    done = import_file(there, tmp_path / "1.jsonl", silent)
    assert exported(there, tmp_path / "2.jsonl.gz") != original  # packed
    import_file(back, tmp_path / "2.jsonl.gz", silent)
    assert exported(back, tmp_path / "3.jsonl") == original
    assert done.written == done.documents == sum(1 for _ in documents(source)) == original.count(b"\n") - 2


@pytest.mark.parametrize("kind", KINDS)
def test_the_same_documents_give_the_same_bytes_whatever_order_they_were_written_in(
    make: Callable[[str], Store], tmp_path: Path, kind: str
) -> None:
    there, other = make(kind), make("memory")
    lived_in(there)
    for document in reversed(list(documents(there))):
        other.put(document.path, dict(reversed(list(document.data.items()))))
    assert exported(there, tmp_path / "1.gz") == exported(other, tmp_path / "2.gz")


def test_documents_below_one_that_is_not_there_are_taken_too(store: Store) -> None:
    store.put(paths.decision("gone", 1), {"version": 1})
    store.put(paths.decision("gone", 2), {"version": 2})
    store.put(paths.session("other", "c", 1), {})
    found = [document.path for document in documents(store, page=1)]
    assert found == [paths.decision("gone", 1), paths.decision("gone", 2), paths.session("other", "c", 1)]


def test_an_export_is_one_moment_while_others_write(store: Store, tmp_path: Path) -> None:
    """Each decision changes the site and adds a record; the file must not know more of one than of the other."""
    world = World(inner=store)
    world.location()
    drivers = iter([world.driver(f"d{number}") for number in range(9)])

    def meanwhile(_count: int) -> None:
        if (driver := next(drivers, None)) is not None:
            world.services.queueing.join(YARD, driver.user_id, DRIVER)

    export(store, tmp_path / "1.jsonl", meanwhile)
    assert len(world.site().queue) == 8
    with_all = [document.path for document in documents(store)]
    import_file(store, tmp_path / "1.jsonl", silent, replace=True)
    site = store.get(paths.location(YARD))
    assert site is not None
    versions = [found.data["version"] for found in store.query(Query(paths.DECISIONS, group=True))]
    assert versions == list(range(1, site.data["version"] + 1)) == [1, 2]
    assert len(with_all) > sum(1 for _ in documents(store))


def test_an_import_over_what_is_there_writes_what_differs_and_deletes_the_rest(store: Store, tmp_path: Path) -> None:
    lived_in(store)
    before = exported(store, tmp_path / "1.jsonl")
    store.put("users/new", {})
    store.put(paths.decision("deleted", 1), {})
    store.put("users/a", {"one": 1.0})
    store.delete("names/é")
    done = import_file(store, tmp_path / "1.jsonl", silent, replace=True)
    assert (done.written, done.deleted) == (2, 2)
    assert exported(store, tmp_path / "2.jsonl") == before
    again = import_file(store, tmp_path / "1.jsonl", silent, replace=True)
    assert (again.written, again.deleted) == (0, 0)


def test_a_number_with_a_point_is_not_one_without(store: Store, tmp_path: Path) -> None:
    store.put("users/a", {"n": 1})
    export(store, tmp_path / "1.jsonl", silent)
    store.put("users/a", {"n": 1.0})
    assert import_file(store, tmp_path / "1.jsonl", silent, replace=True).written == 1
    (found,) = documents(store)
    assert document_line(found) == b'{"path":"users/a","data":{"n":1}}\n'
