"""Services: a store's documents made new, page by page, while the service runs."""

from collections import Counter

from model.store.document import Document
from model.store.port import Store, Transaction
from services.transfer.everything import SHAPES, collection_of, documents
from services.transfer.exporting import Progress
from services.transfer.mark import check_mark, claim
from services.transfer.migrations import MIGRATIONS, current, is_behind

PAGE = 100


def migrate(store: Store, progress: Progress, *, dry_run: bool = False) -> dict[str, int]:
    """Bring every document to today's schema; how many there were of each collection that were behind.

    May be stopped and run again: each document says its schema. A document that changes meanwhile is read again in the
    transaction that writes it. Raises ``StoreError``, ``Unavailable`` for a document of a newer schema.
    """
    check_mark(store) if dry_run else claim(store)
    behind = {migration.collection for migration in MIGRATIONS}
    done: Counter[str] = Counter()
    page: list[Document] = []
    for looked, document in enumerate(documents(store, [each for each in SHAPES if collection_of(each) in behind]), 1):
        if is_behind(_collection(document), document.data):
            done[_collection(document)] += 1
            page.append(document)
        if len(page) == PAGE:
            _renew(store, page, dry_run=dry_run)
            page = []
        progress(looked)
    _renew(store, page, dry_run=dry_run)
    return dict(done)


def _renew(store: Store, page: list[Document], *, dry_run: bool) -> None:
    if dry_run or not page:
        return
    paths = [document.path for document in page]

    def body(transaction: Transaction) -> None:
        for document in transaction.get_many(paths):
            if document is not None and is_behind(_collection(document), document.data):
                transaction.put(document.path, current(_collection(document), document.data))

    store.transact(body)


def _collection(document: Document) -> str:
    return collection_of(document.collection)
