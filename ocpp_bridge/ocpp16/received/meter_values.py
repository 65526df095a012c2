"""MeterValues: samples of one connector, with or without a transaction."""

from datetime import datetime

from ocpp_bridge.ocpp16 import frames
from ocpp_bridge.ocpp16.conversation import Conversation
from ocpp_bridge.ocpp16.frames import Code, Incoming, MessageId
from ocpp_bridge.ocpp16.sampled_values import samples
from ocpp_bridge.ocpp16.usual_readings import ACTION, Readings
from ocpp_bridge.translation import Received
from wire.columns import as_row
from wire.events import Meter


def receive(call: Incoming, conversation: Conversation, now: datetime) -> Received:
    """Take the samples over; a call without any is answered and forgotten."""
    said = call.payload
    found = samples(said["meterValue"], now)
    if not found:
        return Received(frames=(frames.result(call.message_id, {}),))
    transaction = said.get("transactionId")
    if transaction is not None and transaction <= 0:
        transaction = None  # Never an id of ours: the connector's running transaction, if there is one.
    read = Readings("", said["connectorId"], transaction or 0, found[-1].at, found)
    return _received(call.message_id, read, conversation, now)


def receive_usual(read: Readings, conversation: Conversation, now: datetime) -> Received:
    """The same for readings that are proper in every way."""
    received = _received(read.message_id, read, conversation, now)
    received.action = ACTION
    return received


def _received(message_id: MessageId, read: Readings, conversation: Conversation, now: datetime) -> Received:
    said, values = (read.columns, read.values) if read.columns else as_row(read.samples)
    meter = Meter(
        charge_point_id=conversation.charge_point_id,
        seq=0,
        occurred_at=read.at,
        received_at=now,
        connector=read.connector,
        transaction_id=str(read.transaction_id) if read.transaction_id else "",
        samples=() if said else read.samples,
        columns=said,
        values=values,
    )
    # Refused, a charge point sends values of a transaction again; others it would not keep either way.
    instead = frames.error(message_id, Code.INTERNAL_ERROR) if read.transaction_id else None
    return Received(frames=(frames.result(message_id, {}),), events=(meter,), instead=instead)
