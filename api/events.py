"""`events`: what bridges report."""

from flask import Response

from api.resource import Resource
from api.schemas.events import EventsBody, EventsReply
from api.site_wiring import at, scope
from wire.codec import encode

events = Resource("events", "What charge points did, as their bridge reports it.")


@events.post("/events", responses={200: EventsReply})
def post_events(body: EventsBody) -> Response:
    """Report what charge points did, oldest first.

    One stream at a time. Each event is answered: applied, a repeat, or noted with a reason; none is refused.
    """
    reply = at().events.post(scope().id, body.stream, body.events)
    return Response(encode(reply), mimetype="application/json")
