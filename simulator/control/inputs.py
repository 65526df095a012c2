"""What stands in paths and queries, each with its bounds."""

from base64 import urlsafe_b64decode, urlsafe_b64encode
from typing import Annotated
from urllib.parse import unquote_to_bytes

import msgspec
from fastapi import Depends, Path, Query, Request

from simulator.control.problem import Problem
from simulator.fleet import Fleet

LONGEST_ID = 64


def _text(encoded: str) -> str:
    """Part of a path as it is meant. Raises :class:`Problem`."""
    try:
        return unquote_to_bytes(encoded.encode("latin-1")).decode()
    except UnicodeError as error:
        raise Problem(422, "invalid", "the path is not UTF-8") from error


def valid_id(text: str) -> str:
    """Raises :class:`Problem` for what is no charge point's id."""
    if not 1 <= len(text) <= LONGEST_ID or not text.isprintable():
        raise Problem(422, "invalid", "a charge point's id has 1 to 64 printable characters")
    if text in {".", ".."}:
        raise Problem(422, "invalid", f"{text} is no id: in an address it means another place")
    return text


async def _fleet(request: Request) -> Fleet:
    found = request.scope["fleet"]
    assert isinstance(found, Fleet)  # noqa: S101 -- put there by who serves
    return found


async def _charge_point_id(
    charge_point_id: Annotated[str, Path(description="Its id, percent-encoded: 1 to 64 printable characters")],
) -> str:
    return valid_id(_text(charge_point_id))


async def _connector(number: Annotated[str, Path(description="The connector's number, from 1")]) -> int:
    text = _text(number)
    if not (text.isascii() and text.isdigit() and len(text) < 4):
        raise Problem(404, "not_found", f"there is no connector {text[:20]}")
    return int(text)


async def _action(action: Annotated[str, Path(description="An action of OCPP, as `Heartbeat`")]) -> str:
    return _text(action)


async def _key(key: Annotated[str, Path(description="The setting's name")]) -> str:
    return _text(key)


async def _name(name: Annotated[str, Path(description="The flow's name, as `GET /flows` lists it")]) -> str:
    return _text(name)


async def _protocol(protocol: Annotated[str, Path(description="`ocpp1.6` or `ocpp2.0.1`")]) -> str:
    return _text(protocol)


async def _operation_id(operation_id: Annotated[str, Path(description="As an answer told it, percent-encoded")]) -> str:
    return _text(operation_id)


TheFleet = Annotated[Fleet, Depends(_fleet)]
ChargePointId = Annotated[str, Depends(_charge_point_id)]
Connector = Annotated[int, Depends(_connector)]
Action = Annotated[str, Depends(_action)]
Key = Annotated[str, Depends(_key)]
FlowName = Annotated[str, Depends(_name)]
Protocol = Annotated[str, Depends(_protocol)]
OperationId = Annotated[str, Depends(_operation_id)]
MessageId = Annotated[str, Path(description="A number, as the operation's messages have it")]

WaitS = Annotated[
    float, Query(alias="wait", ge=0, le=60, description="For how many seconds to wait for the central system")
]
EndS = Annotated[
    float, Query(alias="wait", ge=0, le=60, description="For how many seconds to wait until it is over; then it is 202")
]
Prefix = Annotated[str, Query(max_length=LONGEST_ID, description="Only charge points whose id begins so")]
PageSize = Annotated[int, Query(ge=1, le=5000, description="At most so many")]
PageToken = Annotated[str | None, Query(description="`next_page_token` of the page before")]


def page_token(*place: str | int) -> str:
    """Where the next page begins, as text that nobody should read."""
    return urlsafe_b64encode(msgspec.json.encode(place)).decode().rstrip("=")


def read_page_token(token: str) -> tuple[str, int]:
    """(charge point id, number). Raises :class:`Problem`."""
    try:
        return msgspec.json.decode(urlsafe_b64decode(token + "=" * (-len(token) % 4)), type=tuple[str, int])
    except (ValueError, msgspec.MsgspecError) as error:
        raise Problem(422, "invalid", "page_token: not one that an answer gave") from error
