"""Authorize: a question. The refusal that counts is StartTransaction's; this one is for the person at the charger."""

from datetime import datetime

from ocpp_bridge.ocpp16.conversation import Conversation
from ocpp_bridge.ocpp16.frames import Incoming
from ocpp_bridge.translation import AuthorizeQuestion, Received


def receive(call: Incoming, conversation: Conversation, now: datetime) -> Received:  # noqa: ARG001
    """Ask whether the tag may charge; the answer follows the verdict."""
    return Received(question=AuthorizeQuestion(call.message_id, call.payload["idTag"]))
