"""JSON in and out for every message of this room. Strict: a wrong type is a :class:`BadMessage` naming the field."""

from typing import Any, NamedTuple, TypeVar

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


class ReadEvent(NamedTuple):
    """A well-formed event and its own JSON, as it was sent."""

    event: Event
    raw: msgspec.Raw


class _Batch(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    stream: str
    events: list[msgspec.Raw]


_BATCH = msgspec.json.Decoder(_Batch)


def decode_events(data: bytes | str) -> tuple[str, list[ReadEvent]]:
    """The stream and the events of a batch. Raises :class:`BadMessage` if only one of them is no event."""
    try:
        if isinstance(data, bytes):
            data.decode()  # The events' own texts are not looked at where their batch is read.
        batch = _BATCH.decode(data)
        return batch.stream, [ReadEvent(_EVENT.decode(raw), raw) for raw in batch.events]
    except _UNREADABLE as error:
        raise BadMessage(str(error)) from error


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
