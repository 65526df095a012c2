"""Reading the payload of a request into its fields."""

from typing import Any, TypeVar

import msgspec

from simulator.chargepoint.connection import Answer, Refused

Fields = TypeVar("Fields")


def read(kind: type[Fields], payload: dict[str, Any]) -> Fields:
    """The fields of a request. Raises :class:`Refused` with OCPP-J 1.6's code for what is wrong."""
    try:
        return msgspec.convert(payload, kind)
    except msgspec.ValidationError as error:
        missing = "missing required field" in str(error)
        code = "OccurenceConstraintViolation" if missing else "TypeConstraintViolation"
        raise Refused(code, str(error)) from error


def status(word: str) -> Answer:
    """The most common answer: a status and nothing to do afterwards."""
    return {"status": word}, None
