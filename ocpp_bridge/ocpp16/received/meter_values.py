"""MeterValues: samples of one connector, with or without a transaction."""

from datetime import datetime

from ocpp_bridge.ocpp16 import frames
from ocpp_bridge.ocpp16.conversation import Conversation
from ocpp_bridge.ocpp16.frames import Code, Incoming
from ocpp_bridge.ocpp16.sampled_values import samples
from ocpp_bridge.translation import Received
from wire.events import Meter


def receive(call: Incoming, conversation: Conversation, now: datetime) -> Received:
    """Take the samples over; a call without any is answered and forgotten."""
    said = call.payload
    found = samples(said["meterValue"], now)
    answered = (frames.result(call.message_id, {}),)
    if not found:
        return Received(frames=answered)
    transaction = said.get("transactionId")
    if transaction is not None and transaction <= 0:
        transaction = None  # Never an id of ours: the connector's running transaction, if there is one.
    meter = Meter(
        charge_point_id=conversation.charge_point_id,
        seq=0,
        occurred_at=found[-1].at,
        received_at=now,
        connector=said["connectorId"],
        transaction_id="" if transaction is None else str(transaction),
        samples=found,
    )
    # Refused, a charge point sends values of a transaction again; others it would not keep either way.
    instead = None if transaction is None else frames.error(call.message_id, Code.INTERNAL_ERROR)
    return Received(frames=answered, events=(meter,), instead=instead)
