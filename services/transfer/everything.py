"""Services: all documents of a store, in one order that is the same on every store."""

from collections.abc import Iterator, Sequence

from model import paths
from model.store.document import Document
from model.store.errors import StoreError
from model.store.paths import path_key
from model.store.port import Query, Reads

SHAPES = (
    paths.LOCATIONS,
    f"{paths.LOCATIONS}/*/{paths.DECISIONS}",
    f"{paths.LOCATIONS}/*/{paths.SESSIONS}",
    f"{paths.LOCATIONS}/*/{paths.SESSIONS}/*/{paths.METER}",
    f"{paths.LOCATIONS}/*/{paths.BUILDING}",
    f"{paths.LOCATIONS}/*/{paths.BUILDING}/*/{paths.BUILDING_METER}",
    f"{paths.LOCATIONS}/*/{paths.CURSORS}",
    f"{paths.LOCATIONS}/*/{paths.STATUS_DAYS}",
    f"{paths.LOCATIONS}/*/{paths.DAYS}",
    f"{paths.LOCATIONS}/*/{paths.MONTHS}",
    f"{paths.LOCATIONS}/*/{paths.FOLDS}",
    paths.USERS,
    f"{paths.USERS}/*/{paths.LEDGER}",
    paths.GROUPS,
    f"{paths.GROUPS}/*/{paths.MEMBERS}",
    paths.NAMES,
    paths.TAGS,
    paths.TOKENS,
    paths.CHARGE_POINTS,
    f"{paths.CHARGE_POINTS}/*/{paths.RECORDS}",
    f"{paths.CHARGE_POINTS}/*/{paths.NOTICES}",
    paths.BRIDGES,
    paths.ATTEMPTS,
    paths.UNITS,
    paths.NOTED,
    paths.COMMANDS,
    paths.EXPORTS,
    f"{paths.EXPORTS}/*/{paths.EXPORT_PARTS}",
    paths.IDEMPOTENCY,
    paths.LOCKOUTS,
    paths.LEASES,
    paths.RECEIPTS,
    paths.ERASURES,
    paths.ADMIN_ACTIONS,
    paths.PAYMENTS,
    paths.PAYMENT_NOTES,
)
"""Every collection, in the order of a file; documents are in the order of their paths, segment by segment."""
NOT_CONTENT = (paths.META,)
"""What a store says of itself is not taken to another."""
PAGE = 100
_LAST = "\U0010ffff"
"""Behind every id."""


class Unplaced(StoreError):
    """A document lies where no version we know of puts one."""

    def __init__(self, path: str) -> None:
        super().__init__(f"Document {path} is in no collection this version of Kilowait knows.")


def collection_of(shape: str) -> str:
    """``decisions`` of ``locations/*/decisions``."""
    return shape.rpartition("/")[2]


def position(path: str) -> tuple[int, str]:
    """Where a document stands among all. Raises :class:`Unplaced`."""
    segments = path.split("/")[:-1]
    shape = "/".join("*" if number % 2 else segment for number, segment in enumerate(segments))
    if shape not in SHAPES:
        raise Unplaced(path)
    return SHAPES.index(shape), path_key(path)


def documents(reads: Reads, shapes: Sequence[str] = SHAPES, page: int = PAGE) -> Iterator[Document]:
    """All documents, also those below one that is not there; ``page`` of them in memory at a time."""
    for shape in shapes:
        if "*" not in shape:
            yield from _collection(reads, shape, page)
            continue
        for collection in _collections(reads, shape):
            yield from _collection(reads, collection, page)


def _collection(reads: Reads, collection: str, page: int) -> Iterator[Document]:
    last: Document | None = None
    while True:
        found = reads.query(Query(collection, limit=page, after=last))
        yield from found
        if len(found) < page:
            return
        last = found[-1]


def _collections(reads: Reads, shape: str) -> Iterator[str]:
    """The collections of one name that hold anything: the first document behind the last of the one before."""
    name = collection_of(shape)
    last: Document | None = None
    while found := reads.query(Query(name, group=True, limit=1, after=last)):
        (first,) = found
        if SHAPES[position(first.path)[0]] != shape:
            raise Unplaced(first.path)
        yield first.collection
        last = Document(f"{first.collection}/{_LAST}", {})
