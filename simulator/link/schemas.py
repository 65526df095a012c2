"""The official JSON schemas of both versions, compiled once per process as they are needed."""

from functools import cache
from importlib.resources import files
from importlib.resources.abc import Traversable
from typing import Any, Literal

import jsonschema_rs
import msgspec

FOLDERS = {"ocpp1.6": ("v16", ""), "ocpp2.0.1": ("v201", "Request")}

Kind = Literal["type", "missing", "extra", "property"]


class Violation(msgspec.Struct, frozen=True):
    """What a schema does not allow: ``type`` of JSON, a field ``missing`` or ``extra``, another ``property``."""

    kind: Kind
    text: str


def problem(protocol: str, action: str, payload: dict[str, Any], *, answer: bool = False) -> Violation | None:
    """The first thing wrong with a payload. Raises ``KeyError`` for an action that the version does not have."""
    for error in _validator(protocol, action, answer=answer).iter_errors(payload):
        where = "/".join(str(part) for part in error.instance_path)
        return Violation(_kind(type(error.kind).__name__), f"{where}: {error.message}" if where else error.message)
    return None


def _kind(name: str) -> Kind:
    match name:
        case "Type":
            return "type"
        case "Required" | "MinItems" | "MaxItems":
            return "missing"
        case "AdditionalProperties" | "UnevaluatedProperties":
            return "extra"
    return "property"


@cache
def actions(protocol: str) -> frozenset[str]:
    """Every action of a version, whoever initiates it."""
    folder, request = FOLDERS[protocol]
    names = [file.name.removesuffix(".json") for file in _folder(folder).iterdir() if file.name.endswith(".json")]
    asked = [name for name in names if not name.endswith("Response")]
    return frozenset(name.removesuffix(request) for name in asked)


def text(protocol: str, action: str, *, answer: bool = False) -> bytes:
    """The official schema as it is published. Raises ``KeyError``."""
    if action not in actions(protocol):
        raise KeyError(action)
    folder, request = FOLDERS[protocol]
    return (_folder(folder) / f"{action}{'Response' if answer else request}.json").read_bytes()


@cache
def _validator(protocol: str, action: str, *, answer: bool) -> Any:
    # Some of the files begin with a byte order mark.
    schema = msgspec.json.decode(text(protocol, action, answer=answer).removeprefix(b"\xef\xbb\xbf"))
    # Times and addresses are judged by who reads them: real ones come in more shapes than the formats name.
    return jsonschema_rs.validator_for(schema, validate_formats=False)


def _folder(name: str) -> Traversable:
    return files("ocpp") / name / "schemas"
