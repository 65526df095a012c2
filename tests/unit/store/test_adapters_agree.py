"""The memory and the SQLite store answer any sequence of operations alike."""

import tempfile
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, initialize, invariant, rule

from model.store.errors import StoreError
from model.store.indexes import Index
from model.store.memory import MemoryStore
from model.store.port import Document, Filter, Order, Query, Store, Transaction
from model.store.sqlite import SqliteStore

NOON = datetime(2026, 11, 21, 12, tzinfo=UTC)
SCALARS = (
    st.none()
    | st.booleans()
    | st.integers(-2, 2)
    | st.sampled_from([2**53, 2**53 + 1, 2.0**53, -0.0, 0.5, -(2**63), 1e300])
    | st.text("ab\x00\x01é", max_size=2)
    | st.binary(max_size=2)
    | st.integers(-1, 1).map(lambda seconds: NOON + timedelta(seconds=seconds))
)
VALUES = SCALARS | st.lists(SCALARS, max_size=2) | st.dictionaries(st.sampled_from("nm"), SCALARS, max_size=2)
FIELDS = st.sampled_from(["n", "m", "k", "k.n", "k.m"])
DATA = st.dictionaries(st.sampled_from("nmk"), VALUES, max_size=3)
IDS = st.sampled_from(["a", "b", "B", "a-b", "a!", "é"])
COLLECTIONS = st.sampled_from(["items", "items/a/items", "items/a-b/items", "other/a/items", "other"])
PATHS = st.builds("{}/{}".format, COLLECTIONS, IDS)
BAD_PATHS = st.sampled_from(["items", "items//x", "items/..", "items/__x__"])
BAD_DATA = st.sampled_from([{"n": float("nan")}, {"n": [[1]]}, {"n": NOON.replace(tzinfo=None)}, {"": 1}])
FILTERS = st.builds(Filter, FIELDS, st.sampled_from(["==", "<", "<=", ">", ">="]), SCALARS) | st.builds(
    Filter, FIELDS, st.just("in"), st.lists(SCALARS, max_size=3)
)
ORDERS = st.lists(st.builds(Order, FIELDS, st.booleans()), max_size=3).map(tuple)
BOOLS = st.booleans()
LIMITS = st.none() | st.integers(1, 4)


@st.composite
def queries(draw: st.DrawFn) -> Query:
    where = tuple(draw(st.lists(FILTERS, max_size=2)))
    orders: tuple[Order, ...] = draw(ORDERS)
    ranged = [one.field for one in where if one.op not in {"==", "in"}]
    mended = draw(BOOLS)
    if ranged and mended:
        # Mostly queries that are allowed, so that there is something to compare.
        orders = (Order(ranged[0], draw(BOOLS)), *[one for one in orders if one.field != ranged[0]])
    if draw(BOOLS):
        return Query(draw(COLLECTIONS), where, orders, draw(LIMITS))
    return Query("items", where, orders, draw(LIMITS), group=True)


def outcome(store: Store, act) -> Any:
    """What `act` returned, or the type and sentence of its error."""
    try:
        return typed(act(store))
    except StoreError as error:
        return type(error).__name__, str(error)


def typed(value: Any) -> Any:
    """The value with types spelled out, as 1, 1.0 and True are equal in Python."""
    match value:
        case Document():
            return value.path, typed(value.data)
        case dict():
            return {name: typed(item) for name, item in value.items()}
        case list() | tuple():
            return [typed(item) for item in value]
        case _:
            return type(value).__name__, repr(value)


class Agreement(RuleBasedStateMachine):
    """Every rule does the same to both stores and compares what comes back."""

    @initialize(indexed=st.booleans())
    def open(self, indexed: bool) -> None:
        self.folder = tempfile.TemporaryDirectory()
        indexes = [Index("items", "n"), Index("items", "n", "-m", group=True), Index("items", "k.n")]
        file = Path(self.folder.name) / "store.db"
        self.stores: list[Store] = [MemoryStore(), SqliteStore(file, indexes=indexes if indexed else [])]

    def teardown(self) -> None:
        if hasattr(self, "stores"):
            for store in self.stores:
                store.close()
            self.folder.cleanup()

    def both(self, act) -> Any:
        memory, sqlite = (outcome(store, act) for store in self.stores)
        assert memory == sqlite
        return memory

    @rule(path=PATHS, data=DATA)
    def put(self, path, data) -> None:
        self.both(lambda store: store.put(path, data))

    @rule(path=PATHS, data=DATA)
    def create(self, path, data) -> None:
        self.both(lambda store: store.create(path, data))

    @rule(path=PATHS)
    def delete(self, path) -> None:
        self.both(lambda store: store.delete(path))

    @rule(path=PATHS | BAD_PATHS, data=BAD_DATA)
    def put_something_bad(self, path, data) -> None:
        name, _ = self.both(lambda store: store.put(path, data))
        assert name in {"InvalidPath", "InvalidDocument"}

    @rule(paths=st.lists(PATHS | BAD_PATHS, max_size=4))
    def get_many(self, paths) -> None:
        self.both(lambda store: store.get_many(paths))

    @rule(query=queries(), after=st.none() | st.builds(Document, PATHS, DATA))
    def query(self, query, after) -> None:
        cursor = Query(query.collection, query.where, query.order_by, query.limit, after, query.group)
        self.both(lambda store: store.query(cursor))

    @rule(query=queries())
    def page_through(self, query) -> None:
        def pages(store: Store) -> list[Document]:
            found: list[Document] = []
            while True:
                after = found[-1] if found else None
                page = store.query(Query(query.collection, query.where, query.order_by, 2, after, query.group))
                found += page
                if not page:
                    return found

        whole = Query(query.collection, query.where, query.order_by, None, None, query.group)
        assert self.both(pages) == self.both(lambda store: store.query(whole))

    @rule(
        reads=st.lists(PATHS, max_size=2),
        query=st.none() | queries(),
        writes=st.lists(st.tuples(st.sampled_from(["create", "put", "delete"]), PATHS, DATA), max_size=4),
        fails=st.booleans(),
    )
    def transact(self, reads, query, writes, fails) -> None:
        def body(transaction: Transaction) -> list[Any]:
            seen: list[Any] = [transaction.get(path) for path in reads]
            if query is not None:
                seen.append(transaction.query(query))
            for verb, path, data in writes:
                if verb == "delete":
                    transaction.delete(path)
                else:
                    getattr(transaction, verb)(path, data)
            if fails:
                transaction.get("items/a")
            return seen

        self.both(lambda store: store.transact(body))

    @invariant()
    def hold_the_same_documents(self) -> None:
        if hasattr(self, "stores"):
            for name in ("items", "other"):
                self.both(lambda store, name=name: store.query(Query(name, group=True)))


TestAgreement = Agreement.TestCase
