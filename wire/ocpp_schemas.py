"""The shapes of OCPP payloads: the `ocpp` package's JSON schemas, compiled once each, on first use.

Only its schema files are read; importing that package would load every message class of every version.
"""

import functools
import importlib.util
import json
from pathlib import Path
from typing import Any

import jsonschema_rs


class UnknownSchema(LookupError):
    """That version of OCPP has no such message."""


@functools.cache
def compiled(name: str, *, formats: bool = False) -> jsonschema_rs.Validator:
    """The validator of one schema file of OCPP 1.6 (``Authorize``, ``AuthorizeResponse``).

    ``formats``: judge date-times and addresses too. Chargers' own are read leniently elsewhere. Raises
    :class:`UnknownSchema`.
    """
    return jsonschema_rs.validator_for(schema_of(name), validate_formats=formats)


def schema_of(name: str) -> dict[str, Any]:
    """One schema file as it is. Raises :class:`UnknownSchema`."""
    path = _folder() / f"{name}.json"
    if not name.isalpha() or not path.is_file():
        raise UnknownSchema(name)
    schema: dict[str, Any] = json.loads(path.read_text(encoding="utf-8-sig"))
    return schema


@functools.cache
def _folder() -> Path:
    found = importlib.util.find_spec("ocpp")
    if found is None or not found.submodule_search_locations:
        raise RuntimeError("the `ocpp` package is not installed")
    return Path(found.submodule_search_locations[0]) / "v16" / "schemas"
