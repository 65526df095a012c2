"""OCPP-J frames: arrays of JSON, read with care and written plainly (OCPP-J 1.6, section 4)."""

import json
import re
from dataclasses import dataclass
from enum import StrEnum
from typing import Any

import msgspec

from ocpp_bridge.translation import Answer, AnswerTo

DEPTH_MOST = 16
PROPER_MESSAGE_ID_MOST, MESSAGE_ID_MOST = 36, 255
"""Characters that OCPP-J allows, and that are taken where they are tolerated."""
DESCRIPTION_MOST = 255
CODE_MOST = 64
CALL, CALL_RESULT, CALL_ERROR = 2, 3, 4
REPLACEMENT = "\ufffd"
_HALF_A_PAIR = re.compile("[\ud800-\udfff]")
_decoder = msgspec.json.Decoder()
_encode = msgspec.json.Encoder().encode

MessageId = str | int


class Code(StrEnum):
    """The error codes of OCPP-J 1.6, table 7, in its spelling."""

    NOT_IMPLEMENTED = "NotImplemented"
    NOT_SUPPORTED = "NotSupported"
    INTERNAL_ERROR = "InternalError"
    PROTOCOL_ERROR = "ProtocolError"
    SECURITY_ERROR = "SecurityError"
    FORMATION_VIOLATION = "FormationViolation"
    PROPERTY_CONSTRAINT = "PropertyConstraintViolation"
    OCCURENCE_CONSTRAINT = "OccurenceConstraintViolation"
    TYPE_CONSTRAINT = "TypeConstraintViolation"
    GENERIC_ERROR = "GenericError"


@dataclass(frozen=True, slots=True)
class Incoming:
    """A charge point's call."""

    message_id: MessageId
    action: str
    payload: dict[str, Any]


@dataclass(frozen=True, slots=True)
class Malformed:
    """No frame of OCPP-J. ``reply`` is a CALLERROR where the frame tells to whom it belongs."""

    why: str
    reply: bytes | None = None


def read(data: bytes) -> Incoming | AnswerTo | Malformed:
    """One frame. Never raises."""
    try:
        frame = _decoder.decode(data)
    except (msgspec.DecodeError, UnicodeDecodeError) as error:
        return Malformed(f"not JSON: {error}")
    except RecursionError:
        return Malformed("nested too deeply")
    if not isinstance(frame, list):
        return Malformed("not an array")
    if data.count(b"[") + data.count(b"{") > DEPTH_MOST and not _is_shallow(frame, DEPTH_MOST):
        return _refused(frame, "nested too deeply")
    # The usual form first: matching patterns costs as much as decoding.
    if len(frame) == 4 and frame[0] == CALL and [type(part) for part in frame[1:]] == [str, str, dict]:
        message_id, action, payload = frame[1:]
        if 0 < len(message_id) <= MESSAGE_ID_MOST:
            return Incoming(message_id, action, payload)
    match frame:
        case [2, str() | int() as message_id, str(action), (dict() | None) as payload] if _usable(message_id):
            return Incoming(message_id, action, payload or {})  # OCPP-J has two ways to write none: {} and null.
        case [3 | 4, *_]:
            return _answer(frame)
        case [2, *rest]:
            return _refused(frame, _why_no_call(rest))
    return Malformed("unknown message type")  # To be ignored: later versions send what nobody may answer.


def with_whole_text(data: bytes) -> bytes | None:
    """The frame with replacement characters where its text is broken; None where it is no JSON even so."""
    try:
        frame = json.loads(data.decode("utf-8", "replace"))  # The standard library takes half a surrogate pair.
        return _HALF_A_PAIR.sub(REPLACEMENT, json.dumps(frame, ensure_ascii=False)).encode()
    except (ValueError, RecursionError):
        return None


def call(message_id: str, action: str, payload: dict[str, Any]) -> bytes:
    """A CALL."""
    return _encode((CALL, message_id, action, payload))


def result(message_id: MessageId, payload: dict[str, Any]) -> bytes:
    """A CALLRESULT."""
    return _encode((CALL_RESULT, message_id, payload))


def error(message_id: MessageId, code: Code, description: str = "") -> bytes:
    """A CALLERROR. The description is cut to the 255 characters that OCPP-J allows."""
    return _encode((CALL_ERROR, message_id, code, description[:DESCRIPTION_MOST], {}))


def _why_no_call(rest: list[Any]) -> str:
    match rest:
        case [str(message_id), *_] if len(message_id) > MESSAGE_ID_MOST:
            return "the message id is too long"
        case [_, str(), payload, *_] if not isinstance(payload, dict | None):
            return "the payload is no object"
    return "a call is [2, id, action, payload]"


def _usable(message_id: object) -> bool:
    if isinstance(message_id, str):
        return 0 < len(message_id) <= MESSAGE_ID_MOST
    return isinstance(message_id, int) and not isinstance(message_id, bool)


def _answer(frame: list[Any]) -> AnswerTo | Malformed:
    """A CALLRESULT or CALLERROR, which is never answered. A payload that is no object counts as an empty one."""
    match frame:
        case [3, str(message_id), dict(payload)]:
            return AnswerTo(message_id, Answer(payload))
        case [3, str(message_id), *rest]:
            payload = rest[0] if rest and isinstance(rest[0], dict) else {}
            return AnswerTo(message_id, Answer(payload), "null-result")
        case [4, str(message_id), *rest]:
            code, description, *_ = [*(str(text) for text in rest), "", ""]
            deviation = "" if len(rest) == 3 and code else "short-error"
            error = code[:CODE_MOST] or Code.GENERIC_ERROR
            return AnswerTo(message_id, Answer(error=error, description=description[:DESCRIPTION_MOST]), deviation)
    return Malformed("an answer without a message id")


def _refused(frame: list[Any], why: str) -> Malformed:
    """With a CALLERROR where the frame is a call and tells its id, however long: it has to be the same."""
    match frame:
        case [2, str() | int() as message_id, *_] if message_id != "" and not isinstance(message_id, bool):
            return Malformed(why, error(message_id, Code.FORMATION_VIOLATION, why))
    return Malformed(why)


def _is_shallow(value: object, most: int) -> bool:
    if not isinstance(value, list | dict):
        return True
    if most == 0:
        return False
    inside = value.values() if isinstance(value, dict) else value
    return all(_is_shallow(item, most - 1) for item in inside)
