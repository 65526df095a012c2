"""What FCM refuses in a message, as far as its reference says; for the stand-in."""

import json
import re
from typing import Any

KNOWN = {
    "": {"fid", "token", "notification", "data", "android", "webpush", "apns"},
    "notification": {"title", "body"},
    "android": {"collapse_key", "priority", "ttl", "notification"},
    "android.notification": {"tag", "default_sound"},
    "webpush": {"headers", "notification"},
    "apns": {"headers", "payload"},
}
LONGEST_TTL_S = 28 * 86_400


def violation_of(message: dict[str, Any]) -> tuple[str, str] | None:
    """The first field that is wrong and why; None: the message may go."""
    return _unknown(message) or _bad_data(message) or _bad_address(message) or _bad_headers(message)


def _unknown(message: dict[str, Any]) -> tuple[str, str] | None:
    for path, known in KNOWN.items():
        found: Any = message
        for part in filter(None, path.split(".")):
            found = found.get(part, {})
        for extra in found.keys() - known:
            return f"message.{path}.{extra}", f'Unknown name "{extra}"'
    return None


def _bad_data(message: dict[str, Any]) -> tuple[str, str] | None:
    for key, value in message.get("data", {}).items():
        if key in {"from", "message_type"} or key.startswith(("google", "gcm")):
            return f"message.data.{key}", f"Invalid data payload key: {key}"
        if not isinstance(value, str):
            return f"message.data.{key}", "Not a string"
    paid = {key: value for key, value in message.items() if key not in {"fid", "token"}}
    if len(json.dumps(paid, ensure_ascii=False, separators=(",", ":")).encode()) > 4096:
        return "message", "Message is too big"
    return None


def _bad_address(message: dict[str, Any]) -> tuple[str, str] | None:
    if ("fid" in message) == ("token" in message):
        return "message", "Exactly one target"
    if "fid" in message and not re.fullmatch(r"[\w-]{22}", message["fid"], re.ASCII):
        return "message.fid", "Invalid installation"
    if "token" in message and ":" not in message["token"]:
        return "message.token", "Invalid registration"
    return None


def _bad_headers(message: dict[str, Any]) -> tuple[str, str] | None:
    ttl = message["android"]["ttl"]
    if not re.fullmatch(r"\d+s", ttl) or int(ttl[:-1]) > LONGEST_TTL_S:
        return "message.android.ttl", "Invalid ttl"
    if not re.fullmatch(r"[\w-]{0,32}", message["webpush"]["headers"].get("Topic", ""), re.ASCII):
        return "message.webpush.headers.Topic", "Invalid topic"
    if len(message["apns"]["headers"]["apns-collapse-id"].encode()) > 64:
        return "message.apns.headers", "BadCollapseId"
    return None
