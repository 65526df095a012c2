"""`…/session/<n>/measurements`: what was measured during a charge."""

from api.resource import Resource
from api.schemas.measurements import MeasurementsQuery, MeasurementsReply
from api.schemas.session import SessionPath
from api.site_wiring import at
from api.views.measurements import measurements_reply, wanted_of
from api.views.people import knows
from api.views.session import number_of
from api.wiring import caller
from model.errors import Forbidden

measurements = Resource("measurements", "What was measured during charges.")


@measurements.get(
    "/location/<location_id>/charger/<charger_id>/session/<session_id>/measurements",
    responses={200: MeasurementsReply},
)
def get_measurements(path: SessionPath, query: MeasurementsQuery) -> MeasurementsReply:
    """Read the series of a session: one's own; an admin's all.

    With `points` each series is thinned for a chart: the mean, the least and the greatest value of each stretch.
    """
    who = caller()
    number = number_of(path.location_id, path.charger_id, path.session_id)
    if not knows(who, at().sites.session(path.location_id, path.charger_id, number).user_id):
        raise Forbidden("not_your_session", "That session is not yours.")
    return measurements_reply(at().measurements.read(path.location_id, path.charger_id, number, wanted_of(query)))
