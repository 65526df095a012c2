"""Commands as OCPP 1.6 calls, and what the charge point's answers mean for them."""

from typing import Any

from ocpp_bridge.ocpp16.actions import ACTIONS
from ocpp_bridge.ocpp16.instants import written
from ocpp_bridge.ocpp16.schemas import check
from ocpp_bridge.translation import Answer, Call, Impossible, Outcome
from wire.commands import Command, Frames, Hold, Ocpp, Release, Settings, Start, Stop
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
    """How the command ended: accepted, rejected in the charge point's own word, or failed with an error's code.

    Holds, starts and stops fail with ``NotSupported`` at a charge point without the feature, however it says so.
    """
    if isinstance(command, Ocpp):
        return _raw_outcome(command, answer)
    if answer.error:
        word = "NotSupported" if answer.error in NOT_BUILT_IN else answer.error
        return Outcome(CommandOutcome.FAILED, word, None, answer.description or answer.error)
    word, response = _status(answer), redacted(answer.payload)
    if word == "NotSupported":
        return Outcome(CommandOutcome.FAILED, word, response, "the charge point does not support it")
    return Outcome(CommandOutcome.ACCEPTED if word == "Accepted" else CommandOutcome.REJECTED, word, response)


def _raw_outcome(command: Ocpp, answer: Answer) -> Outcome:
    if answer.error:
        return Outcome(CommandOutcome.FAILED, answer.error, None, answer.description or answer.error)
    word, response = _status(answer), redacted(answer.payload)
    lacks = _lacks(command.action, word, answer.payload)
    if lacks:
        return Outcome(CommandOutcome.FAILED, BAD_ANSWER, response, lacks)
    return Outcome(CommandOutcome.REJECTED if word in REFUSALS else CommandOutcome.ACCEPTED, word, response)


def _lacks(action: str, word: str, payload: dict[str, Any]) -> str:
    """What an answer has to tell and does not; empty: nothing. A yes is never taken from what says none."""
    match action:
        case "GetLocalListVersion" if type(payload.get("listVersion")) is not int:
            return "the answer has no version"
        case "GetConfiguration" if not all(isinstance(payload.get(name, []), list | None) for name in CONFIGURATION):
            return "the answer has no keys"
        case _ if action not in WITHOUT_STATUS and word not in WORDS.values():
            return f"the answer has the status {word!r}, which is none" if word else "the answer has no status"
    return ""


def _status(answer: Answer) -> str:
    """The word as OCPP spells it, where it knows it."""
    status = answer.payload.get("status")
    return WORDS.get(status.casefold(), status[:WORD_MOST]) if isinstance(status, str) else ""


WORD_MOST = 64
"""Characters; no status word of OCPP has as many."""
BAD_ANSWER = "bad_answer"
WITHOUT_STATUS = frozenset({"GetConfiguration", "GetDiagnostics", "GetLocalListVersion", "UpdateFirmware"})
"""Operations whose answer has no status word."""
REFUSALS = frozenset(
    {
        "Failed", "Faulted", "InvalidCertificate", "NotFound", "NotImplemented", "NotSupported", "Occupied",
        "Rejected", "RevokedCertificate", "Unavailable", "Unknown", "UnknownMessageId", "UnknownVendorId",
        "UnlockFailed", "VersionMismatch",
    }
)  # fmt: skip


WORDS = {
    word.casefold(): word
    for word in (*REFUSALS, "Accepted", "AcceptedCanceled", "RebootRequired", "Scheduled", "Unlocked")
}
"""Every status word of an answer, by its folded spelling."""
CONFIGURATION = ("configurationKey", "unknownKey")


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
        case Frames() | Settings():
            raise Impossible("no single call for a charge point")
        case Ocpp():
            action = ACTIONS.get(command.action)
            if action is None or not action.sent:
                raise Impossible("NotImplemented here")
            # A certificate follows from a request that is to be answered first.
            return Call(command.action, command.payload, after_answers=command.action == "CertificateSigned")
