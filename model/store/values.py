"""Model room: what a document may hold and how large it may be, on every adapter alike.

The size rule is Firestore's: document name (each segment + 1, + 16), then per field its name + 1
and its value (text: UTF-8 + 1; bytes: length; number, datetime: 8; bool, null: 1; list: the sum;
map: as a document), + 32 for the document and, to stay on the safe side, for every map. No field may be larger than
1 MiB - 89 bytes.
"""

import math
import re
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import Any

from model.store.errors import DocumentTooLarge, InvalidDocument

DOCUMENT_BYTES = 1_048_576
"""Firestore's bound on one document."""
VALUE_BYTES = 1_048_487
"""Firestore's bound on one field."""
DEPTH = 20
"""Firestore's bound on maps and lists within each other."""
NAME_BYTES = 1500
"""Firestore's bound on one field name."""
INT_MIN, INT_MAX = -(2**63), 2**63 - 1

_RESERVED = re.compile(r"__.*__\Z", re.DOTALL)
_OVERHEAD = 32
_ZERO = timedelta(0)
NAMES_REMEMBERED = 2_000
_NAMES: dict[str, int] = {}
"""The bytes of names that are allowed: documents of one kind have the same ones."""


@dataclass(frozen=True, slots=True)
class Checked:
    """A valid document: a deep copy with every datetime in `datetime.UTC`, and its size."""

    data: dict[str, Any]
    size_bytes: int


def check_document(path: str, data: Mapping[str, Any]) -> Checked:
    """Return a copy of `data` that can be stored at the checked `path`.

    Raises `InvalidDocument` naming the field, or `DocumentTooLarge`.
    """
    if not isinstance(data, Mapping):
        raise InvalidDocument(path, "", "is not a map of fields")
    name_bytes = len(path.encode()) + 1 + 16
    copy, size = _map(path, "", data, DEPTH)
    size += name_bytes
    if size > DOCUMENT_BYTES:
        raise DocumentTooLarge(path, size, DOCUMENT_BYTES)
    return Checked(copy, size)


def copy_value(value: Any) -> Any:
    """Return a deep copy of a value that was checked before."""
    if type(value) is dict:
        return {name: copy_value(item) for name, item in value.items()}
    if type(value) is list:
        return [copy_value(item) for item in value]
    return value


def _map(path: str, at: str, data: Mapping[str, Any], depth: int) -> tuple[dict[str, Any], int]:
    copy: dict[str, Any] = {}
    size = _OVERHEAD
    for name, value in data.items():
        size += (type(name) is str and _NAMES.get(name)) or _name_bytes(path, at, name)
        kind = type(value)
        if kind is str and value.isascii():
            copy[name], value_bytes = value, len(value) + 1
        elif value is None or kind is bool:
            copy[name], value_bytes = value, 1
        elif kind is datetime and value.tzinfo is UTC:
            copy[name], value_bytes = value, 8
        else:
            copy[name], value_bytes = _value(path, f"{at}.{name}" if at else name, value, depth)
        if value_bytes > VALUE_BYTES:
            raise DocumentTooLarge(path, value_bytes, VALUE_BYTES)
        size += value_bytes
    return copy, size


def _name_bytes(path: str, at: str, name: object) -> int:
    if type(name) is not str:
        raise InvalidDocument(path, at, f"has the field name {name!r}, which is not text")
    size = _text_bytes(path, at, name)
    if not name or _RESERVED.match(name) or size > NAME_BYTES:
        raise InvalidDocument(path, at, f"has the field name {name[:60]!r}, which is not allowed")
    if len(_NAMES) < NAMES_REMEMBERED:
        _NAMES[name] = size
    return size


def _text_bytes(path: str, at: str, text: str) -> int:
    try:
        return len(text.encode()) + 1
    except UnicodeEncodeError as error:
        raise InvalidDocument(path, at, "holds text that is not valid Unicode") from error


def _value(path: str, at: str, value: Any, depth: int) -> tuple[Any, int]:
    kind = type(value)
    if kind is str:
        return value, _text_bytes(path, at, value)
    if kind is bool or value is None:
        return value, 1
    if kind is int:
        if not INT_MIN <= value <= INT_MAX:
            raise InvalidDocument(path, at, "is a whole number beyond 64 bits")
        return value, 8
    if kind is float:
        if not math.isfinite(value):
            raise InvalidDocument(path, at, "is a number that is not finite")
        return value, 8
    if kind is bytes:
        return value, len(value)
    if isinstance(value, datetime):
        return _utc(path, at, value), 8
    if kind is list or isinstance(value, Mapping):
        if depth == 0:
            raise InvalidDocument(path, at, f"lies more than {DEPTH} levels deep")
        return _list(path, at, value, depth - 1) if kind is list else _map(path, at, value, depth - 1)
    raise InvalidDocument(path, at, f"is a {kind.__name__}, which no document can hold")


def _list(path: str, at: str, items: list[Any], depth: int) -> tuple[list[Any], int]:
    copy: list[Any] = []
    size = 0
    for number, item in enumerate(items):
        where = f"{at}[{number}]"
        if type(item) is list:
            raise InvalidDocument(path, where, "is a list directly inside a list")
        checked, item_bytes = _value(path, where, item, depth)
        copy.append(checked)
        size += item_bytes
    return copy, size


def _utc(path: str, at: str, value: datetime) -> datetime:
    if value.utcoffset() != _ZERO:
        raise InvalidDocument(path, at, "is a datetime that is not aware and in UTC")
    return datetime(
        value.year,
        value.month,
        value.day,
        value.hour,
        value.minute,
        value.second,
        value.microsecond,
        tzinfo=UTC,
    )
