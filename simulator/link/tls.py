"""How a charge point proves who it is and whom it believes: basic authentication and TLS (security profiles 0
to 3).
"""

import ssl
import tempfile
from base64 import b64encode
from functools import lru_cache

import msgspec


class Security(msgspec.Struct, frozen=True, kw_only=True):
    """``profile`` 0: nothing asked for (a password is sent where there is one), 1: basic authentication, 2: with
    TLS, 3: TLS with a certificate of its own. ``ca``, ``certificate`` and ``key`` are PEM; without a ``ca`` the
    machine's own are believed.
    """

    profile: int = 0
    password: bytes | None = None
    ca: str | None = None
    certificate: str | None = None
    key: str | None = None


def headers(charge_point_id: str, security: Security) -> dict[str, str]:
    """The HTTP headers of the handshake."""
    if security.password is None or security.profile == 3:
        return {}
    return {"Authorization": "Basic " + b64encode(charge_point_id.encode() + b":" + security.password).decode()}


def address(central: str, security: Security) -> str:
    """Profiles 2 and 3 go nowhere without TLS, 1 knows none (whitepaper, table 1)."""
    scheme, separator, rest = central.partition("://")
    if security.profile >= 2 and scheme == "ws":
        scheme = "wss"
    return f"{scheme}{separator}{rest}"


def context(address: str, security: Security) -> ssl.SSLContext | None:
    """None for an address without TLS. Raises ``ssl.SSLError`` (an ``OSError``) for PEM that is none."""
    if not address.startswith("wss://"):
        return None
    mutual = security.profile == 3
    return _context(security.ca, security.certificate if mutual else None, security.key if mutual else None)


@lru_cache(maxsize=256)
def _context(ca: str | None, certificate: str | None, key: str | None) -> ssl.SSLContext:
    """Shared by all charge points of the same certificates: one costs more memory than the charge point."""
    made = ssl.create_default_context(cadata=ca)
    made.minimum_version = ssl.TLSVersion.TLSv1_2
    if certificate is not None and key is not None:
        # OpenSSL takes these from files only.
        with tempfile.NamedTemporaryFile("w", suffix=".pem") as file:
            file.write(f"{certificate}\n{key}\n")
            file.flush()
            made.load_cert_chain(file.name)
    return made
