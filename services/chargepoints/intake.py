"""Services: one posted event, judged by itself: well-formed and within bounds, or noted."""

from dataclasses import dataclass, field
from datetime import UTC, datetime
from functools import cache
from typing import Any, Literal

import msgspec

from model.ids import MAX_ID_CHARS
from wire.codec import BadMessage, ReadEvent, event_from_plain
from wire.columns import COLUMNS_MOST, labels
from wire.events import (
    Boot,
    CommandResult,
    Draw,
    Event,
    EventResult,
    Meter,
    Notice,
    TransactionEnded,
    TransactionStarted,
)

MOST = 2**53
"""Integers beyond are no measurement and fit no document."""
MOST_CONNECTOR = 10_000
MOST_TEXT_CHARS = 4_000
MOST_PAYLOAD_BYTES = 128 * 1024
"""Of a notice, as JSON. The bridge cuts what is longer than anybody reads."""
MOST_DEPTH = 32
MOST_SETTINGS_BYTES = 32 * 1024
"""Of what a driver says it supports."""
_LONG = frozenset(
    {
        "tag", "info", "columns", "error", "answer", "reason", "protocol", "vendor", "model", "serial", "firmware",
        "iccid", "imsi", "meter_type", "meter_serial",
    }
)  # fmt: skip
"""Fields that may be longer than an id; they are cut or judged where they are used."""
_OUTCOMES: dict[str, Literal["applied", "repeat", "noted"]] = {
    "applied": "applied",
    "repeat": "repeat",
    "noted": "noted",
}


@dataclass(slots=True)
class Arrived:
    """An event on its way to its result. ``event`` is None when it could not be read.

    ``raw``: as it came, parsed, or its JSON where that was read as an event at once.
    """

    raw: Any
    charge_point_id: str
    seq: int
    event: Event | None = None
    result: EventResult | None = field(default=None)

    def answer(self, outcome: str, reason: str = "", tag_status: str = "", parent_tag: str = "") -> None:
        """Settle the result."""
        self.result = EventResult(
            charge_point_id=self.charge_point_id,
            seq=self.seq,
            outcome=_OUTCOMES[outcome],
            reason=reason,
            tag_status=tag_status,
            parent_tag=parent_tag,
        )


def read_event(raw: Any, now: datetime) -> Arrived:
    """Judge one parsed JSON value, or one that was read already. What cannot be read is ``noted``, ``bad_event``."""
    if isinstance(raw, ReadEvent):
        return _judged(raw, now)
    plain = raw if isinstance(raw, dict) else {}
    seq = plain.get("seq")
    arrived = Arrived(
        raw=raw,
        charge_point_id=_text(plain.get("charge_point_id")),
        seq=seq if type(seq) is int and abs(seq) < MOST else -1,
    )
    try:
        event = event_from_plain(raw)
        msgspec.json.encode(event)  # Is it UTF-8?
        _check(event)
        arrived.event = _in_utc(event, now)
    except (BadMessage, ValueError, OverflowError) as error:
        arrived.answer("noted", f"bad_event: {_text(str(error))}")
    return arrived


def _judged(read: ReadEvent, now: datetime) -> Arrived:
    event = read.event
    arrived = Arrived(
        raw=read.raw,
        charge_point_id=event.charge_point_id,
        seq=event.seq if abs(event.seq) < MOST else -1,
    )
    try:
        _check(event)
        arrived.event = _in_utc(event, now)
    except (ValueError, OverflowError) as error:
        arrived.charge_point_id = _text(event.charge_point_id)
        arrived.answer("noted", f"bad_event: {_text(str(error))}")
    return arrived


def _in_utc(event: Event, now: datetime) -> Event:
    """With its instants in UTC, and received by ``now`` at the latest."""
    if event.received_at.tzinfo is UTC and event.occurred_at.tzinfo is UTC and event.received_at <= now:
        return event
    return msgspec.structs.replace(
        event, received_at=min(_utc(event.received_at), now), occurred_at=_utc(event.occurred_at)
    )


def _check(event: Event) -> None:
    """Raise ``ValueError`` for what no document may hold."""
    if not 0 <= event.seq < MOST:
        raise ValueError("seq is out of bounds")
    if event.received_at.tzinfo is None or event.occurred_at.tzinfo is None:
        raise ValueError("an instant has no time zone")
    connector = getattr(event, "connector", None)
    if connector is not None and not 0 <= connector <= MOST_CONNECTOR:
        raise ValueError("connector is out of bounds")
    if isinstance(event, Meter):
        _check_meter(event)
    else:
        _check_other(event)
    for name, most in _text_bounds(type(event)):
        value = getattr(event, name)
        if isinstance(value, str) and len(value) > most:
            raise ValueError(f"{name} is too long")


def _check_meter(meter: Meter) -> None:
    for sample in meter.samples:
        if sample.at.tzinfo is None:
            raise ValueError("a sample's instant has no time zone")
    if len(meter.columns) > COLUMNS_MOST:
        raise ValueError("columns is too long")
    if len(labels(meter.columns)) != len(meter.values):
        raise ValueError("columns and values do not match")


def _check_other(event: Event) -> None:
    if isinstance(event, Draw) and event.since.tzinfo is None:
        raise ValueError("an instant has no time zone")
    if isinstance(event, TransactionStarted) and abs(event.meter_start_wh) >= MOST:
        raise ValueError("meter_start_wh is out of bounds")
    if isinstance(event, TransactionEnded) and abs(event.meter_stop_wh) >= MOST:
        raise ValueError("meter_stop_wh is out of bounds")
    if isinstance(event, TransactionStarted | TransactionEnded) and not event.transaction_id:
        raise ValueError("transaction_id is empty")
    if isinstance(event, CommandResult) and not event.command_id:
        raise ValueError("command_id is empty")
    if isinstance(event, Notice):
        _check_notice(event)
    if isinstance(event, Boot) and len(msgspec.json.encode(event.settings)) > MOST_SETTINGS_BYTES:
        raise ValueError("settings is too large")


@cache
def _text_bounds(kind: type[Event]) -> tuple[tuple[str, int], ...]:
    """The fields of a kind of event that may be texts, each with the characters it may have."""
    short = 2 * MAX_ID_CHARS if kind is CommandResult else MAX_ID_CHARS
    return tuple(
        (field.name, MOST_TEXT_CHARS if field.name in _LONG else short)
        for field in msgspec.structs.fields(kind)
        if field.type not in {int, bool, datetime}
    )


def _check_notice(notice: Notice) -> None:
    if not notice.action:
        raise ValueError("action is empty")
    if _is_deep(notice.payload, MOST_DEPTH):
        raise ValueError("payload is nested too deeply")
    if len(msgspec.json.encode(notice.payload)) > MOST_PAYLOAD_BYTES:
        raise ValueError("payload is too large")


def _is_deep(value: object, most: int) -> bool:
    if not isinstance(value, dict | list):
        return False
    inside = value.values() if isinstance(value, dict) else value
    return most == 0 or any(_is_deep(each, most - 1) for each in inside)


def _utc(instant: datetime) -> datetime:
    return instant.astimezone(UTC)


def _text(value: object) -> str:
    """Text that any log and any document can hold."""
    text = value if isinstance(value, str) else ""
    return text.encode(errors="replace").decode()[:200]
