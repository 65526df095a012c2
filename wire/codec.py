"""JSON in and out for every message of this room. Strict: a wrong type is a :class:`BadMessage` naming the field."""

from typing import Any, TypeVar

import msgspec

from wire.commands import Command
from wire.events import Event

Message = TypeVar("Message")


class BadMessage(ValueError):
    """The bytes are no such message; the text says which field and why."""


_UNREADABLE = (msgspec.MsgspecError, UnicodeDecodeError, RecursionError)
"""What the decoders raise: the last two for text that is no UTF-8, and for lists within lists within lists."""
_EVENT = msgspec.json.Decoder(Event)
_COMMAND = msgspec.json.Decoder(Command)


def encode(message: msgspec.Struct) -> bytes:
    """A message as JSON bytes."""
    return msgspec.json.encode(message)


def to_plain(message: msgspec.Struct) -> dict[str, Any]:
    """A message as JSON-able values."""
    plain: dict[str, Any] = msgspec.to_builtins(message)
    return plain


def decode(kind: type[Message], data: bytes | str) -> Message:
    """JSON bytes as ``kind``. Raises :class:`BadMessage`."""
    try:
        return msgspec.json.decode(data, type=kind)
    except _UNREADABLE as error:
        raise BadMessage(str(error)) from error


def decode_event(data: bytes | str) -> Event:
    """One event. Raises :class:`BadMessage`."""
    try:
        event: Event = _EVENT.decode(data)
    except _UNREADABLE as error:
        raise BadMessage(str(error)) from error
    return event


def event_from_plain(plain: Any) -> Event:
    """One event from parsed JSON. Raises :class:`BadMessage`."""
    try:
        event: Event = msgspec.convert(plain, Event)
    except _UNREADABLE as error:
        raise BadMessage(str(error)) from error
    return event


def decode_command(data: bytes | str) -> Command:
    """One command. Raises :class:`BadMessage`."""
    try:
        command: Command = _COMMAND.decode(data)
    except _UNREADABLE as error:
        raise BadMessage(str(error)) from error
    return command
