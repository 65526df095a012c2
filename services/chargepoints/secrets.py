"""Services: payloads and answers as they may be stored and shown: keys and passwords hidden."""

from typing import Any
from urllib.parse import urlsplit, urlunsplit

HIDDEN = "***"
AUTHORIZATION_KEY = "authorizationkey"
_SECRET_PARTS = ("password", "passwd", "secret", "authorizationkey", "authkey", "privatekey", "presharedkey")
"""Vendors' own keys hold secrets too; these words in their names say so."""
_LOCATIONS = ("location", "remoteLocation")


def is_secret(key: object) -> bool:
    """Is this the name of a configuration key whose value nobody may read?"""
    if not isinstance(key, str):
        return False
    folded = "".join(letter for letter in key.casefold() if letter.isalnum())
    return any(part in folded for part in _SECRET_PARTS)


def redacted(action: str, payload: dict[str, Any]) -> dict[str, Any]:
    """A payload as it may be stored and shown."""
    if action == "ChangeConfiguration" and is_secret(payload.get("key")):
        return {**payload, "value": HIDDEN}
    shown = dict(payload)
    for name, value in payload.items():
        if name in _LOCATIONS:
            shown[name] = without_password(value)
        elif isinstance(value, dict):
            shown[name] = redacted(action, value)
    return shown


def redacted_response(response: dict[str, Any] | None) -> dict[str, Any] | None:
    """A charge point's answer as it may be stored and shown."""
    keys = None if response is None else response.get("configurationKey")
    if response is None or not isinstance(keys, list):
        return response
    hidden = [
        {**one, "value": HIDDEN} if isinstance(one, dict) and is_secret(one.get("key")) and "value" in one else one
        for one in keys
    ]
    return {**response, "configurationKey": hidden}


def without_password(location: object) -> str:
    """A URL without its user's password."""
    text = location if isinstance(location, str) else ""
    try:
        parts = urlsplit(text)
        if not parts.password:
            return text
        host = parts.netloc.rpartition("@")[2]
        return urlunsplit(parts._replace(netloc=f"{parts.username}:{HIDDEN}@{host}"))
    except ValueError:
        return HIDDEN
