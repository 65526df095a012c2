"""DataTransfer: a vendor's own message. We have no vendor's extension, so it is kept and answered UnknownVendorId."""

from datetime import datetime

from ocpp_bridge.ocpp16.conversation import Conversation
from ocpp_bridge.ocpp16.frames import Incoming
from ocpp_bridge.ocpp16.received.notices import told
from ocpp_bridge.translation import Received

DATA_MOST = 10_000
"""Characters kept of what has no bound in OCPP."""


def receive(call: Incoming, conversation: Conversation, now: datetime) -> Received:
    """Keep it."""
    return told(call, conversation, now, {"status": "UnknownVendorId"}, DATA_MOST)
