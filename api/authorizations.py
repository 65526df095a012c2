"""`…/authorizations`: what each card was answered, when, where and why."""

from api.resource import Resource
from api.schemas.authorizations import AuthorizationsQuery, AuthorizationsReply, authorizations_reply
from api.schemas.chargepoint import ChargePointPath
from api.schemas.location import LocationPath
from api.site_wiring import at

authorizations = Resource("authorizations", "What cards were answered at charge points.")


@authorizations.get("/chargepoint/<charge_point_id>/authorizations", responses={200: AuthorizationsReply})
def list_authorizations(path: ChargePointPath, query: AuthorizationsQuery) -> AuthorizationsReply:
    """Read what cards were answered at a charge point, the latest first.

    Its bridge tells them once a minute. The last 200 are kept, for 30 days at most.
    """
    return authorizations_reply(at().authorizations.of_charge_point(path.charge_point_id, query.page_size))


@authorizations.get("/location/<location_id>/authorizations", responses={200: AuthorizationsReply})
def list_authorizations_of_location(path: LocationPath, query: AuthorizationsQuery) -> AuthorizationsReply:
    """Read what cards were answered at all charge points of a location, the latest first.

    As those of one charge point.
    """
    return authorizations_reply(at().authorizations.of_location(path.location_id, query.page_size))
