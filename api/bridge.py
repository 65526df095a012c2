"""`bridge…`: what a bridge must know to decide when the API does not answer."""

from flask import Response

from api.resource import Resource
from api.schemas.events import BridgeConfigReply, ConfigQuery
from api.site_wiring import at, scope
from wire.codec import encode

bridge = Resource("bridge", "The copy each bridge keeps of charge points, tags and holds.")


@bridge.get("/bridge/config", responses={200: BridgeConfigReply})
def get_bridge_config(query: ConfigQuery) -> Response:
    """Read what a bridge keeps for when we do not answer.

    Everything, or with `since` what changed; holds are those of this bridge.
    """
    config = at().bridge_configs.config(scope().id, query.since)
    return Response(encode(config), mimetype="application/json")
