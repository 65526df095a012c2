"""Model room: documents as Firestore's protocol buffers and back, type by type.

The engine's own messages are used, not the client library's values: those wrap every datetime, guess at unknown types
and cost ten times as much.
"""

import math
import re
from collections.abc import Mapping
from datetime import UTC, datetime, timedelta
from typing import Any

from google.cloud.firestore_v1.types import document as messages

from model.store.errors import CorruptDocument
from model.store.port import Document

Value: Any = messages.Value.pb()
"""The engine's message of one value; it has no type annotations."""

_EPOCH = datetime(1970, 1, 1, tzinfo=UTC)
_MICROSECOND = timedelta(microseconds=1)
_RESERVED = re.compile(r"__.*__\Z", re.DOTALL)


def encode_fields(data: Mapping[str, Any], fields: Any) -> None:
    """Fill `fields`, a message's map, with the checked `data`."""
    for name, value in data.items():
        encode(value, fields[name])


def encode(value: Any, into: Any) -> Any:
    """Fill the message `into` with a checked value and return it."""
    match value:
        case None:
            into.null_value = 0
        case bool():
            into.boolean_value = value
        case int():
            into.integer_value = value
        case float():
            into.double_value = value
        case datetime():
            micros = (value - _EPOCH) // _MICROSECOND
            into.timestamp_value.seconds, rest = divmod(micros, 1_000_000)
            into.timestamp_value.nanos = rest * 1000
        case str():
            into.string_value = value
        case bytes():
            into.bytes_value = value
        case Mapping():
            into.map_value.SetInParent()
            encode_fields(value, into.map_value.fields)
        case _:
            into.array_value.SetInParent()
            for item in value:
                encode(item, into.array_value.values.add())
    return into


def decode_document(found: Any, root: str) -> Document:
    """Return the engine's document message as ours; `root` is what its name begins with.

    Raises `CorruptDocument` where it holds what no document of ours can: a place on earth, a reference, a vector.
    """
    path = found.name.removeprefix(root)
    try:
        return Document(path, _decode_fields(found.fields))
    except ValueError as error:
        raise CorruptDocument(path) from error


def _decode_fields(fields: Any) -> dict[str, Any]:
    data = {}
    for name, value in fields.items():
        if _RESERVED.match(name):  # how the engine marks vectors and other types of its own
            raise ValueError(name)
        data[name] = _decode(value)
    return data


def _decode(value: Any) -> Any:
    kind = value.WhichOneof("value_type")
    match kind:
        case "null_value":
            return None
        case "boolean_value" | "integer_value" | "string_value" | "bytes_value":
            return getattr(value, kind)
        case "double_value" if math.isfinite(value.double_value):
            return value.double_value
        case "timestamp_value":
            stamp = value.timestamp_value
            try:
                return _EPOCH + timedelta(seconds=stamp.seconds, microseconds=stamp.nanos // 1000)
            except OverflowError as error:
                raise ValueError(kind) from error
        case "map_value":
            return _decode_fields(value.map_value.fields)
        case "array_value":
            return [_decode(item) for item in value.array_value.values]
        case _:
            raise ValueError(kind)
