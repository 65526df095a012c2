"""A counting store that knows a bridge's sign of life from other writes."""

from collections.abc import Mapping
from typing import Any

from model import paths
from model.store.counting import CountingStore
from model.store.port import Store


class TalliedStore(CountingStore):
    """``seen`` counts writes of ``bridges/{id}``."""

    def __init__(self, inner: Store) -> None:
        super().__init__(inner)
        self.seen = 0

    def put(self, path: str, data: Mapping[str, Any]) -> None:
        """See `Writes.put`."""
        super().put(path, data)
        self.seen += path.startswith(f"{paths.BRIDGES}/")
