"""Shapes of OCPP 1.6 payloads: the `ocpp` package's JSON schemas, compiled once each, on first use.

Only its schema files are read; importing that package would load every message class of every version.
"""

import functools
import importlib.util
import json
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import jsonschema_rs

from ocpp_bridge.ocpp16.frames import Code

Tolerated = frozenset[tuple[str, str]]
"""(kind of constraint, field) pairs that a real charger may break without being refused; ``*`` is any field."""

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


class UnknownSchema(LookupError):
    """OCPP 1.6 has no such message."""


def check(action: str, payload: dict[str, Any], tolerates: Tolerated = frozenset()) -> Fault | None:
    """The first fault of a request's payload that is not tolerated, or None. Descriptions quote no values: tags."""
    validator = compiled(action)
    try:
        if validator.is_valid(payload):
            return None
        errors = list(validator.iter_errors(payload))
    except ValueError as too_deep:
        return Fault(Code.FORMATION_VIOLATION, str(too_deep))
    for error in errors:
        kind = type(error.kind).__name__.rpartition("_")[2]
        place = [str(step) for step in error.instance_path]
        field = next((step for step in reversed(place) if not step.isdecimal()), "")
        if (kind, field) in tolerates or (kind, "*") in tolerates:
            continue
        where = ".".join(place) or "the payload"
        return Fault(_CODES.get(kind, Code.PROPERTY_CONSTRAINT), f"{where}: {_reason(kind, error)}")
    return None


@functools.cache
def compiled(name: str) -> jsonschema_rs.Validator:
    """The validator of one schema file (``Authorize``, ``AuthorizeResponse``). Raises :class:`UnknownSchema`.

    Formats are not checked: chargers' timestamps are read leniently elsewhere.
    """
    path = _folder() / f"{name}.json"
    if not name.isalpha() or not path.is_file():
        raise UnknownSchema(name)
    schema = json.loads(path.read_text(encoding="utf-8-sig"))
    return jsonschema_rs.validator_for(schema, validate_formats=False)


@functools.cache
def _folder() -> Path:
    found = importlib.util.find_spec("ocpp")
    if found is None or not found.submodule_search_locations:
        raise RuntimeError("the `ocpp` package is not installed")
    return Path(found.submodule_search_locations[0]) / "v16" / "schemas"


def _reason(kind: str, error: jsonschema_rs.ValidationError) -> str:
    match kind:
        case "Required" | "AdditionalProperties":
            return error.message.removeprefix("Additional properties are not allowed ").strip("()")
        case "Type":
            return "the type is wrong"
        case "Enum":
            return "not one of the allowed values"
    return f"{kind} is broken"
