"""The messages that only tell something: made durable as they are, and acknowledged with an empty answer.

FirmwareStatusNotification, SignedFirmwareStatusNotification, DiagnosticsStatusNotification, LogStatusNotification,
SecurityEventNotification.
"""

from datetime import datetime
from typing import Any

import msgspec

from ocpp_bridge.ocpp16 import frames
from ocpp_bridge.ocpp16.conversation import Conversation
from ocpp_bridge.ocpp16.frames import Code, Incoming
from ocpp_bridge.ocpp16.instants import occurred
from ocpp_bridge.translation import Received
from wire.events import Notice

TEXT_MOST = 1_000
FIELDS_MOST = 16
NAME_MOST = 64


def receive(call: Incoming, conversation: Conversation, now: datetime) -> Received:
    """Take the message over."""
    return told(call, conversation, now, {})


def told(
    call: Incoming, conversation: Conversation, now: datetime, answer: dict[str, Any], text_most: int = TEXT_MOST
) -> Received:
    """The message as an event, acknowledged with ``answer``."""
    return Received(
        frames=(frames.result(call.message_id, answer),),
        events=(notice_of(call, conversation, now, text_most),),
        # Refused, a charge point says it again; its security log is to have no holes.
        instead=frames.error(call.message_id, Code.INTERNAL_ERROR, "cannot be stored now, send it again"),
    )


def notice_of(call: Incoming, conversation: Conversation, now: datetime, text_most: int) -> Notice:
    """The event about a message, with its fields cut to ``text_most`` characters: leniency lets long ones pass."""
    fields = list(call.payload.items())[:FIELDS_MOST]
    return Notice(
        charge_point_id=conversation.charge_point_id,
        seq=0,
        occurred_at=occurred(call.payload.get("timestamp"), now),
        received_at=now,
        action=call.action,
        payload={name[:NAME_MOST]: _bounded(value, text_most) for name, value in fields},
    )


def _bounded(value: Any, text_most: int) -> Any:
    """The value; one that is too long becomes the beginning of its text."""
    if isinstance(value, str):
        return value[:text_most]
    text = msgspec.json.encode(value).decode()
    return text[:text_most] if len(text) > text_most else value
