"""MeterValues: samples of one connector, with or without a transaction."""

from collections.abc import Sequence
from datetime import datetime

from ocpp_bridge.ocpp16 import frames
from ocpp_bridge.ocpp16.conversation import Conversation
from ocpp_bridge.ocpp16.frames import Code, Incoming, MessageId
from ocpp_bridge.ocpp16.sampled_values import samples
from ocpp_bridge.ocpp16.usual_readings import ACTION, Readings
from ocpp_bridge.translation import Received
from wire.events import Meter, Sample


def receive(call: Incoming, conversation: Conversation, now: datetime) -> Received:
    """Take the samples over; a call without any is answered and forgotten."""
    said = call.payload
    found = samples(said["meterValue"], now)
    if not found:
        return Received(frames=(frames.result(call.message_id, {}),))
    transaction = said.get("transactionId")
    if transaction is not None and transaction <= 0:
        transaction = None  # Never an id of ours: the connector's running transaction, if there is one.
    return _received(call.message_id, conversation, now, said["connectorId"], transaction, found)


def receive_usual(read: Readings, conversation: Conversation, now: datetime) -> Received:
    """The same for readings that are proper in every way."""
    received = _received(read.message_id, conversation, now, read.connector, read.transaction_id or None, read.samples)
    received.action = ACTION
    return received


def _received(
    message_id: MessageId,
    conversation: Conversation,
    now: datetime,
    connector: int,
    transaction: int | None,
    found: Sequence[Sample],
) -> Received:
    meter = Meter(
        charge_point_id=conversation.charge_point_id,
        seq=0,
        occurred_at=found[-1].at,
        received_at=now,
        connector=connector,
        transaction_id="" if transaction is None else str(transaction),
        samples=tuple(found),
    )
    # Refused, a charge point sends values of a transaction again; others it would not keep either way.
    instead = None if transaction is None else frames.error(message_id, Code.INTERNAL_ERROR)
    return Received(frames=(frames.result(message_id, {}),), events=(meter,), instead=instead)
