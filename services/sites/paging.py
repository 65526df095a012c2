"""Services: pages of long lists, continued by an opaque token."""

import base64
import binascii
from collections.abc import Callable, Iterator
from dataclasses import dataclass, replace
from datetime import UTC, datetime
from typing import Any, Generic, TypeVar

import msgspec

from model.errors import Invalid
from model.store.document import Document
from model.store.errors import InvalidPath, InvalidQuery
from model.store.port import Reads
from model.store.query import Query

Item = TypeVar("Item")
MAX_PAGE = 200


@dataclass(frozen=True, slots=True, kw_only=True)
class Page(Generic[Item]):
    """Some items, and where the next ones begin ("" at the end)."""

    items: tuple[Item, ...]
    next_page_token: str = ""


class _Mark(msgspec.Struct, frozen=True, array_like=True):
    id: str
    value: int | str
    """Instants as text: msgspec takes no union of two kinds that both are text in JSON."""


def each(reads: Reads, query: Query, page_size: int = MAX_PAGE) -> Iterator[Document]:
    """Every document of ``query``, read page by page as they are wanted; 1 read when there is none."""
    after: Document | None = None
    while True:
        found = reads.query(replace(query, limit=page_size, after=after))
        yield from found
        if len(found) < page_size:
            return
        after = found[-1]


def read_page(
    reads: Reads,
    query: Query,
    field: str,
    kind: type[datetime] | type[int],
    noun_of: Callable[[dict[str, Any]], Item],
    page_size: int,
    page_token: str,
) -> Page[Item]:
    """One page of ``query``, which is ordered by ``field`` of type ``kind``. Reads one document more than it gives.

    Raises :class:`Invalid` for a size that is not 1 to 200 or a token that is none.
    """
    if not 1 <= page_size <= MAX_PAGE:
        raise Invalid("invalid_page_size", f"page_size must be 1 to {MAX_PAGE}.", field="page_size")
    after = None if not page_token else _mark(query, field, kind, page_token)
    try:
        found = reads.query(replace(query, limit=page_size + 1, after=after))
    except (InvalidQuery, InvalidPath) as error:
        raise _no_token() from error
    items = tuple(noun_of(document.data) for document in found[:page_size])
    if len(found) <= page_size:
        return Page(items=items)
    last = found[page_size - 1]
    mark = msgspec.json.encode(_Mark(last.id, last.data[field]))
    return Page(items=items, next_page_token=base64.urlsafe_b64encode(mark).rstrip(b"=").decode())


def _mark(query: Query, field: str, kind: type[datetime] | type[int], page_token: str) -> Document:
    try:
        text = base64.b64decode(page_token + "=" * (-len(page_token) % 4), altchars=b"-_", validate=True)
        mark = msgspec.json.decode(text, type=_Mark)
    except (binascii.Error, ValueError) as error:
        raise _no_token() from error
    value = _value(mark.value, kind)
    if value is None:
        raise _no_token()
    return Document(f"{query.collection}/{mark.id}", {field: value})


def _value(text: int | str, kind: type[datetime] | type[int]) -> datetime | int | None:
    """The value as the field has it, or None if it cannot be one."""
    if kind is int or isinstance(text, int):
        return text if isinstance(text, int) and kind is int else None
    try:
        instant = msgspec.convert(text, datetime)
    except msgspec.ValidationError:
        return None
    return None if instant.tzinfo is None else instant.astimezone(UTC)


def _no_token() -> Invalid:
    return Invalid(
        "invalid_page_token", "This page_token is none of ours: start again without one.", field="page_token"
    )
