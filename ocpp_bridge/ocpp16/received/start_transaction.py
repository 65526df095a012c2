"""StartTransaction: a fact, made durable first, and a question: may it go on?"""

from datetime import datetime

from ocpp_bridge.ocpp16 import frames
from ocpp_bridge.ocpp16.conversation import Conversation
from ocpp_bridge.ocpp16.frames import Code, Incoming
from ocpp_bridge.ocpp16.instants import is_plausible, occurred
from ocpp_bridge.ocpp16.transaction_ids import transaction_id
from ocpp_bridge.translation import OpenTransaction, Received, StartQuestion
from wire.events import TransactionStarted


def receive(call: Incoming, conversation: Conversation, now: datetime) -> Received:
    """Take the start over under an id, and ask whether it may go on."""
    said = call.payload
    connector, tag, meter_start_wh = said["connectorId"], said["idTag"], said["meterStart"]
    made_id = transaction_id(
        conversation.charge_point_id,
        connector,
        tag,
        said["timestamp"],
        meter_start_wh,
        now,
        conversation.transactions,
    )
    known = conversation.transactions.find(made_id)
    repeats = known.seq if known else 0
    occurred_at = occurred(said["timestamp"], now)
    plausible = is_plausible(occurred_at, now)
    started = TransactionStarted(
        charge_point_id=conversation.charge_point_id,
        seq=0,
        occurred_at=occurred_at,
        received_at=now,
        connector=connector,
        transaction_id=str(made_id),
        meter_start_wh=meter_start_wh,
        tag=tag,
        reservation_id=said.get("reservationId"),
        offline=plausible and conversation.is_replay(occurred_at, now),
    )
    opened = OpenTransaction(made_id, connector, tag, meter_start_wh, repeats)
    return Received(
        events=(started,),
        instead=frames.error(call.message_id, Code.INTERNAL_ERROR, "cannot be stored now, send it again"),
        question=StartQuestion(call.message_id, tag, connector, made_id, started, repeats),
        opened=opened,
        closed=conversation.transactions.open(opened),
    )
