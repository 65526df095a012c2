"""`chargepoint…`: the registry of OCPP boxes, commands to them, and what their bridge asks about a tag."""

from flask import Response

from api.etag import expected
from api.idempotency import once
from api.resource import Resource
from api.schemas.base import Done
from api.schemas.chargepoint import (
    AuthorizeBody,
    ChargePointBody,
    ChargePointPath,
    ChargePointReply,
    ChargePointsQuery,
    ChargePointsReply,
    CommandBody,
    CommandPath,
    CommandQuery,
    CommandReply,
    charge_point_model,
    charge_point_reply,
    command_reply,
    unknown_model,
)
from api.schemas.events import VerdictReply
from api.schemas.transaction import TransactionsQuery, TransactionsReply, transaction_model
from api.site_wiring import actor, at
from api.wiring import caller
from model.charge_point import ChargePoint, CommandStatus
from model.errors import NotFound
from services.chargepoints.transactions import transactions_of
from wire.codec import encode

chargepoint = Resource("chargepoint", "OCPP charge points and commands to them.")

UNDER_WAY = frozenset({CommandStatus.QUEUED, CommandStatus.SENT})
_DELETED = Done(message="The charge point is forgotten; its chargers stay.")


@chargepoint.get("/chargepoint", responses={200: ChargePointsReply})
def list_charge_points(query: ChargePointsQuery) -> ChargePointsReply:
    """List the charge points by id.

    With `unknown`, also those that were turned away because nobody knows them: `PUT chargepoint/<id>` adopts one.
    Credentials are never shown.
    """
    charge_points = at().registry.all()
    at().last_seen.look_at(charge_points)
    known = [charge_point_model(at().last_seen.shown(each)) for each in charge_points]
    unknown = [unknown_model(each) for each in at().unknown.all()] if query.unknown else None
    return ChargePointsReply(chargepoints=known, unknown=unknown)


@chargepoint.get("/chargepoint/<charge_point_id>", responses={200: ChargePointReply})
def get_charge_point(path: ChargePointPath) -> ChargePointReply:
    """Read one charge point.

    Credentials are never shown.
    """
    charge_point = at().registry.get(path.charge_point_id)
    at().last_seen.look_at([charge_point])
    return _reply(charge_point)


@chargepoint.put("/chargepoint/<charge_point_id>", responses={200: ChargePointReply, 201: ChargePointReply})
def put_charge_point(path: ChargePointPath, body: ChargePointBody) -> tuple[ChargePointReply, int]:
    """Make a charge point known, or change it.

    Chargers its connectors name are made where they are missing, in a location that is there.
    """
    status = 200 if _known(path.charge_point_id) else 201
    noun = at().registry.put(
        path.charge_point_id,
        dict(body.connectors),
        actor(),
        password=body.password,
        security_profile=body.security_profile,
        vendor_profile=body.vendor_profile,
        once=once(_reply, status),
        expected=expected(_reply),
    )
    return _reply(noun), status


@chargepoint.delete("/chargepoint/<charge_point_id>", responses={200: Done})
def delete_charge_point(path: ChargePointPath) -> Done:
    """Forget a charge point.

    409 while a session is open there. Its chargers stay, bound to nothing.
    """
    at().registry.delete(path.charge_point_id, actor(), once=once(lambda _: _DELETED), expected=expected(_reply))
    return _DELETED


@chargepoint.post("/chargepoint/<charge_point_id>/command", responses={200: CommandReply, 202: CommandReply})
def send_command(path: ChargePointPath, query: CommandQuery, body: CommandBody) -> tuple[CommandReply, int]:
    """Send an operation of the central system.

    It is checked against the charge point's OCPP version first. 202 while its outcome is not known, 200 when it is.
    409 `not_supported` for remote starts and stops of a unit that speaks no OCPP: it has the charger's own.
    """
    record = at().commands.send(
        path.charge_point_id,
        body.action,
        dict(body.payload),
        caller().user_id,
        wait_s=query.wait,
        once=once(command_reply, 202),
    )
    return command_reply(record), 202 if record.status in UNDER_WAY else 200


@chargepoint.get("/chargepoint/<charge_point_id>/command/<command_id>", responses={200: CommandReply})
def get_command(path: CommandPath) -> CommandReply:
    """Read what became of a command.

    `status` says how far it is; `response` is the charge point's own answer.
    """
    return command_reply(at().commands.get(path.charge_point_id, path.command_id))


@chargepoint.get("/chargepoint/<charge_point_id>/transactions", responses={200: TransactionsReply})
def list_transactions(path: ChargePointPath, query: TransactionsQuery) -> TransactionsReply:
    """Read the charge point's own transactions, the latest first.

    Those that run, and those our sessions keep; tags are redacted.
    """
    charge_point = at().registry.get(path.charge_point_id)
    found = transactions_of(at().sites, charge_point, query.page_size)
    return TransactionsReply(transactions=[transaction_model(charge_point.location_id, each) for each in found])


@chargepoint.post("/chargepoint/<charge_point_id>/authorize", responses={200: VerdictReply})
def authorize_tag(path: ChargePointPath, body: AuthorizeBody) -> Response:
    """Answer OCPP's verdict on a tag.

    At a connector, or at any of the charge point's. A known tag refused because the charger is busy joins the queue.
    """
    verdict = at().questions.authorize(path.charge_point_id, body.tag, body.connector, actor=actor())
    return Response(encode(verdict), mimetype="application/json")


def _known(charge_point_id: str) -> bool:
    try:
        at().registry.get(charge_point_id)
    except NotFound:
        return False
    return True


def _reply(charge_point: ChargePoint) -> ChargePointReply:
    return charge_point_reply(at().last_seen.shown(charge_point))
