"""The payload of a request: what the schema does not allow is refused with OCPP-J 1.6's code for it."""

from typing import Any

from simulator.link import schemas
from simulator.link.errors import Answer, Refused

PROTOCOL = "ocpp1.6"
CODES = {
    "type": "TypeConstraintViolation",
    "missing": "OccurenceConstraintViolation",
    "extra": "FormationViolation",
    "property": "PropertyConstraintViolation",
}


def check(action: str, payload: dict[str, Any]) -> None:
    """Raises :class:`Refused`."""
    wrong = schemas.problem(PROTOCOL, action, payload)
    if wrong is not None:
        raise Refused(CODES[wrong.kind], wrong.text)


def status(word: str) -> Answer:
    """The most common answer: a status and nothing to do afterwards."""
    return {"status": word}, None
