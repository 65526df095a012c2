"""The Firestore emulator and the memory store answer alike, as far as the order of values is defined."""

import os
import uuid
from collections.abc import Iterator
from contextlib import contextmanager

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from model.store.firestore import FirestoreStore
from model.store.memory import MemoryStore
from model.store.port import Document, Query, Store, Transaction
from tests.unit.store.test_adapters_agree import COLLECTIONS, PATHS, SCALARS, outcome, queries

EXAMPLES = 2_000 if os.environ.get("HYPOTHESIS_PROFILE") == "fuzz" else 60
# Lists and maps have no order among themselves, so only scalars are drawn where a query can order by them.
DATA = st.fixed_dictionaries(
    {}, optional={"n": SCALARS, "m": SCALARS, "k": st.dictionaries(st.sampled_from("nm"), SCALARS, max_size=2)}
)
ORDERED = queries().filter(lambda query: all(order.field != "k" for order in query.orders))
WRITES = st.lists(st.tuples(st.sampled_from(["create", "put", "delete"]), PATHS, DATA), max_size=5)

agreeing = settings(max_examples=EXAMPLES, suppress_health_check=[HealthCheck.function_scoped_fixture])
pytestmark = pytest.mark.usefixtures("firestore_host")


@contextmanager
def both(documents: dict[str, dict]) -> Iterator[tuple[Store, Store]]:
    with MemoryStore() as memory, FirestoreStore(f"test-{uuid.uuid4().hex[:12]}") as firestore:
        for store in (memory, firestore):
            store.transact(lambda transaction: [transaction.put(path, data) for path, data in documents.items()])
        yield memory, firestore


@agreeing
@given(st.dictionaries(PATHS, DATA, max_size=8), st.lists(ORDERED, min_size=1, max_size=6), st.data())
def test_a_query_a_cursor_and_its_pages_say_the_same(documents, asked: list[Query], drawn) -> None:
    with both(documents) as (memory, firestore):
        for query in asked:
            after = drawn.draw(st.none() | st.builds(Document, PATHS, DATA))
            for each in (query, Query(query.collection, query.where, query.order_by, query.limit, after, query.group)):
                said = [outcome(store, lambda store, each=each: store.query(each)) for store in (memory, firestore)]
                assert said[0] == said[1], each


@agreeing
@given(st.dictionaries(PATHS, DATA, max_size=4), st.lists(PATHS, max_size=3), st.none() | COLLECTIONS, WRITES)
def test_a_transaction_reads_writes_and_refuses_the_same(documents, reads, collection, writes) -> None:
    def body(transaction: Transaction) -> list:
        seen: list = [transaction.get(path) for path in reads]
        if collection is not None:
            seen.append(transaction.query(Query(collection)))
        for verb, path, data in writes:
            if verb == "delete":
                transaction.delete(path)
            else:
                getattr(transaction, verb)(path, data)
        return seen

    with both(documents) as (memory, firestore):
        assert outcome(memory, lambda store: store.transact(body)) == outcome(
            firestore, lambda store: store.transact(body)
        )
        for name in ("items", "other"):
            everything = Query(name, group=True)
            assert outcome(memory, lambda store, q=everything: store.query(q)) == outcome(
                firestore, lambda store, q=everything: store.query(q)
            )
