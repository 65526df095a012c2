"""ETags: reads name the version they show, polls of an unchanged thing get 304, writes may insist on a version.

A tag covers the role and the user as well, because the same path shows different people different things.
"""

import hashlib
from collections.abc import Callable
from typing import Any

from flask import Flask, Response, request
from pydantic import BaseModel

from api.wiring import asking
from services.caller import Caller
from services.precondition import ANY, Expected


def etag_of(caller: Caller | None, body: bytes) -> str:
    """The tag, without quotes, of ``body`` as shown to ``caller``."""
    who = f"{caller.type.value}\n{caller.user_id}" if caller else "anonymous"
    return hashlib.sha256(who.encode() + b"\n" + body).hexdigest()[:32]


def expected(render: Callable[[Any], BaseModel]) -> Expected:
    """The versions ``If-Match`` allows. ``render`` makes the reply a read of the noun would give this caller; pure."""
    if "If-Match" not in request.headers:
        return ANY
    header = request.if_match
    who = asking()
    strong = frozenset({"*"}) if header.star_tag else frozenset(header.as_set())
    etags = strong or frozenset({""})  # only weak or garbled ones were sent: they match nothing here
    return Expected(etags, lambda noun: etag_of(who, render(noun).model_dump_json().encode()))


def install(app: Flask) -> None:
    """Tag the JSON that reads of ``app`` answer, and answer 304 where the client has it already."""
    app.after_request(_tag)


def _tag(response: Response) -> Response:
    if request.method not in {"GET", "HEAD"} or response.status_code != 200 or not response.is_json:
        return response
    if response.is_streamed:  # It is not looked through before it is sent.
        return response
    if "ETag" not in response.headers:
        response.set_etag(etag_of(asking(), response.get_data()))
    if "Cache-Control" not in response.headers:
        response.headers["Cache-Control"] = "private, no-cache"
    response.vary.update(("Authorization", "Cookie", "Accept-Language"))
    response.make_conditional(request)
    return response
