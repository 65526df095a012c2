"""What is wrong with an OCPP 1.6 payload, in OCPP's words; the shapes are `wire.ocpp_schemas`."""

from dataclasses import dataclass
from typing import Any

import jsonschema_rs

from ocpp_bridge.ocpp16.frames import Code
from ocpp_bridge.ocpp16.leniency import Broken, deviation_of, mended, needs_mending
from wire.ocpp_schemas import compiled

NOTHING: frozenset[str] = frozenset()
MENDS_MOST = 4
_CODES = {
    "Type": Code.TYPE_CONSTRAINT,
    "Required": Code.PROTOCOL_ERROR,
    "AdditionalProperties": Code.FORMATION_VIOLATION,
    "MinItems": Code.OCCURENCE_CONSTRAINT,
    "MaxItems": Code.OCCURENCE_CONSTRAINT,
}


@dataclass(frozen=True, slots=True)
class Fault:
    """Why a payload is refused, in OCPP's words."""

    code: Code
    description: str


@dataclass(slots=True)
class Judged:
    """A payload as it may be read, and which deviations were tolerated for it; or a fault."""

    payload: dict[str, Any]
    deviations: frozenset[str] = NOTHING
    fault: Fault | None = None


def check(action: str, payload: dict[str, Any]) -> Fault | None:
    """The first fault of a request's payload, or None. Descriptions quote no values: tags."""
    return judge(action, payload, NOTHING).fault


def judge(action: str, payload: dict[str, Any], tolerated: frozenset[str]) -> Judged:
    """Judge a request's payload; what breaks the schema in a tolerated way is mended. ``tolerated``: deviations."""
    validator = compiled(action)
    found: frozenset[str] = NOTHING
    for _ in range(MENDS_MOST):  # What was mended may break another rule: a text that is no allowed word either.
        try:
            if validator.is_valid(payload):
                return Judged(payload, found)
            errors = list(validator.iter_errors(payload))
        except ValueError as too_deep:
            return Judged(payload, found, Fault(Code.FORMATION_VIOLATION, str(too_deep)))
        to_mend: dict[tuple[str | int, ...], str] = {}
        for error in errors:
            broken = _broken(action, error)
            deviation = deviation_of(broken, tolerated)
            if not deviation:
                return Judged(payload, found, _fault(broken, error))
            found |= {deviation}
            if needs_mending(broken, deviation):
                to_mend[tuple(error.instance_path)] = deviation
        if not to_mend:
            return Judged(payload, found)
        payload = mended(payload, [(list(path), deviation) for path, deviation in to_mend.items()])
    return Judged(payload, found, Fault(Code.FORMATION_VIOLATION, "cannot be read"))


def _broken(action: str, error: jsonschema_rs.ValidationError) -> Broken:
    kind = type(error.kind).__name__.rpartition("_")[2]
    if kind == "Required":
        return Broken(action, kind, str(getattr(error.kind, "property", "")), None)
    field = next((step for step in reversed(error.instance_path) if isinstance(step, str)), "")
    types = tuple(getattr(error.kind, "types", ())) if kind == "Type" else ()
    return Broken(action, kind, field, error.instance, types)


def _fault(broken: Broken, error: jsonschema_rs.ValidationError) -> Fault:
    where = ".".join(str(step) for step in error.instance_path) or "the payload"
    code = _CODES.get(broken.kind, Code.PROPERTY_CONSTRAINT)
    return Fault(code, f"{where}: {_reason(broken.kind, error)}")


def _reason(kind: str, error: jsonschema_rs.ValidationError) -> str:
    match kind:
        case "Required" | "AdditionalProperties":
            return error.message.removeprefix("Additional properties are not allowed ").strip("()")
        case "Type":
            return "the type is wrong"
        case "Enum":
            return "not one of the allowed values"
    return f"{kind} is broken"
