"""What every request passes before it is routed: who may ask, how large and of what kind a body is, and a path whose
parts stay apart however their characters are encoded.
"""

import ipaddress
from collections.abc import Iterable
from typing import Any
from urllib.parse import quote, urlsplit

from starlette.types import ASGIApp, Message, Receive, Scope, Send

from simulator.control.problem import response
from simulator.link import frames

LARGEST_BODY = 256 * 1024
EVERY_HOST = "*"
WITH_BODY = frozenset({"POST", "PUT", "PATCH"})


class Gates:
    """The application behind all gates. ``allowed_hosts`` are names, beside addresses and ``localhost``, by which it
    may be called and from whose pages; ``*`` is every name.
    """

    def __init__(self, app: ASGIApp, allowed_hosts: Iterable[str] = ()) -> None:
        self._app = app
        self._allowed = {name.casefold() for name in allowed_hosts}

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] != "http":
            await self._app(scope, receive, send)
            return
        headers = {name.lower(): value.decode("latin-1") for name, value in scope["headers"]}
        refused = self._foreign(headers)
        if refused is not None:
            await response(403, *refused)(scope, receive, send)
            return
        scope["path"] = _encoded_path(scope)
        if scope["method"] not in WITH_BODY:
            await self._app(scope, receive, send)
            return
        body = await _whole(receive)
        if body is None:
            await response(413, "too_large", f"a body has at most {LARGEST_BODY} bytes")(scope, receive, send)
        elif body and headers.get(b"content-type", "").split(";")[0].strip().lower() != "application/json":
            await response(415, "unsupported_media_type", "send application/json")(scope, receive, send)
        elif (wrong := _no_json(body)) is not None:
            await response(400, "invalid_json", wrong)(scope, receive, send)
        else:
            await self._app(_as_json(scope), _Body(body or b"{}", receive), send)

    def _foreign(self, headers: dict[bytes, str]) -> tuple[str, str] | None:
        """A page of another site makes a browser send its name as Host (DNS rebinding) or as Origin."""
        if EVERY_HOST in self._allowed:
            return None
        host = headers.get(b"host", "")
        if not self._ours(_name(host)):
            return "foreign_host", f"{host[:100]} is none of its names; --allow-host NAME lets it be called so"
        origin = headers.get(b"origin")
        if origin is None or origin.partition("://")[2].casefold() == host.casefold():
            return None
        if _name(origin.partition("://")[2]) in self._allowed:
            return None
        return "foreign_origin", f"a page of {origin[:100]} may not ask; --allow-host NAME lets it"

    def _ours(self, name: str) -> bool:
        if name in self._allowed or name == "localhost" or name.endswith(".localhost"):
            return True
        try:
            ipaddress.ip_address(name)
        except ValueError:
            return False
        return True


def _name(host: str) -> str:
    """Without port and brackets, folded; empty for what is no host."""
    try:
        return (urlsplit(f"//{host}").hostname or "").casefold()
    except ValueError:
        return ""


def _encoded_path(scope: Scope) -> str:
    """The path as it was sent: a charge point's id may hold an encoded ``/``. Its parts are decoded where they are
    read.
    """
    raw: bytes | None = scope.get("raw_path")
    if raw is None:
        # Behind WSGI the server tells it in a variable of its own, where it tells it.
        environ: dict[str, Any] = scope.get("wsgi_environ", {})
        sent: str = environ.get("RAW_URI") or environ.get("REQUEST_URI") or ""
        path = sent.split("?", maxsplit=1)[0]
        return path if path.startswith("/") else quote(scope["path"])
    return raw.split(b"?")[0].decode("latin-1")


async def _whole(receive: Receive) -> bytes | None:
    """The body; None when it is too large or its sender is gone."""
    body = bytearray()
    more = True
    while more:
        message = await receive()
        if message["type"] == "http.disconnect":
            return None
        body += message.get("body", b"")
        if len(body) > LARGEST_BODY:
            return None
        more = message.get("more_body", False)
    return bytes(body)


def _no_json(body: bytes) -> str | None:
    """Why a body is no JSON. Strictly: half a surrogate pair or NaN, which Python lets pass, could not go out again."""
    try:
        frames.parse(body or b"{}")
    except frames.BadFrame as error:
        return f"the body cannot be read: {error}"
    return None


def _as_json(scope: Scope) -> Scope:
    others = [
        (name, value) for name, value in scope["headers"] if name.lower() not in {b"content-type", b"content-length"}
    ]
    return {**scope, "headers": [*others, (b"content-type", b"application/json")]}


class _Body:
    """Receives a body that is here already, then what else comes."""

    def __init__(self, body: bytes, receive: Receive) -> None:
        self._body: bytes | None = body
        self._receive = receive

    async def __call__(self) -> Message:
        if self._body is None:
            return await self._receive()
        body, self._body = self._body, None
        return {"type": "http.request", "body": body, "more_body": False}
