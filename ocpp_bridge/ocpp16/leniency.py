"""Which broken rules of the schemas are which deviation, and how a payload is mended. The names are `wire`'s."""

import copy
import math
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

ASKED = frozenset({"Authorize", "Heartbeat", "BootNotification", "DataTransfer", "SignCertificate"})
"""A question that is refused loses nothing and is asked again; any other call tells a fact, which would be lost."""
LONG_TEXTS = frozenset({"info", "vendorId", "vendorErrorCode", "techInfo"})
VALUE_WORDS = frozenset({"unit", "measurand", "context", "phase", "location", "format"})
_LEFT_OUT = object()
INTEGER_MOST = 2**53 - 1
"""What the API takes; nothing a charge point counts comes near."""


@dataclass(frozen=True, slots=True)
class Broken:
    """One broken rule: ``kind`` as the validator names it, the field's name, its value, the types it may have."""

    action: str
    kind: str
    field: str
    value: Any
    types: tuple[str, ...] = ()


def deviation_of(broken: Broken, tolerated: frozenset[str]) -> str:
    """The name of the deviation, if it is one and is tolerated; else empty."""
    for name, applies in _RULES:
        if name in tolerated and applies(broken):
            return name
    return ""


def needs_mending(broken: Broken, deviation: str) -> bool:
    """Readings' values are made texts where they are read: charge points that send numbers send many."""
    return deviation in MENDED and (broken.action, broken.field) != ("MeterValues", "value")


def mended(payload: dict[str, Any], faults: list[tuple[list[str | int], str]]) -> dict[str, Any]:
    """A copy in which each (path, deviation) became what the deviation becomes."""
    whole = copy.deepcopy(payload)
    for path, deviation in reversed(faults):  # Of a list the last first: what is left out moves the rest.
        _mend(whole, path, deviation)
    return whole


def _mend(payload: dict[str, Any], path: list[str | int], deviation: str) -> None:
    if deviation == "missing-error-code":
        payload["errorCode"] = "NoError"
        return
    holder: Any = payload
    for step in path[:-1]:
        holder = holder[step]
    made = _MENDERS[deviation](holder[path[-1]])
    if made is _LEFT_OUT:
        holder.pop(path[-1])
    else:
        holder[path[-1]] = made


def integer_of(value: object) -> int | None:
    """The integer that a text or a number means, decimals cut off; None when it is none, or absurd."""
    if isinstance(value, bool) or not isinstance(value, int | float | str):
        return None
    try:
        number = value if isinstance(value, int) else _whole(value)
    except (ValueError, OverflowError):
        return None
    return number if abs(number) <= INTEGER_MOST else None


def _whole(value: float | str) -> int:
    try:
        return int(value)
    except ValueError:
        return math.trunc(float(value))


def _is_null(broken: Broken) -> bool:
    return broken.value is None and broken.kind in {"Type", "Enum"}


def _is_long_text(broken: Broken) -> bool:
    told = broken.action == "BootNotification" or (broken.action not in ASKED and broken.field in LONG_TEXTS)
    return told and broken.kind == "MaxLength"


def _is_number_for_text(broken: Broken) -> bool:
    told = broken.action != "Authorize" and broken.kind == "Type" and broken.types == ("string",)
    return told and _is_number(broken)


def _is_text_for_number(broken: Broken) -> bool:
    told = broken.kind == "Type" and broken.types == ("integer",)
    return told and integer_of(broken.value) is not None


def _is_no_value(broken: Broken) -> bool:
    nothing = {("MinItems", "sampledValue"), ("Type", "value"), ("Required", "value")}
    return broken.action == "MeterValues" and (broken.kind, broken.field) in nothing


def _is_number(broken: Broken) -> bool:
    return isinstance(broken.value, int | float) and not isinstance(broken.value, bool)


_RULES: tuple[tuple[str, Callable[[Broken], bool]], ...] = (
    ("null-for-nothing", _is_null),
    ("long-text", _is_long_text),
    (
        "unknown-error-code",
        lambda it: (it.action, it.kind, it.field) == ("StatusNotification", "Enum", "errorCode")
        and isinstance(it.value, str),
    ),
    ("number-for-text", _is_number_for_text),
    ("text-for-number", _is_text_for_number),
    ("empty-sampled-value", _is_no_value),
    (
        "odd-value-word",
        lambda it: it.action == "MeterValues" and it.kind == "Enum" and it.field in VALUE_WORDS
        and isinstance(it.value, str),
    ),
    (
        "long-tag-at-start",
        lambda it: (it.action, it.kind, it.field) == ("StartTransaction", "MaxLength", "idTag"),
    ),
    ("extra-field", lambda it: it.kind == "AdditionalProperties" and it.action not in ASKED),
    (
        "number-for-tag",
        lambda it: (it.action, it.kind, it.field) == ("Authorize", "Type", "idTag") and _is_number(it),
    ),
    ("extra-field-anywhere", lambda it: it.kind == "AdditionalProperties" and it.action in ASKED),
    (
        "missing-error-code",
        lambda it: (it.action, it.kind) == ("StatusNotification", "Required") and it.field == "errorCode",
    ),
)  # fmt: skip

_MENDERS: dict[str, Callable[[Any], Any]] = {
    "null-for-nothing": lambda _value: _LEFT_OUT,
    "number-for-text": str,
    "number-for-tag": str,
    "text-for-number": integer_of,
}
MENDED = frozenset({*_MENDERS, "missing-error-code"})
