"""Model room: one stored document as a value."""

from dataclasses import dataclass
from typing import Any


@dataclass(frozen=True, slots=True)
class Document:
    """One stored document: its `path` and a private copy of its `data`.

    `data` maps field names to None, bool, int (64 bits), finite float, str, bytes, aware UTC
    datetime (microseconds), lists (not directly inside lists) and maps of these (`values.py`).
    """

    path: str
    data: dict[str, Any]

    @property
    def id(self) -> str:
        """The last segment: `0001` of `locations/l/decisions/0001`."""
        return self.path.rpartition("/")[2]

    @property
    def collection(self) -> str:
        """The path without the id: `locations/l/decisions` of `locations/l/decisions/0001`."""
        return self.path.rpartition("/")[0]

    @property
    def parent(self) -> str | None:
        """The path of the document above, `locations/l` of `locations/l/decisions/0001`, or None."""
        return self.collection.rpartition("/")[0] or None
