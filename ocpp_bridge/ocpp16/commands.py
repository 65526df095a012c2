"""Commands as OCPP 1.6 calls, and what the charge point's answers mean for them."""

from typing import Any

from ocpp_bridge.ocpp16.actions import ACTIONS
from ocpp_bridge.ocpp16.instants import written
from ocpp_bridge.ocpp16.schemas import check
from ocpp_bridge.translation import Answer, Call, Impossible, Outcome
from wire.commands import Command, Hold, Ocpp, Release, Start, Stop
from wire.events import CommandOutcome

NOT_BUILT_IN = frozenset({"NotImplemented", "NotSupported"})
SECRET_KEYS = frozenset({"authorizationkey"})


def call_for(command: Command) -> Call:
    """The call that carries out ``command``. Raises :class:`Impossible`."""
    call = _call_for(command)
    fault = check(call.action, call.payload)
    if fault is not None:
        raise Impossible(f"{fault.code}: {fault.description}")
    return call


def outcome(command: Command, answer: Answer) -> Outcome:
    """How the command ended. A charge point without the feature fails it with the answer ``NotSupported``."""
    if answer.error:
        word = "NotSupported" if answer.error in NOT_BUILT_IN else answer.error
        return Outcome(CommandOutcome.FAILED, word, None, answer.description or answer.error)
    status = answer.payload.get("status")
    word = status if isinstance(status, str) else ""
    response = redacted(answer.payload)
    if word == "NotSupported":
        return Outcome(CommandOutcome.FAILED, word, response, "the charge point does not support it")
    refused = word in REFUSALS or (isinstance(command, Hold | Release | Start | Stop) and word != "Accepted")
    return Outcome(CommandOutcome.REJECTED if refused else CommandOutcome.ACCEPTED, word, response)


REFUSALS = frozenset({"Rejected", "Occupied", "Faulted", "Unavailable", "Failed", "UnlockFailed", "VersionMismatch"})


def redacted(payload: dict[str, Any]) -> dict[str, Any]:
    """A payload without secrets: some charge points show their AuthorizationKey in clear."""
    keys = payload.get("configurationKey")
    if not isinstance(keys, list):
        return payload
    return {**payload, "configurationKey": [_redacted_key(key) for key in keys]}


def _redacted_key(key: Any) -> Any:
    if isinstance(key, dict) and str(key.get("key", "")).casefold() in SECRET_KEYS:
        return {**key, "value": "…"}
    return key


def _call_for(command: Command) -> Call:
    match command:
        case Hold():
            return Call(
                "ReserveNow",
                {
                    "connectorId": command.connector,
                    "expiryDate": written(command.until),
                    "idTag": command.tag,
                    "parentIdTag": command.tag,
                    "reservationId": command.reservation_id,
                },
            )
        case Release():
            return Call("CancelReservation", {"reservationId": command.reservation_id})
        case Start():
            return Call("RemoteStartTransaction", {"connectorId": command.connector, "idTag": command.tag})
        case Stop():
            if not command.transaction_id.isdecimal():
                raise Impossible("no transaction id of OCPP 1.6")
            return Call("RemoteStopTransaction", {"transactionId": int(command.transaction_id)})
        case Ocpp():
            action = ACTIONS.get(command.action)
            if action is None or not action.sent:
                raise Impossible("NotImplemented here")
            return Call(command.action, command.payload)
