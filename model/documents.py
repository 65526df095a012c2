"""Nouns as documents and back: field by field, enums by value, instants as instants.

A document that does not fit its noun is a :class:`CorruptNoun`; a field the noun does not know is ignored, so that
an older program reads what a newer one wrote.
"""

import threading
from datetime import datetime
from typing import Any, TypeVar

import msgspec

Noun = TypeVar("Noun")


_described: set[Any] = set()
_describing = threading.Lock()


class CorruptNoun(ValueError):
    """A stored document does not describe the noun it should; the text says which field."""


def to_document(noun: Any) -> dict[str, Any]:
    """A noun as a document: JSON values, bytes and aware datetimes; days as ``YYYY-MM-DD``."""
    document: dict[str, Any] = _listed(msgspec.to_builtins(noun, builtin_types=(datetime, bytes)))
    return document


def _listed(value: Any) -> Any:
    """Msgspec leaves tuples as they are; documents know lists only."""
    if isinstance(value, dict):
        return {name: _listed(each) if type(each) in _HOLDING else each for name, each in value.items()}
    if isinstance(value, list | tuple):
        return [_listed(each) if type(each) in _HOLDING else each for each in value]
    return value


_HOLDING = frozenset({dict, list, tuple})


def from_document(kind: type[Noun], data: dict[str, Any]) -> Noun:
    """The noun a document describes. Raises :class:`CorruptNoun`."""
    _describe(kind)
    try:
        return msgspec.convert(data, kind, builtin_types=(datetime, bytes))
    except msgspec.ValidationError as error:
        raise CorruptNoun(f"{kind.__name__}: {error}") from error


def to_json(noun: Any) -> bytes:
    """A noun as JSON bytes, keys in the order of its fields; the same noun always gives the same bytes."""
    return msgspec.json.encode(noun, order="deterministic")


def from_json(kind: type[Noun], data: bytes) -> Noun:
    """The noun JSON bytes describe. Raises :class:`CorruptNoun`."""
    _describe(kind)
    try:
        return msgspec.json.decode(data, type=kind)
    except msgspec.MsgspecError as error:
        raise CorruptNoun(f"{kind.__name__}: {error}") from error


def _describe(kind: Any) -> None:
    """Have msgspec look a type up before it is needed, one thread at a time.

    It does so at first use and shares its description half made: a second thread that needs it then crashes the process
    (msgspec 0.22).
    """
    if kind in _described:
        return
    with _describing:
        msgspec.json.Decoder(kind)
        _described.add(kind)
