"""How a frame looks after it was damaged: cut off, other bytes, or JSON that is no message any more."""

from collections.abc import Callable
from typing import Any

import msgspec

from simulator.chance import Chance
from simulator.link import frames

# A flip of a few bytes in a frame may leave JSON, no JSON, or text that is not UTF-8.
FLIPPED_BYTES = 3


def truncated(text: str | bytes, share: float) -> bytes:
    """The first bytes of a frame, never all of them."""
    raw = _raw(text)
    return raw[: min(len(raw) - 1, int(len(raw) * share))] if raw else raw


def corrupted(text: str | bytes, corruption: str, chance: Chance) -> bytes:
    """The frame with this corruption; with flipped bytes where it is no OCPP-J message that could have it."""
    if corruption != "bytes":
        try:
            frame = frames.parse(text)
        except frames.BadFrame:
            frame = None
        if isinstance(frame, list) and len(frame) >= 3:
            return msgspec.json.encode(_JSON[corruption](frame, chance))
    return _flipped(_raw(text), chance)


def _raw(text: str | bytes) -> bytes:
    return text.encode() if isinstance(text, str) else text


def _flipped(raw: bytes, chance: Chance) -> bytes:
    damaged = bytearray(raw)
    for _ in range(min(FLIPPED_BYTES, len(damaged))):
        damaged[chance.below(len(damaged))] ^= 1 + chance.below(255)
    return bytes(damaged)


def _message_type(frame: list[Any], chance: Chance) -> Any:
    return [chance.one_of([0, 1, 5, 9, "2", None]), *frame[1:]]


def _no_list(frame: list[Any], _chance: Chance) -> Any:
    return {"frame": frame}


def _unique_id(frame: list[Any], chance: Chance) -> Any:
    return [frame[0], chance.one_of([f"{chance.below(10**9)}", "", 17, None]), *frame[2:]]


def _action(frame: list[Any], chance: Chance) -> Any:
    """Of a call: one that does not exist. Of an answer: an action where none belongs."""
    name = chance.one_of(["", "StartTransactoin", "heartbeat", "X" * 300])
    return [*frame[:2], name, *frame[3:]] if frame[0] == 2 else [*frame[:2], name, *frame[2:]]


def _payload(frame: list[Any], chance: Chance) -> Any:
    return [*frame[:-1], chance.one_of([[], "text", None, 1, True])]


def _short(frame: list[Any], _chance: Chance) -> Any:
    return frame[:2]


def _field_missing(frame: list[Any], chance: Chance) -> Any:
    return _with_payload(frame, chance, lambda payload, key: payload.pop(key))


def _field_type(frame: list[Any], chance: Chance) -> Any:
    wrong: list[Any] = [None, [], {}, -1, 1e300, "", "Y" * 2_000, True]
    return _with_payload(frame, chance, lambda payload, key: payload.update({key: chance.one_of(wrong)}))


def _field_unknown(frame: list[Any], chance: Chance) -> Any:
    return _with_payload(frame, chance, lambda payload, _key: payload.update({"unheardOf": 1}))


def _with_payload(frame: list[Any], chance: Chance, change: Callable[[dict[str, Any], str], object]) -> Any:
    """The change made to one field of the payload; where there is none, the payload is another."""
    payload = frame[-1]
    if not isinstance(payload, dict) or not payload:
        return _payload(frame, chance)
    payload = dict(payload)
    change(payload, chance.one_of(sorted(payload)))
    return [*frame[:-1], payload]


_JSON: dict[str, Callable[[list[Any], Chance], Any]] = {
    "message_type": _message_type,
    "no_list": _no_list,
    "unique_id": _unique_id,
    "action": _action,
    "payload": _payload,
    "short": _short,
    "field_missing": _field_missing,
    "field_type": _field_type,
    "field_unknown": _field_unknown,
}
CORRUPTIONS = ("bytes", *_JSON)
