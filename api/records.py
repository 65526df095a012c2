"""`chargepoint/<id>/records` and `…/notices`: what a charge point told beside its chargers' states."""

from api.resource import Resource
from api.schemas.chargepoint import ChargePointPath
from api.schemas.records import NoticesQuery, NoticesReply, RecordsReply
from api.site_wiring import at
from api.views.records import notices_reply, records_reply

records = Resource("records", "Configuration, lists, firmware, uploads, certificates and notices of charge points.")


@records.get("/chargepoint/<charge_point_id>/records", responses={200: RecordsReply})
def get_records(path: ChargePointPath) -> RecordsReply:
    """Read everything known of a charge point beside its connection.

    A record that nothing was ever told for is there, empty.
    """
    at().registry.get(path.charge_point_id)
    return records_reply(at().records.all(path.charge_point_id))


@records.get("/chargepoint/<charge_point_id>/notices", responses={200: NoticesReply})
def list_notices(path: ChargePointPath, query: NoticesQuery) -> NoticesReply:
    """List what a charge point told, newest first.

    Security events, vendors' data, errors with their vendor's words, and every state of firmware and uploads; kept for
    90 days, so many of each kind.
    """
    at().registry.get(path.charge_point_id)
    page = at().notices.page(path.charge_point_id, query.action, query.page_size, query.page_token or "")
    return notices_reply(page)
