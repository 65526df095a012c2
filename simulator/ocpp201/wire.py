"""Between payloads of OCPP 2.0.1 and this station's own types."""

from datetime import datetime
from typing import Any

from simulator.link.errors import Answer, Refused
from simulator.link.schemas import problem
from simulator.ocpp201.state import IdToken, Verdict
from simulator.ocpp201.station import PROTOCOL
from simulator.unit.unit import moment

CODES = {
    "type": "TypeConstraintViolation",
    "missing": "OccurrenceConstraintViolation",
    "extra": "FormatViolation",
    "property": "PropertyConstraintViolation",
}
LARGEST = 2**31 - 1
# What vendors say to each other is theirs.
ANY_DATA = frozenset({"DataTransfer"})


def judge(action: str, payload: dict[str, Any]) -> None:
    """Raises :class:`Refused` with OCPP-J 2.0.1's code for the first thing wrong with a request."""
    found = problem(PROTOCOL, action, payload)
    if found is not None:
        raise Refused(CODES[found.kind], found.text[:255])
    if action not in ANY_DATA and _out_of_range(payload):
        raise Refused("PropertyConstraintViolation", f"a number is larger than {LARGEST}")


def _out_of_range(node: object) -> bool:
    """Whether a whole number needs more than OCPP's 32 bits (part 4, 2.1.1)."""
    if isinstance(node, dict):
        return any(_out_of_range(value) for value in node.values())
    if isinstance(node, list):
        return any(_out_of_range(value) for value in node)
    return isinstance(node, int) and not -LARGEST - 1 <= node <= LARGEST


def instant(text: str, field: str) -> datetime:
    """Raises :class:`Refused` for what is no date-time."""
    try:
        return moment(text)
    except ValueError as error:
        raise Refused("PropertyConstraintViolation", f"{field}: {error}"[:255]) from error


def optional_instant(payload: dict[str, Any], field: str) -> datetime | None:
    """None where it is left out."""
    return instant(payload[field], field) if field in payload else None


def status(word: str, reason: str | None = None) -> Answer:
    """A status, with a reason's code (1–20 characters) where there is one, and nothing to do afterwards."""
    return worded(word, reason), None


def worded(word: str, reason: str | None = None) -> dict[str, Any]:
    """An answer's payload."""
    return {"status": word} | ({"statusInfo": {"reasonCode": reason}} if reason is not None else {})


def token(given: dict[str, Any]) -> IdToken:
    """Of an IdTokenType."""
    return IdToken(id_token=given["idToken"], type=given["type"])


def optional_token(payload: dict[str, Any], field: str) -> IdToken | None:
    """None where it is left out."""
    return token(payload[field]) if field in payload else None


def verdict(info: dict[str, Any]) -> Verdict:
    """Of an IdTokenInfoType. Raises ``ValueError`` for a date-time that is none."""
    expiry = info.get("cacheExpiryDateTime")
    return Verdict(
        status=info["status"],
        group=optional_token(info, "groupIdToken"),
        expires_at=moment(expiry) if expiry is not None else None,
        evse_ids=info.get("evseId"),
    )
