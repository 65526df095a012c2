"""BootNotification: the charge point (re)started. The door let it in; only in a storm it is told to come later."""

from datetime import datetime

from ocpp_bridge.ocpp16 import frames
from ocpp_bridge.ocpp16.conversation import Conversation
from ocpp_bridge.ocpp16.frames import Incoming
from ocpp_bridge.ocpp16.instants import written
from ocpp_bridge.ocpp16.settings import SUPPORTED
from ocpp_bridge.translation import Received
from wire.events import Boot

TEXT_MOST = 255


def receive(call: Incoming, conversation: Conversation, now: datetime) -> Received:
    """Accept, and tell the time and the heartbeat interval; or tell when to boot again."""
    said = call.payload
    wait_s = conversation.boot_wait_s(now)
    if wait_s:
        later = {"currentTime": written(now), "interval": wait_s, "status": "Pending"}
        return Received(frames=(frames.result(call.message_id, later),))
    boot = Boot(
        charge_point_id=conversation.charge_point_id,
        seq=0,
        occurred_at=now,
        received_at=now,
        protocol="ocpp1.6",
        vendor=said["chargePointVendor"][:TEXT_MOST],
        model=said["chargePointModel"][:TEXT_MOST],
        serial=(said.get("chargePointSerialNumber") or said.get("chargeBoxSerialNumber") or "")[:TEXT_MOST],
        firmware=said.get("firmwareVersion", "")[:TEXT_MOST],
        iccid=said.get("iccid", "")[:TEXT_MOST],
        imsi=said.get("imsi", "")[:TEXT_MOST],
        meter_type=said.get("meterType", "")[:TEXT_MOST],
        meter_serial=said.get("meterSerialNumber", "")[:TEXT_MOST],
        settings=dict(SUPPORTED),
    )
    answer = {"currentTime": written(now), "interval": conversation.heartbeat_s, "status": "Accepted"}
    return Received(frames=(frames.result(call.message_id, answer),), events=(boot,), booted=True)
