"""May a call be read? By its schema, what its charge point's vendor profile tolerates, and what no schema says."""

from collections.abc import Callable
from typing import Any, Final

from ocpp_bridge.ocpp16.actions import Action
from ocpp_bridge.ocpp16.frames import PROPER_MESSAGE_ID_MOST, Code, Incoming
from ocpp_bridge.ocpp16.instants import is_proper
from ocpp_bridge.ocpp16.leniency import INTEGER_MOST
from ocpp_bridge.ocpp16.schemas import Fault, Judged, check, judge

_NONE_ODD: Final[dict[str, str]] = {}


def judge_call(action: Action, call: Incoming, tolerated: Callable[[], frozenset[str]]) -> Judged:
    """The payload as its receiver may read it, or why it is refused."""
    odd = _oddities(call)
    profile = tolerated()
    for deviation, why in odd.items():
        if deviation not in profile:
            return Judged(call.payload, fault=Fault(Code.FORMATION_VIOLATION, why))
    if not action.checked:  # The receiver reads any form of it.
        fault = check(call.action, call.payload)
        if fault is not None and "odd-stop" not in profile:
            return Judged(call.payload, fault=fault)
        return Judged(call.payload, frozenset({*odd, *(("odd-stop",) if fault is not None else ())}))
    judged = judge(call.action, call.payload, profile)
    fault = judged.fault or _out_of_range(judged.payload)
    if not odd and fault is judged.fault:
        return judged
    return Judged(judged.payload, judged.deviations | odd.keys(), fault)


def _oddities(call: Incoming) -> dict[str, str]:
    """What no schema says, and why it would be refused. Of every call: quick where nothing is odd."""
    odd = _NONE_ODD
    if type(call.message_id) is not str:
        odd = {**odd, "numeric-message-id": "the message id is no text"}
    elif len(call.message_id) > PROPER_MESSAGE_ID_MOST:
        odd = {**odd, "long-message-id": "the message id is too long"}
    payload = call.payload
    timestamp = payload.get("timestamp")
    proper = timestamp is None or is_proper(timestamp)
    readings = payload.get("meterValue") or payload.get("transactionData")
    if type(readings) is list:
        for reading in readings:
            if type(reading) is dict and "timestamp" in reading and not is_proper(reading["timestamp"]):
                proper = False
    if not proper:
        odd = {**odd, "odd-timestamp": "a timestamp is none, or has no zone"}
    if call.action == "MeterValues":
        told = payload.get("transactionId")
        if isinstance(told, int) and told <= 0:
            odd = {**odd, "id-0-in-readings": "transactionId: never given to a transaction"}
    return odd


def _out_of_range(payload: dict[str, Any]) -> Fault | None:
    for field, value in payload.items():
        if type(value) is int and (abs(value) > INTEGER_MOST or (field == "connectorId" and value < 0)):
            return Fault(Code.PROPERTY_CONSTRAINT, f"{field}: out of range")
    return None
