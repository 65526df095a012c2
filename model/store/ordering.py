"""Model room: one text key per value that sorts as Firestore sorts the values.

Both local adapters compare these keys, so a query means the same on each of them.
"""

import re
import struct
from collections.abc import Callable, Mapping
from datetime import UTC, datetime
from functools import lru_cache
from typing import Any, Final

KEY_BYTES = 1500
"""Text and bytes are ordered by so much of their beginning, as in Firestore's indexes."""
TEXT, LIST, MAP = "4", "6", "7"

_FIELD = re.compile(r"[A-Za-z_][A-Za-z0-9_]*(\.[A-Za-z_][A-Za-z0-9_]*)*\Z")
_SIGN = 1 << 63
_CUT = "\x02"
_MOST_BYTES_A_CHAR = 4


class _Missing:
    """The type of `MISSING`."""

    def __repr__(self) -> str:
        return "MISSING"


MISSING: Final = _Missing()
"""What `field_of` returns for a field that is not there (null is a value)."""


def is_field(name: object) -> bool:
    """Tell whether a field of this (dotted) name can be filtered and ordered by."""
    return isinstance(name, str) and _is_field(name)


@lru_cache(maxsize=1024)
def _is_field(name: str) -> bool:
    return _FIELD.match(name) is not None


def field_of(data: Mapping[str, Any], name: str) -> object:
    """Return the value of a dotted field, or `MISSING`."""
    value: object = data
    for part in name.split("."):
        if not isinstance(value, dict) or part not in value:
            return MISSING
        value = value[part]
    return value


def sort_key(value: object) -> str:
    """Return the key of a document value; its first character is its type (`type_of_key`).

    Keys hold no U+0000, so SQLite compares and stores them whole.
    """
    make = _KEYS.get(type(value))
    if make is not None:
        return make(value)
    # A datetime of a database's own kind is one, too.
    return next((make(value) for kind, make in _KEYS.items() if isinstance(value, kind)), MAP)


def type_bounds(key: str) -> tuple[str, str]:
    """Return (first possible, first impossible) key of the type of `key`."""
    return key[0], chr(ord(key[0]) + 1)


def index_keys(data: Mapping[str, Any]) -> dict[str, str]:
    """Return dotted name → key for every field of a document that a query can name."""
    keys: dict[str, str] = {}
    _collect(data, "", keys)
    return keys


def _collect(data: Mapping[str, Any], prefix: str, keys: dict[str, str]) -> None:
    for name, value in data.items():
        if "." in name or not _is_field(name):
            continue
        keys[prefix + name] = sort_key(value)
        if isinstance(value, dict):
            _collect(value, f"{prefix}{name}.", keys)


@lru_cache(maxsize=4096)
def _number_key(value: float) -> str:
    # The double sorts by its bits; what an integer beyond 2**53 differs from it breaks the tie.
    double = float(value) + 0.0
    rest = value - int(double) if isinstance(value, int) else 0
    (bits,) = struct.unpack(">Q", struct.pack(">d", double))
    ordered = bits ^ (_SIGN * 2 - 1) if bits & _SIGN else bits | _SIGN
    return f"2{ordered:016x}{rest + 0x8000:04x}"


def _instant_key(value: datetime) -> str:
    instant = value if value.tzinfo is UTC else value.astimezone(UTC)
    return "3" + instant.isoformat(timespec="microseconds")


def _bytes_key(value: bytes) -> str:
    return "5" + value[:KEY_BYTES].hex() + ("~" if len(value) > KEY_BYTES else "")


def _text_key(value: str) -> str:
    if len(value) * _MOST_BYTES_A_CHAR > KEY_BYTES and len(encoded := value.encode()) > KEY_BYTES:
        value = encoded[:KEY_BYTES].decode(errors="ignore") + _CUT
    # NUL would end the text inside SQLite's JSON functions.
    return TEXT + value.replace("\x01", "\x01\x02").replace("\x00", "\x01\x01")


_KEYS: dict[type, Callable[[Any], str]] = {
    type(None): lambda _: "0",
    bool: lambda value: "1t" if value else "1f",
    int: _number_key,
    float: _number_key,
    datetime: _instant_key,
    str: _text_key,
    bytes: _bytes_key,
    list: lambda _: LIST,
}
"""By type, as most documents have only these; the order matters where a value is of several."""
