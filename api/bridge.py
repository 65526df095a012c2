"""`bridge…`: what a bridge must know to decide when the API does not answer."""

from flask import Response

from api.resource import Resource
from api.schemas.attempts import AttemptsBody, attempts_of
from api.schemas.authorizations import AuthorizationsBody, told_of
from api.schemas.base import Done
from api.schemas.building import BuildingBody, readings_of
from api.schemas.events import BridgeConfigReply, ConfigQuery, QuestionsBody, VerdictsReply
from api.site_wiring import actor, at, scope
from wire.codec import encode
from wire.questions import TagQuestion, Verdicts

bridge = Resource("bridge", "The copy each bridge keeps of charge points, tags and holds.")


@bridge.get("/bridge/config", responses={200: BridgeConfigReply})
def get_bridge_config(query: ConfigQuery) -> Response:
    """Read what a bridge keeps for when we do not answer.

    Everything, or with `since` what changed; holds are those of this bridge.
    """
    config = at().bridge_configs.config(scope().id, query.since)
    return Response(encode(config), mimetype="application/json")


@bridge.post("/bridge/authorize", responses={200: VerdictsReply})
def authorize_tags(body: QuestionsBody) -> Response:
    """Answer OCPP's verdicts on tags that were shown at about the same time.

    Each as `chargepoint/<id>/authorize` would.
    """
    questions = [
        TagQuestion(charge_point_id=each.charge_point_id, tag=each.tag, connector=each.connector)
        for each in body.questions
    ]
    verdicts = Verdicts(verdicts=tuple(at().questions.authorize_all(questions, actor=actor())))
    return Response(encode(verdicts), mimetype="application/json")


@bridge.post("/bridge/attempts", responses={200: Done})
def post_attempts(body: AttemptsBody) -> Done:
    """Report charge points that wanted in and are not known.

    They are listed to be adopted; nobody is let in by that.
    """
    at().unknown.report(scope().id, attempts_of(body))
    return Done(message="They are listed.")


@bridge.post("/bridge/authorizations", responses={200: Done})
def post_authorizations(body: AuthorizationsBody) -> Done:
    """Report what cards were answered.

    Told again they are kept once. A card is kept redacted.
    """
    at().authorizations.report(told_of(body))
    return Done(message="They are kept.")


@bridge.post("/bridge/building", responses={200: Done})
def post_building(body: BuildingBody) -> Done:
    """Report what the meter of a location's building measured.

    Told again it is kept once. Readings ahead of our clock, or older than a month, are left out.
    """
    kept = at().building_keeping.told(scope().id, body.location_id, readings_of(body))
    return Done(message=f"{kept} of {len(body.readings)} readings are believed.")
