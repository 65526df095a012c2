"""`chargepoint/<id>/…`: the common operations of a charge point in our words, each one line of a table.

Whatever is not here goes raw through `chargepoint/<id>/command`; both are checked, recorded and answered alike.
"""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from api.idempotency import once
from api.operation_calls import (
    availability_call,
    clear_call,
    diagnostics_call,
    firmware_call,
    local_list_call,
    log_call,
    profile_call,
    trigger_call,
)
from api.resource import Resource
from api.schemas import operations as shapes
from api.schemas.base import Body
from api.schemas.chargepoint import ChargePointPath, CommandQuery, CommandReply, command_reply
from api.site_wiring import at
from api.wiring import caller
from model.charge_point import CommandRecord, CommandStatus
from model.charge_point_records import Configuration

operations = Resource("operations", "What a charge point can be asked to do.")

UNDER_WAY = frozenset({CommandStatus.QUEUED, CommandStatus.SENT})
Call = tuple[str, dict[str, Any]]
"""An OCPP action and its payload."""


@dataclass(frozen=True, slots=True)
class Operation:
    """A route: method and last part of the path, the view's name, its body, its call, and what it does."""

    method: str
    noun: str
    name: str
    body: type[Body] | None
    call: Callable[[str, Any], Call]
    """From the charge point's id and the body; None: it has none."""
    does: str


TABLE = (
    Operation("POST", "reset", "reset_charge_point", shapes.ResetBody,
              lambda _, body: ("Reset", {"type": body.type.capitalize()}),
              "Restart the charge point.\n\nA soft reset ends transactions in order first."),
    Operation("POST", "unlock", "unlock_connector", shapes.UnlockBody,
              lambda _, body: ("UnlockConnector", {"connectorId": body.connector}),
              "Unlock a plug.\n\nA charge point ends the transaction there first."),
    Operation("POST", "availability", "change_availability", shapes.AvailabilityBody, availability_call,
              "Take a connector into or out of service.\n\n`Scheduled`: when its transaction has ended."),
    Operation("POST", "trigger", "trigger_message", shapes.TriggerBody, trigger_call,
              "Ask for a message now.\n\nWhat it says is taken like any other."),
    Operation("POST", "clear_cache", "clear_cache", None, lambda _, _body: ("ClearCache", {}),
              "Clear the charge point's own memory of tags.\n\nIts local list stays."),
    Operation("POST", "firmware", "update_firmware", shapes.FirmwareBody, firmware_call,
              "Have new firmware fetched and installed.\n\nHow it goes is in the charge point's records."),
    Operation("POST", "diagnostics", "get_diagnostics", shapes.DiagnosticsBody, diagnostics_call,
              "Have diagnostics uploaded.\n\nHow it goes is in the charge point's records."),
    Operation("POST", "log", "get_log", shapes.LogBody, log_call,
              "Have a log uploaded.\n\nHow it goes is in the charge point's records."),
    Operation("PATCH", "configuration", "change_configuration", shapes.SettingBody,
              lambda _, body: ("ChangeConfiguration", {"key": body.key, "value": body.value}),
              "Change a configuration key.\n\n`RebootRequired`: it works after the next boot."),
    Operation("PUT", "local_list", "put_local_list", shapes.LocalListBody, local_list_call,
              "Replace the charge point's local list.\n\nIt decides with it while it is offline."),
    Operation("POST", "charging_profile", "set_charging_profile", shapes.ChargingProfileBody, profile_call,
              "Limit what a connector may draw.\n\nOne of the same id, or place in the stack, is replaced."),
)  # fmt: skip


def sent(charge_point_id: str, call: Call, wait_s: float) -> tuple[CommandReply, int]:
    """Send it: 202 while its outcome is not known, 200 when it is."""
    action, payload = call
    record = at().commands.send(
        charge_point_id, action, payload, caller().user_id, wait_s=wait_s, once=once(command_reply, 202)
    )
    return command_reply(record), status_of(record)


def status_of(record: CommandRecord) -> int:
    """202 while the outcome is not known."""
    return 202 if record.status in UNDER_WAY else 200


def _serve(operation: Operation) -> None:
    def told(path: ChargePointPath, query: CommandQuery, body: Any) -> tuple[CommandReply, int]:
        return sent(path.charge_point_id, operation.call(path.charge_point_id, body), query.wait)

    def asked(path: ChargePointPath, query: CommandQuery) -> tuple[CommandReply, int]:
        return told(path, query, None)

    view: Callable[..., tuple[CommandReply, int]] = asked
    if operation.body is not None:
        view, told.__annotations__["body"] = told, operation.body
    view.__name__, view.__doc__ = operation.name, operation.does
    route = getattr(operations, operation.method.lower())
    route(f"/chargepoint/<charge_point_id>/{operation.noun}", responses={200: CommandReply, 202: CommandReply})(view)


for _operation in TABLE:
    _serve(_operation)


@operations.delete("/chargepoint/<charge_point_id>/charging_profile", responses={200: CommandReply, 202: CommandReply})
def clear_charging_profile(path: ChargePointPath, query: shapes.ClearProfileQuery) -> tuple[CommandReply, int]:
    """Clear charging profiles.

    Those the query names; without any name, all.
    """
    return sent(path.charge_point_id, clear_call(query), query.wait)


@operations.get("/chargepoint/<charge_point_id>/configuration", responses={200: shapes.ConfigurationReply})
def get_configuration(path: ChargePointPath, query: shapes.ConfigurationQuery) -> shapes.ConfigurationReply:
    """Read what the charge point is set to, as far as it told.

    With `refresh` it is asked first, and `command` says how that went. Secrets are hidden.
    """
    at().registry.get(path.charge_point_id)
    command = None
    if query.refresh:
        record = at().commands.send(path.charge_point_id, "GetConfiguration", {}, caller().user_id, wait_s=query.wait)
        command = command_reply(record).command
    known = at().records.get(path.charge_point_id, "configuration", Configuration)
    return shapes.configuration_reply(known, command)
