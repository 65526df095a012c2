"""Heartbeat: answered here, never goes further."""

from datetime import datetime

from ocpp_bridge.ocpp16 import frames
from ocpp_bridge.ocpp16.conversation import Conversation
from ocpp_bridge.ocpp16.frames import Incoming
from ocpp_bridge.ocpp16.instants import written
from ocpp_bridge.translation import Received


def receive(call: Incoming, conversation: Conversation, now: datetime) -> Received:  # noqa: ARG001
    """Tell the time."""
    return Received(frames=(frames.result(call.message_id, {"currentTime": written(now)}),))
