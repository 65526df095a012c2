"""Adapters: the ``Notifier`` port on Web Push (RFC 8030, 8291, 8292): an encrypted message to each browser."""

import base64
import hashlib
import json
import threading
from collections import OrderedDict
from collections.abc import Sequence
from datetime import datetime, timedelta
from typing import TYPE_CHECKING, Any

import structlog

from model.account import Device, User
from model.errors import Unavailable
from model.instants import to_text
from model.store.port import Store
from services.accounts.devices import Addressee, devices_of, forget_device
from services.adapters.outbound import Answer, BadAddress, Outbound, Unreachable
from services.adapters.rests import Rests, retry_after
from services.notifying.choosing import push_readers
from services.notifying.table import row_of
from services.ports import Clock, Notification

if TYPE_CHECKING:
    from services.adapters.vapid import VapidKeys

MOST_TEXT = 2_000
"""Bytes of a sentence: with its ids it stays below the 4,096 that push services take encrypted."""
LONGEST_TTL = timedelta(days=28)
TOPIC_CHARS = 32
"""RFC 8030, 5.4: the alphabet of base64url, 32 characters at most."""
GONE = frozenset({404, 410})
MOST_REMEMBERED = 256
_LOG = structlog.get_logger("kilowait.notifications")


class WebPushNotifier:
    """Sends what is not over yet; takes browsers off whose subscription has ended. Threads may share it.

    A repeat goes only to the browsers that have not had the message, as far as this process remembers; in the others
    it would take the place of the first, as it has the same id.
    """

    def __init__(self, keys: "VapidKeys", store: Store, clock: Clock, outbound: Outbound) -> None:
        self._keys = keys
        self._store = store
        self._clock = clock
        self._outbound = outbound
        self._rests = Rests()
        self._lock = threading.Lock()
        self._had: OrderedDict[str, set[str]] = OrderedDict()

    def send(self, notification: Notification) -> None:
        """See :class:`services.ports.Notifier`. Raises :class:`Unavailable` until every browser has it or is gone."""
        self.send_to(notification, push_readers(self._store, notification, self._clock.now()))

    def send_to(self, notification: Notification, people: Sequence[User]) -> None:
        """Send to the browsers of these people, each in their language. Raises as :meth:`send`."""
        now = self._clock.now()
        if notification.expires_at is not None and notification.expires_at <= now:
            _LOG.info("notification_expired", message_id=notification.message_id, kind=notification.kind)
            return
        with self._lock:
            had = frozenset(self._had.get(notification.message_id, ()))
        waiting = [one for one in devices_of(people) if one.device.p256dh and one.device.notification_token not in had]
        failed = [why for one in waiting if (why := self._sent(notification, one, now))]
        if failed:
            reasons = ", ".join(sorted(set(failed)))
            raise Unavailable("web_push_failed", f"Web Push failed for {len(failed)} of {len(waiting)}: {reasons}.")
        with self._lock:
            self._had.pop(notification.message_id, None)

    def _sent(self, notification: Notification, to: Addressee, now: datetime) -> str:
        """Why a browser has not got it; empty: it has, or never will."""
        endpoint, host = to.device.notification_token, ""
        try:
            host = self._outbound.check(endpoint)
            self._rests.refuse(host, now)
            body = encrypted(payload(notification.in_language(to.language)), to.device)
            answer = self._outbound.post(endpoint, body, self._headers(notification, endpoint, now))
        except (BadAddress, ValueError) as error:
            self._gone(to, type(error).__name__)
            return ""
        except Unreachable as error:
            if error.silent:
                self._rests.rest(host, now)
            return str(error)
        except Unavailable as error:
            return error.code
        return self._judged(notification, to, answer, host, now)

    def _judged(self, notification: Notification, to: Addressee, answer: Answer, host: str, now: datetime) -> str:
        if answer.good:
            with self._lock:
                self._had.setdefault(notification.message_id, set()).add(to.device.notification_token)
                while len(self._had) > MOST_REMEMBERED:
                    self._had.popitem(last=False)
            return ""
        if answer.status in GONE:
            self._gone(to, str(answer.status))
            return ""
        if answer.status in {401, 403}:
            _LOG.error("web_push_refuses_us", host=host, status=answer.status, advice="Was the VAPID key changed?")
        elif rest := retry_after(answer.headers.get("retry-after", ""), now):
            self._rests.rest(host, now, rest)
        return str(answer.status)

    def _gone(self, to: Addressee, reason: str) -> None:
        forget_device(self._store, to.user_id, to.device)
        _LOG.info("device_removed", user_id=to.user_id, address=shown(to.device.notification_token), reason=reason)

    def _headers(self, notification: Notification, endpoint: str, now: datetime) -> dict[str, str]:
        row = row_of(notification.kind)
        left = row.ttl if notification.expires_at is None else notification.expires_at - now
        headers = {
            "TTL": str(int(min(max(left, timedelta(0)), LONGEST_TTL).total_seconds())),
            "Urgency": "high" if row.urgent else "normal",
            "Content-Encoding": "aes128gcm",
            "Content-Type": "application/octet-stream",
            "Authorization": self._keys.authorization(endpoint, now),
        }
        if notification.collapse_key:
            digest = base64.urlsafe_b64encode(hashlib.sha256(notification.collapse_key.encode()).digest())
            headers["Topic"] = digest.decode()[:TOPIC_CHARS]
        return headers


def payload(notification: Notification) -> dict[str, Any]:
    """What the service worker is told; ids are never cut, a text too long is."""
    text = notification.text.encode("utf-8", "replace")
    cut = text if len(text) <= MOST_TEXT else text[: MOST_TEXT - 3] + "…".encode()
    return {
        **notification.data,
        "message_id": notification.message_id,
        "event": notification.kind,
        "title": notification.title or "Kilowait",
        "text": cut.decode("utf-8", "ignore"),
        "urgent": row_of(notification.kind).urgent,
        "expires_at": to_text(notification.expires_at),
    }


def encrypted(plain: dict[str, Any], device: Device) -> bytes:
    """The payload for one browser (RFC 8291). Raises ``ValueError`` for keys that are none."""
    import http_ece  # noqa: PLC0415 -- for the first message
    from cryptography.hazmat.primitives.asymmetric.ec import SECP256R1, generate_private_key  # noqa: PLC0415

    body: bytes = http_ece.encrypt(
        json.dumps(plain, ensure_ascii=False, separators=(",", ":")).encode(),
        private_key=generate_private_key(SECP256R1()),
        dh=key_bytes(device.p256dh, 65),
        auth_secret=key_bytes(device.auth, 16),
        version="aes128gcm",
    )
    return body


def key_bytes(text: str, length: int) -> bytes:
    """A subscription's key, base64url with or without padding. Raises ``ValueError`` unless it has so many bytes."""
    found = base64.b64decode(text.rstrip("=") + "=" * (-len(text.rstrip("=")) % 4), altchars=b"-_", validate=True)
    if len(found) != length:
        raise ValueError(f"a key has {length} bytes, not {len(found)}")
    return found


def shown(endpoint: str) -> str:
    """Enough of an endpoint to find it again; not enough to write to it."""
    return f"{endpoint[:24]}…"
