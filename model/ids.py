"""Identifiers people type: what is allowed, and how two of them are compared.

Ids are 1-64 characters, NFC, without control characters, shown as created and compared case-folded. Location and
charger ids have no space, ``:`` or ``/`` either, because ``location:charger:session`` names a session.
"""

import base64
import hashlib
import unicodedata
from functools import lru_cache

from model.errors import Invalid

MAX_ID_CHARS = 64
MAX_TAG_CHARS = 255
_MOST_KEY_BYTES = 1080
"""1440 characters of base64: beside another key in one id it is still below Firestore's 1500 bytes."""
_CONTROL = {"Cc", "Cf", "Cs", "Co", "Cn", "Zl", "Zp"}


def check_id(value: str, what: str) -> str:
    """``value`` if it is an id; else :class:`Invalid` naming ``what``."""
    return _check(value, what, MAX_ID_CHARS)


def check_tag(value: str, what: str = "tag") -> str:
    """``value`` if it may be a tag's text; else :class:`Invalid` naming ``what``."""
    return _check(value, what, MAX_TAG_CHARS)


def _check(value: str, what: str, most_chars: int) -> str:
    if not 1 <= len(value) <= most_chars:
        raise Invalid("invalid_id", f"{what} must have 1 to {most_chars} characters.", field=what)
    if unicodedata.normalize("NFC", value) != value:
        raise Invalid("invalid_id", f"{what} must be in Unicode's composed form (NFC).", field=what)
    if any(unicodedata.category(char) in _CONTROL for char in value):
        raise Invalid("invalid_id", f"{what} must have no control characters.", field=what)
    if value in {".", ".."} or (value.startswith("__") and value.endswith("__")):
        raise Invalid("invalid_id", f"{what} must not be '.', '..' or of the form __x__.", field=what)
    return value


def check_place_id(value: str, what: str) -> str:
    """``value`` if it may name a location or a charger; else :class:`Invalid`."""
    check_id(value, what)
    if any(char.isspace() or char in ":/" for char in value):
        raise Invalid("invalid_id", f"{what} must have no space, ':' or '/'.", field=what)
    return value


def fold(value: str) -> str:
    """The form in which ids, usernames and tags are compared."""
    return _folded(value) if len(value) <= MAX_TAG_CHARS else _folded.__wrapped__(value)


@lru_cache(maxsize=4096)
def _folded(value: str) -> str:
    """Remembered, as the same few ids are compared again and again; but for text that is no id."""
    return unicodedata.normalize("NFC", unicodedata.normalize("NFC", value).casefold())


def key(value: str) -> str:
    """``value`` folded and as a document id: base64url without padding. Any string fits, none collides."""
    return exact_key(fold(value))


def exact_key(value: str) -> str:
    """``value`` as it is (charge point ids are case-sensitive), as a document id.

    Text that would not fit (folding can make it longer) is hashed; ``~`` is in no other key.
    """
    data = value.encode()
    if len(data) > _MOST_KEY_BYTES:
        return "~" + hashlib.sha256(data).hexdigest()
    return base64.urlsafe_b64encode(data).rstrip(b"=").decode()


def session_name(location_id: str, charger_id: str, number: int) -> str:
    """``location:charger:number``."""
    return f"{location_id}:{charger_id}:{number}"
