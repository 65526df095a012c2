"""Services: a document's values as JSON and back, without losing a type.

Text, whole numbers, numbers with a point, true, false, null and lists are JSON's own. Bytes are
``{"$bytes": base64}``, instants ``{"$time": "2026-11-21T13:30:07.000000Z"}``, and a map that has a name beginning with
``$`` is ``{"$map": …}``.
"""

import base64
import binascii
import json
from collections.abc import Mapping
from datetime import UTC, datetime
from typing import Any, NoReturn

BYTES, TIME, MAP = "$bytes", "$time", "$map"
_INSTANT = "%Y-%m-%dT%H:%M:%S.%fZ"


class Untyped(ValueError):
    """Text that is not JSON in this form; says why."""


def to_line(value: Mapping[str, Any]) -> bytes:
    """One line of JSON; the same value always gives the same bytes. Only the outermost names keep their order."""
    text = json.dumps(value, ensure_ascii=False, allow_nan=False, separators=(",", ":"))
    return text.encode() + b"\n"


def to_json(value: Any) -> Any:
    """A document's value as JSON knows it, names in the order of their code points."""
    if isinstance(value, dict):
        named = {name: to_json(value[name]) for name in sorted(value)}
        return {MAP: named} if any(name.startswith("$") for name in named) else named
    if isinstance(value, list):
        return [to_json(each) for each in value]
    if isinstance(value, bytes):
        return {BYTES: base64.b64encode(value).decode()}
    if isinstance(value, datetime):
        return {TIME: value.astimezone(UTC).isoformat(timespec="microseconds").replace("+00:00", "Z")}
    return value


def parse(line: bytes) -> Any:
    """The JSON of one line. Raises :class:`Untyped`."""
    try:
        return json.loads(line.decode(), parse_constant=_no_number, object_pairs_hook=_once)
    except UnicodeDecodeError as error:
        raise Untyped("it is not UTF-8 text") from error
    except json.JSONDecodeError as error:
        raise Untyped(f"it is not JSON ({error.msg} at character {error.pos + 1})") from error
    except Untyped:
        raise
    except ValueError as error:
        raise Untyped("it holds a number beyond all bounds") from error
    except RecursionError as error:
        raise Untyped("it is nested too deep") from error


def from_json(plain: Any) -> Any:
    """The value that :func:`to_json` took. Raises :class:`Untyped`."""
    if isinstance(plain, list):
        return [from_json(each) for each in plain]
    if not isinstance(plain, dict):
        return plain
    if not any(name.startswith("$") for name in plain):
        return {name: from_json(each) for name, each in plain.items()}
    if len(plain) != 1:
        raise Untyped(f"a map with {min(plain)!r} has more than that")
    ((kind, content),) = plain.items()
    if kind == MAP and isinstance(content, dict):
        return {name: from_json(each) for name, each in content.items()}
    if kind == BYTES and isinstance(content, str):
        return _bytes(content)
    if kind == TIME and isinstance(content, str):
        return _instant(content)
    raise Untyped(f"{kind!r} is no type of value")


def _bytes(text: str) -> bytes:
    try:
        return base64.b64decode(text, validate=True)
    except (binascii.Error, ValueError) as error:
        raise Untyped("$bytes is not base64") from error


def _instant(text: str) -> datetime:
    try:
        return datetime.strptime(text, _INSTANT).replace(tzinfo=UTC)
    except ValueError as error:
        raise Untyped(f"$time is no instant: {text[:40]!r}") from error


def _no_number(text: str) -> NoReturn:
    raise Untyped(f"{text} is no number a document can hold")


def _once(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
    found = dict(pairs)
    if len(found) != len(pairs):
        raise Untyped("a name is there twice in one map")
    return found
