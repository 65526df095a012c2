"""`connector`: the catalogue of connector types and powers."""

from api.resource import Resource
from api.schemas.connector import ConnectorsReply
from api.site_wiring import at
from api.views.charger import visible
from api.views.connector import connectors_reply
from api.wiring import asking

connector = Resource("connector", "Connector types and their powers.")


@connector.get("/connector", responses={200: ConnectorsReply})
def list_connectors() -> ConnectorsReply:
    """List the connector types with their usual powers, and how many chargers have each.

    What the chargers say is at most 30 s old.
    """
    who = asking()
    sites = at().sites.all()
    return connectors_reply(one for site in sites for one in site.chargers.values() if visible(who, site, one))
