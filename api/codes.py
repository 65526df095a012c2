"""`location/…/codes`: what the sheets at the chargers say."""

from typing import Any

from api.idempotency import once
from api.resource import Resource
from api.schemas.charging import NothingBody
from api.schemas.codes import CodesReply, codes_reply
from api.schemas.location import LocationPath
from api.site_wiring import actor, at
from services.sites.presence import codes_of

codes = Resource("codes", "The codes at chargers, which prove that somebody is there.")


@codes.get("/location/<location_id>/codes", responses={200: CodesReply})
def list_codes(path: LocationPath) -> CodesReply:
    """Read the code of each charger, for sheets to print.

    They stay the same until they are renewed.
    """
    return codes_reply(path.location_id, at().presence_codes.read(path.location_id, actor()))


@codes.post("/location/<location_id>/codes", responses={200: CodesReply})
def renew_codes(path: LocationPath, body: NothingBody) -> CodesReply:
    """Renew the codes of a location: sheets printed before prove nothing any more."""
    del body

    def reply(decided: Any) -> CodesReply:
        return codes_reply(path.location_id, codes_of(decided.site))

    return reply(at().presence_codes.renew(path.location_id, actor(), once=once(reply)))
