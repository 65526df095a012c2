"""Functions: the Pub/Sub message a function is called with."""

import base64
import binascii
import json
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any, Protocol

import structlog

_LOG = structlog.get_logger("kilowait.functions")


class Event(Protocol):
    """The part of a CloudEvent that is used. ``data`` is ``{"message": {"data": base64, "publishTime": …}}``."""

    @property
    def data(self) -> Any:
        """The payload as decoded JSON."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Message:
    """What was published. A body that is no JSON object counts as empty: a message that is no good must not loop."""

    message_id: str = ""
    published_at: datetime | None = None
    body: Mapping[str, Any] = field(default_factory=dict)

    def age_s(self, now: datetime) -> float:
        """How long ago it was published; 0 where it does not say."""
        return 0.0 if self.published_at is None else (now - self.published_at).total_seconds()


def message_of(event: Event) -> Message:
    """The message in ``event``; never raises."""
    data = event.data if isinstance(event.data, Mapping) else {}
    message = data.get("message")
    if not isinstance(message, Mapping):
        _LOG.warning("no_message", kind=type(event.data).__name__)
        return Message()
    message_id = str(message.get("messageId") or message.get("message_id") or "")
    published = message.get("publishTime") or message.get("publish_time")
    return Message(message_id=message_id, published_at=_instant(published), body=_body(message.get("data"), message_id))


def _body(text: Any, message_id: str) -> Mapping[str, Any]:
    if text in (None, ""):
        return {}
    try:
        body = json.loads(base64.b64decode(text, validate=True))
    except (TypeError, ValueError, binascii.Error, RecursionError):
        body = None
    if isinstance(body, dict):
        return body
    _LOG.warning("message_unreadable", message_id=message_id)
    return {}


def _instant(text: Any) -> datetime | None:
    try:
        instant = datetime.fromisoformat(text)
    except (TypeError, ValueError):
        return None
    return instant if instant.tzinfo is not None else None
