"""Services: one posted event, judged by itself: well-formed and within bounds, or noted."""

from dataclasses import dataclass, field
from datetime import UTC, datetime
from typing import Any

import msgspec

from model.ids import MAX_ID_CHARS
from wire.codec import BadMessage, event_from_plain
from wire.events import (
    CommandResult,
    Event,
    EventResult,
    Meter,
    Notice,
    Status,
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
_LONG = frozenset({"tag", "info", "error", "answer", "reason", "protocol", "vendor", "model", "serial", "firmware"})
"""Fields that may be longer than an id; they are cut or judged where they are used."""


@dataclass(slots=True)
class Arrived:
    """An event on its way to its result. ``event`` is None when it could not be read."""

    raw: Any
    charge_point_id: str
    seq: int
    event: Event | None = None
    result: EventResult | None = field(default=None)

    def answer(self, outcome: str, reason: str = "", tag_status: str = "", parent_tag: str = "") -> None:
        """Settle the result."""
        self.result = msgspec.convert(
            {
                "charge_point_id": self.charge_point_id,
                "seq": self.seq,
                "outcome": outcome,
                "reason": reason,
                "tag_status": tag_status,
                "parent_tag": parent_tag,
            },
            EventResult,
        )


def read_event(raw: Any, now: datetime) -> Arrived:
    """Judge one parsed JSON value. What cannot be read is answered ``noted``, ``bad_event``."""
    plain = raw if isinstance(raw, dict) else {}
    seq = plain.get("seq")
    arrived = Arrived(
        raw=raw,
        charge_point_id=_text(plain.get("charge_point_id")),
        seq=seq if type(seq) is int and abs(seq) < MOST else -1,
    )
    try:
        event = event_from_plain(raw)
        _check(event)
        arrived.event = msgspec.structs.replace(
            event, received_at=min(_utc(event.received_at), now), occurred_at=_utc(event.occurred_at)
        )
    except (BadMessage, ValueError, OverflowError) as error:
        arrived.answer("noted", f"bad_event: {_text(str(error))}")
    return arrived


def _check(event: Event) -> None:
    """Raise ``ValueError`` for what no document may hold. UTF-8 is checked by encoding it."""
    msgspec.json.encode(event)
    if not 0 <= event.seq < MOST:
        raise ValueError("seq is out of bounds")
    if event.received_at.tzinfo is None or event.occurred_at.tzinfo is None:
        raise ValueError("an instant has no time zone")
    connector = getattr(event, "connector", None)
    if connector is not None and not 0 <= connector <= MOST_CONNECTOR:
        raise ValueError("connector is out of bounds")
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
    if isinstance(event, Meter) and any(sample.at.tzinfo is None for sample in event.samples):
        raise ValueError("a sample's instant has no time zone")
    most = {Status: MAX_ID_CHARS, CommandResult: 2 * MAX_ID_CHARS}.get(type(event), MAX_ID_CHARS)
    for name in event.__struct_fields__:
        value = getattr(event, name)
        if isinstance(value, str) and len(value) > (MOST_TEXT_CHARS if name in _LONG else most):
            raise ValueError(f"{name} is too long")


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
