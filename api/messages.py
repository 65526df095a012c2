"""`chargepoint/…/messages`: what a charge point and its bridge said to each other."""

from api.idempotency import once
from api.resource import Resource
from api.schemas.chargepoint import ChargePointPath
from api.schemas.messages import MessagesQuery, MessagesReply, RecordBody, messages_reply
from api.site_wiring import at
from api.wiring import caller

messages = Resource("messages", "The last frames of a charge point.")


@messages.get("/chargepoint/<charge_point_id>/messages", responses={200: MessagesReply})
def list_messages(path: ChargePointPath, query: MessagesQuery) -> MessagesReply:
    """Read a charge point's last messages.

    Both ways, redacted. The bridge keeps the last few of each charge point until it restarts; 503 when it does not
    answer.
    """
    shown = at().messages.read(path.charge_point_id, caller().user_id, query.page_token, query.page_size)
    return messages_reply(shown)


@messages.post("/chargepoint/<charge_point_id>/messages", responses={200: MessagesReply})
def record_messages(path: ChargePointPath, body: RecordBody) -> MessagesReply:
    """Have more messages kept for a while.

    To look for a fault; at most a day. The answer lists none.
    """
    told = at().messages.record(path.charge_point_id, caller().user_id, body.seconds, once=once(messages_reply))
    return messages_reply(told)
