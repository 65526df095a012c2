"""Everything is what `model/paths.py` spells: a collection that export does not know is a failure here, not a loss."""

import inspect
import re

import pytest

from model import paths
from model.schemas import SCHEMAS
from model.store.memory import MemoryStore
from services.transfer.everything import NOT_CONTENT, SHAPES, Unplaced, collection_of, documents, position
from services.transfer.migrations import MIGRATIONS

SPELLED = {value for name, value in vars(paths).items() if name.isupper() and isinstance(value, str)}


def test_every_collection_that_is_spelled_is_exported() -> None:
    assert {collection_of(shape) for shape in SHAPES} | set(NOT_CONTENT) == SPELLED


def test_every_path_that_can_be_spelled_has_its_place() -> None:
    spellers = [each for _, each in inspect.getmembers(paths, inspect.isfunction) if each.__module__ == paths.__name__]
    made = []
    for speller in spellers:
        kinds = inspect.signature(speller).parameters.values()
        path = speller(*[1 if kind.annotation is int else "x" for kind in kinds])
        if path.count("/") % 2 and not path.startswith(NOT_CONTENT):
            made.append(SHAPES[position(path)[0]])
    assert set(made) | {paths.LEASES} == set(SHAPES)


def test_the_chain_of_migrations_of_each_collection_has_no_hole() -> None:
    for collection, number in SCHEMAS.items():
        steps = [migration.to for migration in MIGRATIONS if migration.collection == collection]
        assert steps == list(range(2, number + 1))
    assert {migration.collection for migration in MIGRATIONS} <= SCHEMAS.keys() <= SPELLED


@pytest.mark.parametrize("path", ["locations/l/decisions/1/decisions/2", "decisions/1", "users/u/decisions/1"])
def test_a_document_where_none_belongs_is_told_and_never_left_out(path: str) -> None:
    store = MemoryStore()
    store.put(path, {})
    with pytest.raises(Unplaced, match=re.escape(f"{path} is in no collection")):
        list(documents(store))


def test_only_one_page_is_in_memory_at_a_time() -> None:
    store = MemoryStore()
    for number in range(10):
        store.put(f"users/{number}", {})
        store.put(paths.decision("l", number), {})
    asked = []

    class Watched:
        def query(self, query):
            asked.append(query.limit)
            return store.query(query)

    assert len(list(documents(Watched(), page=4))) == 20  # type: ignore[arg-type]
    assert set(asked) == {1, 4}
