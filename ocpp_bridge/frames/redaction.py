"""Frames as people may see them: tags shortened, secrets hidden, certificates and long texts cut."""

import hashlib
import re
from typing import Any
from urllib.parse import urlsplit, urlunsplit

import msgspec

HIDDEN = "***"
TAGS = frozenset({"idtag", "parentidtag"})
SECRETS = frozenset({"password", "authorizationkey", "secret", "passphrase", "privatekey", "apikey"})
BLOBS = frozenset({"certificate", "certificatechain", "csr", "signature", "signingcertificate"})
SECRET_KEY = re.compile(
    r"password|passphrase|secret|authorizationkey|psk|private|token|credential|pin\b", re.IGNORECASE
)
"""Configuration keys (``key`` / ``value`` pairs) whose value is hidden."""
TAG_CHARS, BLOB_CHARS, TEXT_CHARS = 2, 24, 500
BEGINNING = 300
_ACTION = re.compile(r'\s*\[\s*2\s*,\s*"[\w-]{1,64}"\s*,\s*"[A-Z][A-Za-z]{2,40}"')
_WORD = re.compile(r'(?P<name>"[A-Za-z]{1,40}"(?=\s*:))|"(?:[^"\\]|\\.)*"?|\w{3,}')


def shown(data: bytes, *, whole: bool) -> Any:
    """A frame as JSON with nothing in it that must not be seen; a text where it is no JSON or not ``whole``."""
    if whole:
        try:
            return redacted(msgspec.json.decode(data))
        except (msgspec.DecodeError, UnicodeDecodeError, RecursionError):
            pass
    return _structure(data.decode("utf-8", "replace"))


def redacted(value: Any, field: str = "") -> Any:
    """``value`` of the field ``field`` as it may be seen."""
    match value:
        case dict():
            secret = isinstance(value.get("key"), str) and SECRET_KEY.search(value["key"]) is not None
            return {
                name: HIDDEN if secret and name == "value" and inner is not None else redacted(inner, str(name))
                for name, inner in value.items()
            }
        case list():
            return [redacted(inner, field) for inner in value]
        case str():
            return _text(value, field.casefold())
        case int() | float() if field.casefold() in TAGS:
            return _text(str(value), field.casefold())
    return value


def tag_shown(tag: str) -> str:
    """Enough of a tag to tell it from others, not enough to use it: two characters, and a digest of all."""
    return f"{tag[:TAG_CHARS]}…{hashlib.sha256(tag.casefold().encode('utf-8', 'replace')).hexdigest()[:6]}"


def _text(text: str, field: str) -> str:
    if field in TAGS:
        return tag_shown(text)
    if field in SECRETS:
        return HIDDEN
    if field in BLOBS or text.startswith("-----BEGIN"):
        return f"{text[:BLOB_CHARS]}… ({len(text)} characters)" if len(text) > BLOB_CHARS else text
    if "://" in text and "@" in text:
        text = _without_credentials(text)
    return text if len(text) <= TEXT_CHARS else f"{text[:TEXT_CHARS]}… ({len(text)} characters)"


def _without_credentials(text: str) -> str:
    try:
        parts = urlsplit(text)
    except ValueError:
        return HIDDEN
    host = parts.netloc.rpartition("@")[2]
    return urlunsplit(parts._replace(netloc=f"{HIDDEN}@{host}")) if host != parts.netloc else text


def _structure(text: str) -> str:
    """What no reader understands may hold anything anywhere: its beginning, with field names and the action only."""
    head = _ACTION.match(text)
    begin = head.group() if head else ""
    return begin + _WORD.sub(lambda found: found.group() if found.group("name") else "…", text[len(begin) : BEGINNING])
