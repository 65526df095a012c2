"""StatusNotification: a connector's state; connector 0 is the charge point as a whole.

What it says of an error, in words of OCPP and of its vendor, is a notice beside: no state tells it.
"""

from datetime import datetime
from typing import Any

from ocpp_bridge.ocpp16 import frames
from ocpp_bridge.ocpp16.conversation import Conversation
from ocpp_bridge.ocpp16.frames import Incoming
from ocpp_bridge.ocpp16.instants import occurred
from ocpp_bridge.ocpp16.received.notices import TEXT_MOST, notice_of
from ocpp_bridge.translation import Received
from wire.events import ConnectorStatus, Status

STATUSES = {
    "Available": ConnectorStatus.AVAILABLE,
    "Preparing": ConnectorStatus.PREPARING,
    "Charging": ConnectorStatus.CHARGING,
    "SuspendedEVSE": ConnectorStatus.SUSPENDED_EVSE,
    "SuspendedEV": ConnectorStatus.SUSPENDED_EV,
    "Finishing": ConnectorStatus.FINISHING,
    "Reserved": ConnectorStatus.RESERVED,
    "Unavailable": ConnectorStatus.UNAVAILABLE,
    "Faulted": ConnectorStatus.FAULTED,
}


def receive(call: Incoming, conversation: Conversation, now: datetime) -> Received:
    """Take the state over."""
    said = call.payload
    error_code = said["errorCode"]
    conversation.transactions.seen(said["connectorId"], vacant=said["status"] == "Available")
    status = Status(
        charge_point_id=conversation.charge_point_id,
        seq=0,
        occurred_at=occurred(said.get("timestamp"), now),
        received_at=now,
        connector=said["connectorId"],
        status=STATUSES[said["status"]],
        error_code="" if error_code == "NoError" else error_code[:50],
        info=said.get("info", "")[:255],
    )
    is_news = conversation.faults.is_news(status.connector, _fault(said))
    told = (notice_of(call, conversation, now, TEXT_MOST),) if is_news else ()
    return Received(frames=(frames.result(call.message_id, {}),), events=(status, *told))


def _fault(said: dict[str, Any]) -> tuple[str, ...]:
    """What is wrong, however often and in whichever state it is said; empty: nothing."""
    code, vendors = said["errorCode"], said.get("vendorErrorCode", "")
    return () if code == "NoError" and not vendors else (code, vendors, said.get("vendorId", ""), said.get("info", ""))
