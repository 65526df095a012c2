"""Adapters, Web Push: who we are to push services (RFC 8292): one key pair a deployment, and what it signs."""

import base64
import os
from datetime import datetime, timedelta
from pathlib import Path
from urllib.parse import urlsplit

from cryptography.hazmat.primitives.serialization import Encoding, PublicFormat
from py_vapid import Vapid02

from services.adapters.secret_manager import PREFIX, SecretTrouble, read_secret

VALID_FOR = timedelta(hours=12)
"""Push services take up to a day."""
SIGNED_ANEW = timedelta(hours=1)
MOST_REMEMBERED = 100
_PEM = "-----BEGIN"


class BadKey(ValueError):
    """What is configured is no key; one line that says what is wrong, and nothing of it."""


class VapidKeys:
    """A P-256 key pair."""

    def __init__(self, vapid: Vapid02, subject: str) -> None:
        self._vapid = vapid
        self._subject = subject
        self._signed: dict[str, tuple[datetime, str]] = {}

    @property
    def public_key(self) -> str:
        """What a browser subscribes with (``applicationServerKey``): the point, uncompressed, base64url."""
        point = self._vapid.public_key.public_bytes(Encoding.X962, PublicFormat.UncompressedPoint)
        return base64.urlsafe_b64encode(point).rstrip(b"=").decode()

    def authorization(self, endpoint: str, now: datetime) -> str:
        """The header for a subscription's endpoint."""
        parts = urlsplit(endpoint)
        audience = f"{parts.scheme}://{parts.netloc}"
        known = self._signed.get(audience)
        if known is not None and abs(now - known[0]) < SIGNED_ANEW:
            return known[1]
        claims = {"aud": audience, "sub": self._subject, "exp": int((now + VALID_FOR).timestamp())}
        header = str(self._vapid.sign(claims)["Authorization"])
        known_ones = self._signed if len(self._signed) < MOST_REMEMBERED else {}
        self._signed = {**known_ones, audience: (now, header)}
        return header


def read_keys(value: str, subject: str) -> VapidKeys:
    """The keys a setting names: a file, a secret, or the private key in PEM itself. Raises :class:`BadKey`."""
    try:
        pem = value.encode() if value.lstrip().startswith(_PEM) else None
        if pem is None:
            pem = read_secret(value) if value.startswith(PREFIX) else Path(value).read_bytes()
        return VapidKeys(Vapid02.from_pem(pem), subject)
    except SecretTrouble as error:
        raise BadKey(str(error)) from error
    except OSError as error:
        raise BadKey(f"KILOWAIT_VAPID_KEY names a file that cannot be read ({type(error).__name__}).") from error
    except Exception as error:
        raise BadKey("KILOWAIT_VAPID_KEY is no private key of curve P-256 in PEM.") from error


def new_private_key() -> bytes:
    """A new private key, in PEM."""
    vapid = Vapid02()
    vapid.generate_keys()
    pem: bytes = vapid.private_pem()
    return pem


def keep_keys(path: Path) -> None:
    """Make the key file where there is none, readable by its owner only; of several processes one makes it."""
    if path.exists():
        return
    path.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
    part = path.with_name(f".{path.name}.{os.getpid()}")
    with os.fdopen(os.open(part, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600), "wb") as file:
        file.write(new_private_key())
    try:
        os.link(part, path)  # Fails where another process was first: its key is everybody's.
    except FileExistsError:
        pass
    finally:
        part.unlink()
