"""Who may open a socket. Decides on a handshake's path, headers and security; asks nobody and awaits nothing."""

import base64
import binascii
import re
from collections.abc import Sequence
from dataclasses import dataclass
from http import HTTPStatus
from urllib.parse import unquote

from ocpp_bridge.back_end.local_copy import LocalCopy
from ocpp_bridge.sockets.drivers import choose

_PATH = re.compile("(?:(?:ws|http)s?://[^/]+)?/+ocpp/+(?P<name>[^/]+)/*")
ID_MOST = 64


@dataclass(frozen=True, slots=True)
class Handshake:
    """What of a request the door looks at. ``client_name`` is the common name of a verified client certificate."""

    path: str
    authorization: Sequence[str]
    subprotocols: Sequence[str]
    is_tls: bool = False
    client_name: str = ""


@dataclass(frozen=True, slots=True)
class Admitted:
    """Come in. ``subprotocol`` is what to answer, None when none was offered."""

    charge_point_id: str
    protocol: str
    subprotocol: str | None


@dataclass(frozen=True, slots=True)
class TurnedAway:
    """An HTTP answer. ``stale``: the API may know better than the copy does. ``unknown``: nobody knows it."""

    status: HTTPStatus
    text: str
    challenge: bool = False
    stale: bool = False
    unknown: bool = False


@dataclass(frozen=True, slots=True)
class NothingInCommon:
    """It may come in, but speaks nothing we do: OCPP-J ends its handshake without a subprotocol, and then the socket.

    ``text`` is what to offer.
    """

    text: str


def judge(handshake: Handshake, copy: LocalCopy) -> Admitted | NothingInCommon | TurnedAway:
    """The door's verdict: path, then identity, then credentials, then subprotocol."""
    charge_point_id = charge_point_id_of(handshake.path)
    if charge_point_id is None:
        return TurnedAway(HTTPStatus.NOT_FOUND, "charge points connect to /ocpp/<charge point id>")
    if not copy.known:
        return TurnedAway(HTTPStatus.SERVICE_UNAVAILABLE, "the bridge does not know its charge points yet", stale=True)
    point = copy.charge_points.get(charge_point_id)
    if point is None:
        return TurnedAway(HTTPStatus.NOT_FOUND, "no such charge point", stale=True, unknown=True)
    refused = _credentials(handshake, copy, charge_point_id, point.security_profile)
    if refused is not None:
        return refused
    chosen = choose(handshake.subprotocols, point.vendor_profile)
    if chosen is None:
        return NothingInCommon("offer the WebSocket subprotocol ocpp1.6")
    return Admitted(charge_point_id, *chosen)


def charge_point_id_of(path: str) -> str | None:
    """The percent-decoded id of ``/ocpp/<id>``; None when the path is another.

    Slashes too many are no matter: an address that ends in one gets another before the id. Nor is a whole URL.
    """
    written = _PATH.fullmatch(path.partition("?")[0])
    if written is None:
        return None
    try:
        decoded = unquote(written["name"], errors="strict")
    except UnicodeDecodeError:
        return None
    return decoded if len(decoded) <= ID_MOST and decoded.isprintable() else None


def password_of(authorization: Sequence[str], charge_point_id: str) -> bytes | None:
    """The password's raw bytes of a Basic header whose user is the charge point.

    The id may hold colons and the password any byte: keys are sent as their decoded bytes.
    """
    if len(authorization) != 1:
        return None
    scheme, _, value = authorization[0].strip().partition(" ")
    if scheme.casefold() != "basic":
        return None
    try:
        pair = base64.b64decode(value.strip(), validate=True)
    except (binascii.Error, ValueError):
        return None
    user = charge_point_id.encode() + b":"
    return pair[len(user) :] if pair.startswith(user) else None


def _credentials(
    handshake: Handshake, copy: LocalCopy, charge_point_id: str, security_profile: int
) -> TurnedAway | None:
    """OCPP's security profiles: 0 nothing, 1 password, 2 password over TLS, 3 client certificate."""
    if security_profile == 0:
        return None
    if security_profile > 1 and not handshake.is_tls:
        return TurnedAway(HTTPStatus.FORBIDDEN, "this charge point's security profile needs TLS", stale=True)
    if security_profile >= 3:
        if handshake.client_name == charge_point_id:
            return None
        return TurnedAway(HTTPStatus.FORBIDDEN, "this charge point needs its own client certificate", stale=True)
    password = password_of(handshake.authorization, charge_point_id)
    if password is not None and copy.opens_with(charge_point_id, password):
        return None
    return TurnedAway(HTTPStatus.UNAUTHORIZED, "wrong user or password", challenge=True, stale=True)
