"""Services: a store made to hold exactly what a file holds.

File and store are walked side by side in one order; what differs is written. So an import that was killed is run again
and writes the rest, and one over yesterday's data writes what changed since.
"""

from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

from model.store.document import Document
from model.store.errors import StoreError
from model.store.port import Store
from services.transfer.batch import Batch
from services.transfer.everything import documents, position
from services.transfer.exporting import Progress
from services.transfer.files import old_file
from services.transfer.lines import Lines, document_line
from services.transfer.mark import check_schemas, put_mark, read_mark


class StoreNotEmpty(StoreError):
    """An import would destroy what is there, and nobody said that it may."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Imported:
    """Documents of the file, and what had to be done for them."""

    documents: int
    written: int
    deleted: int


def import_file(store: Store, path: Path, progress: Progress, *, replace: bool = False) -> Imported:
    """Read the file through, and only if all of it is sound, fill the store.

    Without ``replace`` the store must be empty, or half filled by an import of the same file. Raises ``BadFile``,
    :class:`StoreNotEmpty`, ``StoreTooNew``: nothing is changed then; any other ``StoreError``: run it again.
    """
    with old_file(path) as file:
        checked = Lines(file)
        for _ in checked.documents():
            pass
    mark = read_mark(store)
    check_schemas(mark.schemas, "The store")
    if not replace and mark.importing != checked.sha256:
        _refuse_filled(store, half=bool(mark.importing))
    put_mark(store, checked.sha256)
    with old_file(path) as file:
        done = _fill(store, Lines(file).documents(), progress)
    put_mark(store, "")
    return done


def _refuse_filled(store: Store, *, half: bool) -> None:
    if half:
        raise StoreNotEmpty(
            "An import of another file into this store has not ended. Import that one again, or say --replace."
        )
    if next(documents(store, page=1), None) is not None:
        raise StoreNotEmpty(
            "The store is not empty. Import into a new one, or say --replace: what the file does not hold is deleted."
        )


def _fill(store: Store, wanted: Iterator[Document], progress: Progress) -> Imported:
    batch = Batch(store)
    there = documents(store)
    found = next(there, None)
    count = 0
    for document in wanted:
        place = position(document.path)
        while found is not None and position(found.path) < place:
            batch.delete(found.path)
            found = next(there, None)
        line = document_line(document)
        same = False
        if found is not None and found.path == document.path:
            same = document_line(found) == line
            found = next(there, None)
        if not same:
            batch.put(document, len(line))
        count += 1
        progress(count)
    while found is not None:
        batch.delete(found.path)
        found = next(there, None)
    batch.flush()
    return Imported(documents=count, written=batch.written, deleted=batch.deleted)
