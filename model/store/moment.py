"""Model room: the reading verbs over one moment of a store, as an adapter holds it still."""

from collections.abc import Callable, Iterable
from dataclasses import dataclass

from model.store.paths import check_path
from model.store.port import Document, Query, Reads
from model.store.query import check_query
from model.store.transact import Retry


@dataclass(frozen=True, slots=True)
class Moment(Reads):
    """Checks and retries as a store does; `read` and `search` are the engine's, fixed at one moment."""

    read: Callable[[list[str]], list[Document | None]]
    search: Callable[[Query], list[Document]]
    retry: Retry

    def get(self, path: str) -> Document | None:
        """See `Reads.get`."""
        return self.get_many((path,))[0]

    def get_many(self, paths: Iterable[str]) -> list[Document | None]:
        """See `Reads.get_many`."""
        checked = [check_path(path) for path in paths]
        return self.retry.run(lambda: self.read(checked))

    def query(self, query: Query) -> list[Document]:
        """See `Reads.query`."""
        check_query(query)
        return self.retry.run(lambda: self.search(query))
