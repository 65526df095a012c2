"""Services: everything a store holds, as it was at one moment, into one file."""

from collections.abc import Callable
from pathlib import Path

from model.store.errors import StoreError
from model.store.port import Store
from services.transfer.everything import documents
from services.transfer.files import new_file
from services.transfer.lines import write
from services.transfer.mark import check_mark

Progress = Callable[[int], None]
"""Is told how many documents are done."""


class StoreEmpty(StoreError):
    """An export would hold nothing: most likely another store was meant, and the file would replace a real backup."""


def export(store: Store, path: Path, progress: Progress) -> int:
    """Write the file; how many documents it holds. Others may go on writing to the store.

    Raises ``StoreError`` (a newer, a half filled and, as :class:`StoreEmpty`, an empty store too) and ``FileTrouble``;
    then there is no new file.
    """
    count = 0
    with store.snapshot() as still:
        check_mark(still)
        with new_file(path) as into:
            for count in write(documents(still), into):
                progress(count)
            if not count:
                raise StoreEmpty("The store is empty: is it the one that KILOWAIT_STORE should name? No file was made.")
    return count
