"""``If-Match``: a change is made only to the version its sender has seen."""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from model.errors import Stale


def _no_etag(_: Any) -> str:
    return ""


@dataclass(frozen=True, slots=True)
class Expected:
    """The versions a request allows. ``render`` gives a noun's ETag as this caller would read it; it is pure."""

    etags: frozenset[str] = frozenset()
    render: Callable[[Any], str] = _no_etag

    def check(self, noun: Any) -> None:
        """Raise :class:`Stale` unless ``noun``, as read in this transaction, is one of the versions allowed."""
        if self.etags and "*" not in self.etags and self.render(noun) not in self.etags:
            raise Stale("stale", "It has changed since you read it. Read it again, then decide again.")


ANY = Expected()
"""A request without the header."""
