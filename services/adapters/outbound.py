"""Adapters: requests to addresses that people gave us. They reach the public internet only, unless a host is let in."""

import ipaddress
import socket
import time
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from functools import cached_property
from typing import TYPE_CHECKING, Any
from urllib.parse import urlsplit

if TYPE_CHECKING:
    import httpcore

TIMEOUT_S = 5.0
"""For connecting, for writing, and for the answer, each."""
LONGEST_S = 10.0
MOST_BYTES = 4096
"""Of an answer: more is not looked at."""
_NAT64 = ipaddress.ip_network("64:ff9b::/96")
_PORTS = {"http": 80, "https": 443}


class BadAddress(ValueError):
    """An address that nothing is sent to; one line that says why."""


class Unreachable(Exception):
    """There was no answer. ``silent``: it took all the time there was."""

    def __init__(self, why: str, *, silent: bool) -> None:
        super().__init__(why)
        self.silent = silent


@dataclass(frozen=True, slots=True, kw_only=True)
class Answer:
    """What came back; the names of headers are in lower case."""

    status: int
    headers: Mapping[str, str] = field(default_factory=dict)
    body: bytes = b""

    @property
    def good(self) -> bool:
        """Whether it was taken."""
        return 200 <= self.status < 300


class Outbound:
    """Posts to an address. Redirects are not followed; a name is looked up once and its address checked and used.

    ``private_hosts`` (``host`` or ``host:port``) may be private addresses, and need no TLS. Threads may share it.
    """

    def __init__(self, private_hosts: Iterable[str] = (), timeout_s: float = TIMEOUT_S) -> None:
        self._private_hosts = frozenset(host.lower() for host in private_hosts)
        self._timeout_s = timeout_s

    def check(self, url: str) -> str:
        """The host and port of an address that is fit to be kept. Raises :class:`BadAddress`; looks nothing up."""
        try:
            parts = urlsplit(url)
            host, port = (parts.hostname or "").lower(), parts.port or _PORTS.get(parts.scheme, 0)
        except ValueError:
            raise BadAddress("This is no address.") from None
        if parts.scheme not in _PORTS or not host or parts.username or parts.password or not url.isascii():
            raise BadAddress("An address begins with https:// and names a host, and nobody's password.")
        if any(character <= " " for character in url):
            raise BadAddress("An address has no spaces.")
        if self._let_in(host, port):
            return f"{host}:{port}"
        if parts.scheme != "https":
            raise BadAddress("An address begins with https://.")
        try:
            literal = ipaddress.ip_address(host)
        except ValueError:
            return f"{host}:{port}"
        if not is_public(literal):
            raise BadAddress("This address is private.")
        return f"{host}:{port}"

    def post(self, url: str, body: bytes, headers: Mapping[str, str]) -> Answer:
        """Send. Raises :class:`BadAddress`, :class:`Unreachable`."""
        import httpcore  # noqa: PLC0415 -- for the first message

        self.check(url)
        ends = time.monotonic() + LONGEST_S
        limits = dict.fromkeys(("connect", "read", "write", "pool"), self._timeout_s)
        sent = {"User-Agent": "Kilowait", **headers, "Content-Length": str(len(body))}
        try:
            with self._pool.stream(
                "POST", url, headers=[("Host", _host(url)), *sent.items()], content=body, extensions={"timeout": limits}
            ) as response:
                found = bytearray()
                for part in response.iter_stream():
                    found += part
                    if len(found) >= MOST_BYTES or time.monotonic() > ends:
                        break
                known = {name.decode("latin-1").lower(): text.decode("latin-1") for name, text in response.headers}
                return Answer(status=response.status, headers=known, body=bytes(found[:MOST_BYTES]))
        except httpcore.TimeoutException as error:
            raise Unreachable(type(error).__name__, silent=True) from None
        except (httpcore.NetworkError, httpcore.ProtocolError, OSError) as error:
            raise Unreachable(type(error).__name__, silent=False) from None

    def _let_in(self, host: str, port: int) -> bool:
        return host in self._private_hosts or f"{host}:{port}" in self._private_hosts

    @cached_property
    def _pool(self) -> "httpcore.ConnectionPool":
        import httpcore  # noqa: PLC0415 -- as above

        outbound = self

        class Guarded(httpcore.SyncBackend):
            """Connects to the very address that was checked: a name that changes in between changes nothing."""

            def connect_tcp(self, host: str, port: int, *rest: Any, **more: Any) -> httpcore.NetworkStream:
                return super().connect_tcp(outbound._checked(host, port), port, *rest, **more)

        return httpcore.ConnectionPool(network_backend=Guarded(), keepalive_expiry=20, max_connections=20)

    def _checked(self, host: str, port: int) -> str:
        if self._let_in(host, port):
            return host
        found = [str(entry[4][0]) for entry in socket.getaddrinfo(host, port, type=socket.SOCK_STREAM)]
        if not all(is_public(ipaddress.ip_address(address)) for address in found):
            raise BadAddress("This name leads to a private address.")
        return found[0]


def is_public(address: ipaddress.IPv4Address | ipaddress.IPv6Address) -> bool:
    """Whether an address is of the public internet, also where it stands for an IPv4 address."""
    if isinstance(address, ipaddress.IPv6Address):
        inner = address.ipv4_mapped or address.sixtofour
        if address in _NAT64:
            inner = ipaddress.IPv4Address(int(address) & 0xFFFFFFFF)
        if inner is not None:
            return is_public(inner)
        if address.teredo is not None:
            return False
    return address.is_global and not address.is_multicast


def _host(url: str) -> str:
    parts = urlsplit(url)
    return parts.netloc
