"""StopTransaction: a fact that is never refused for its form: a refused stop leaves the charge running for ever.

Only without an id or a reading is there nothing to take over. Odd tags, reasons and values are taken as they are.
"""

from datetime import datetime

from ocpp_bridge.ocpp16 import frames
from ocpp_bridge.ocpp16.conversation import Conversation
from ocpp_bridge.ocpp16.frames import Code, Incoming
from ocpp_bridge.ocpp16.instants import is_plausible, occurred
from ocpp_bridge.ocpp16.leniency import INTEGER_MOST
from ocpp_bridge.ocpp16.sampled_values import samples
from ocpp_bridge.translation import Received, StopQuestion
from wire.events import TransactionEnded

LONG_MOST = 2**63 - 1
TEXT_MOST = 255


def receive(call: Incoming, conversation: Conversation, now: datetime) -> Received:
    """Take the stop over and let the charge end, whoever asked for it."""
    said = call.payload
    for field in ("transactionId", "meterStop"):
        if said.get(field) is None:
            fault = frames.error(call.message_id, Code.PROTOCOL_ERROR, f'"{field}" is a required property')
            return Received(frames=(fault,), note="a stop without its essentials")
        if _integer(said[field]) is None:
            fault = frames.error(call.message_id, Code.TYPE_CONSTRAINT, f"{field}: the type is wrong")
            return Received(frames=(fault,), note="a stop with no numbers")
    ended_id = _integer(said["transactionId"]) or 0
    opened = conversation.transactions.find(ended_id)
    started_by = conversation.transactions.started_by(ended_id)
    conversation.transactions.close(ended_id)
    tag = _text(said.get("idTag"))
    occurred_at = occurred(said.get("timestamp"), now)
    ended = TransactionEnded(
        charge_point_id=conversation.charge_point_id,
        seq=0,
        occurred_at=occurred_at,
        received_at=now,
        transaction_id=str(ended_id),
        # Beyond what is taken further no register counts: the end is a fact all the same.
        meter_stop_wh=max(-INTEGER_MOST, min(_integer(said["meterStop"]) or 0, INTEGER_MOST)),
        connector=opened.connector if opened else None,
        tag=tag,
        reason=_text(said.get("reason")) or "Local",
        samples=samples(said.get("transactionData"), now),
        offline=is_plausible(occurred_at, now) and conversation.is_replay(occurred_at, now),
    )
    return Received(
        frames=() if tag else (frames.result(call.message_id, {}),),
        question=StopQuestion(call.message_id, tag, started_by) if tag else None,
        events=(ended,),
        instead=frames.error(call.message_id, Code.INTERNAL_ERROR, "cannot be stored now, send it again"),
        closed=(ended_id,),  # Also one that is not open any more: the disk may have refused its end before.
    )


def _integer(value: object) -> int | None:
    """A number, or a number's text, that fits 64 bits."""
    if isinstance(value, bool) or not isinstance(value, int | float | str):
        return None
    try:
        number = int(float(value)) if not isinstance(value, int) else value
    except (ValueError, OverflowError):
        return None
    return number if abs(number) <= LONG_MOST else None


def _text(value: object) -> str:
    return value[:TEXT_MOST] if isinstance(value, str) else ""
