"""Adapters, FCM: a notification as an HTTP v1 message. Pure; imported with the client, so lazily."""

import base64
import hashlib
import json
from datetime import datetime, timedelta

from firebase_admin import messaging

from model.instants import to_text
from services.adapters.fcm_address import Target, target_of
from services.notifying.catalogue import DEFAULT, language_named
from services.notifying.table import Row, row_of
from services.ports import Notification

MOST_BYTES = 4096
"""FCM refuses more. The whole message is counted here, which is more than FCM counts."""
LONGEST_TTL = timedelta(days=28)
APNS_ID_BYTES = 64
TOPIC_CHARS = 32
"""RFC 8030, 5.4: the alphabet of base64url, 32 characters at most."""
ELLIPSIS = "…"


def message_of(notification: Notification, address: str, now: datetime) -> messaging.Message:
    """The message for one device. A text too long is cut; ids never are."""
    text = notification.text.encode("utf-8", "replace").decode()
    message = _message(notification, text, address, now)
    too_much = _size(message) - len(address) - MOST_BYTES
    if too_much > 0:
        message.notification.body = _cut(text, _bytes(text) - too_much)
    return message


def _cut(text: str, most_bytes: int) -> str:
    left = most_bytes - _bytes(ELLIPSIS)
    for index, character in enumerate(text):
        left -= _bytes(character)
        if left < 0:
            return text[:index] + ELLIPSIS
    return text


def _bytes(text: str) -> int:
    """What ``text`` takes inside JSON."""
    return len(json.dumps(text, ensure_ascii=False).encode()) - len('""')


def _message(notification: Notification, text: str, address: str, now: datetime) -> messaging.Message:
    kind = row_of(notification.kind)
    ttl = _ttl(notification, kind, now)
    message = messaging.Message(
        notification=messaging.Notification(title=_title(notification), body=text),
        data=_data(notification),
        android=_android(notification, kind, ttl),
        webpush=_webpush(notification, kind, ttl),
        apns=_apns(notification, kind, now + ttl),
        fid=address,
    )
    if target_of(address) is Target.TOKEN:
        # Set, not passed: passing warns that it is deprecated, which is the app's business, not the operator's.
        message.fid, message.token = None, address
    return message


def _title(notification: Notification) -> str:
    return notification.title or language_named(DEFAULT).titles.get(notification.kind, "Kilowait")


def _data(notification: Notification) -> dict[str, str]:
    data = {**notification.data, "event": notification.kind, "message_id": notification.message_id}
    deadline = to_text(notification.expires_at)
    return data if deadline is None else data | {"expires_at": deadline}


def _ttl(notification: Notification, kind: Row, now: datetime) -> timedelta:
    left = kind.ttl if notification.expires_at is None else notification.expires_at - now
    return timedelta(seconds=min(max(left, timedelta(0)), LONGEST_TTL) // timedelta(seconds=1))


def _android(notification: Notification, kind: Row, ttl: timedelta) -> messaging.AndroidConfig:
    return messaging.AndroidConfig(
        collapse_key=notification.collapse_key or None,
        priority="high" if kind.urgent else "normal",
        ttl=ttl,
        notification=messaging.AndroidNotification(
            tag=notification.message_id,  # a repeat takes the place of what is shown already
            default_sound=True if kind.urgent else None,
        ),
    )


def _webpush(notification: Notification, kind: Row, ttl: timedelta) -> messaging.WebpushConfig:
    headers = {"TTL": str(int(ttl.total_seconds())), "Urgency": "high" if kind.urgent else "normal"}
    if notification.collapse_key:
        headers["Topic"] = _digest(notification.collapse_key)[:TOPIC_CHARS]
    return messaging.WebpushConfig(
        headers=headers, notification=messaging.WebpushNotification(tag=notification.message_id)
    )


def _apns(notification: Notification, kind: Row, until: datetime) -> messaging.APNSConfig:
    collapse_id = notification.collapse_key or notification.message_id
    if len(collapse_id.encode()) > APNS_ID_BYTES:
        collapse_id = _digest(collapse_id)
    headers = {
        "apns-collapse-id": collapse_id,
        "apns-expiration": str(int(until.timestamp())),
        "apns-priority": "10" if kind.urgent else "5",
    }
    sound = messaging.APNSPayload(aps=messaging.Aps(sound="default")) if kind.urgent else None
    return messaging.APNSConfig(headers=headers, payload=sound)


def _digest(text: str) -> str:
    return base64.urlsafe_b64encode(hashlib.sha256(text.encode()).digest()).rstrip(b"=").decode()


def _size(message: messaging.Message) -> int:
    return len(json.dumps(json.loads(str(message)), ensure_ascii=False, separators=(",", ":")).encode())
