"""OCPP-J frames: bytes in and out, nothing else (specification OCPP-J 1.6, chapter 4; 2.0.1 part 4, chapter 4)."""

import re
import uuid
from dataclasses import dataclass
from typing import Any

import msgspec

CALL, CALLRESULT, CALLERROR = 2, 3, 4
LONG_DIGITS = re.compile(rb"\d{19}")
# Messages of OCPP stay far below; what is deeper nobody could walk, save or show.
DEEPEST = 64


class BadFrame(ValueError):
    """No frame of OCPP-J; the text says why. ``unique_id`` where it is a request that can be answered so."""

    def __init__(self, text: str, unique_id: str | None = None) -> None:
        super().__init__(text)
        self.unique_id = unique_id


@dataclass(frozen=True, slots=True)
class Call:
    """A request of either side."""

    unique_id: str
    action: str
    payload: dict[str, Any]


@dataclass(frozen=True, slots=True)
class CallResult:
    """The answer to a request; a payload of null counts as empty."""

    unique_id: str
    payload: dict[str, Any]


@dataclass(frozen=True, slots=True)
class CallError:
    """The refusal of a request."""

    unique_id: str
    code: str
    description: str


Frame = Call | CallResult | CallError


def new_id() -> str:
    """A message id, 36 characters as the specification allows at most."""
    return str(uuid.uuid4())


def encode(frame: Frame) -> str:
    """The frame as JSON text."""
    body: list[Any]
    if isinstance(frame, Call):
        body = [CALL, frame.unique_id, frame.action, frame.payload]
    elif isinstance(frame, CallResult):
        body = [CALLRESULT, frame.unique_id, frame.payload]
    else:
        body = [CALLERROR, frame.unique_id, frame.code, frame.description, {}]
    return msgspec.json.encode(body).decode()


def parse(text: str | bytes) -> Any:
    """The JSON of a text that somebody else wrote. Raises :class:`BadFrame`, also for what is nested too deeply."""
    encoded = text if isinstance(text, bytes) else text.encode()
    try:
        body = msgspec.json.decode(encoded)
    except (msgspec.DecodeError, UnicodeDecodeError, RecursionError) as error:
        raise BadFrame(f"no JSON: {error}") from error
    if encoded.count(b"[") + encoded.count(b"{") > DEEPEST and _deep(body):
        raise BadFrame(f"nested more than {DEEPEST} deep", _asked_as(body))
    return body


def decode(text: str | bytes) -> Frame:
    """The frame of a message. Raises :class:`BadFrame`."""
    body = parse(text)
    if LONG_DIGITS.search(text if isinstance(text, bytes) else text.encode()) and not _storable(body):
        raise BadFrame("an integer of more than 64 bits", _asked_as(body))
    match body:
        case [2, str(unique_id), str(action), dict(payload)]:
            return Call(unique_id, action, payload)
        case [3, str(unique_id), dict(payload)]:
            return CallResult(unique_id, payload)
        case [3, str(unique_id), None]:
            return CallResult(unique_id, {})
        case [4, str(unique_id), str(code), str(description), *_]:
            return CallError(unique_id, code, description)
        case [4, str(unique_id), str(code)]:
            return CallError(unique_id, code, "")
        case [2, str(unique_id), *_] if len(unique_id) <= 36:
            raise BadFrame("a CALL without an action, or without a payload", unique_id)
    raise BadFrame("neither a CALL, a CALLRESULT nor a CALLERROR")


def _asked_as(body: Any) -> str | None:
    """The id of what is a request otherwise."""
    match body:
        case [2, str(unique_id), *_]:
            return unique_id
    return None


def _deep(value: Any) -> bool:
    level = [value]
    for _ in range(DEEPEST):
        inside = [one.values() if isinstance(one, dict) else one for one in level if isinstance(one, dict | list)]
        level = [value for values in inside for value in values]
    return any(isinstance(one, dict | list) for one in level)


def _storable(value: Any) -> bool:
    """Whether all integers fit into what is remembered."""
    if isinstance(value, int):
        return -(2**63) <= value < 2**63
    if isinstance(value, list):
        return all(map(_storable, value))
    return not isinstance(value, dict) or all(map(_storable, value.values()))
