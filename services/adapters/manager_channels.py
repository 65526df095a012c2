"""Adapters: where the managers of a location are told together: a webhook of their own, Slack, Teams."""

import hashlib
import hmac
import json
from collections.abc import Callable
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from model.errors import Unavailable
from model.ids import fold
from model.instants import to_text
from services.adapters.outbound import BadAddress, Outbound, Unreachable
from services.adapters.rests import Rests, retry_after
from services.adapters.secret_manager import PREFIX, read_secret
from services.ports import Clock, Notification

EVERYWHERE = "*"
SIGNATURE = "Kilowait-Signature"
LEAST_SECRET = 16


@dataclass(frozen=True, slots=True, kw_only=True)
class ManagerChannel:
    """One line of ``KILOWAIT_MANAGER_CHANNELS``. Its address is a secret: who has it can write there."""

    location: str
    """Folded id, or ``*`` for every location."""
    kind: str
    url: str = field(repr=False)
    secret: str = field(default="", repr=False)

    @property
    def name(self) -> str:
        """Tells channels apart, in logs and where something is left to send; nothing of the address is in it."""
        return f"{self.kind}-{hashlib.sha256(self.url.encode()).hexdigest()[:8]}"


def read_channels(value: str) -> tuple[ManagerChannel, ...]:
    """``LOCATION|* webhook|slack|teams URL [SECRET]``, a line each: a file, a secret, or the lines themselves.

    Lines may be parted by ``;`` too. Raises ``ValueError``, one line that holds no address.
    """
    text = value
    if value.startswith(PREFIX):
        text = read_secret(value).decode()
    elif "://" not in value:
        try:
            text = Path(value).read_text("utf-8")
        except (OSError, UnicodeDecodeError) as error:
            raise ValueError(f"it names a file that cannot be read ({type(error).__name__})") from None
    lines = [line.strip() for line in text.replace(";", "\n").splitlines()]
    return tuple(_channel(line, number) for number, line in enumerate(lines, 1) if line and not line.startswith("#"))


def _channel(line: str, number: int) -> ManagerChannel:
    words = line.split()
    if len(words) not in {3, 4} or words[1] not in _BODIES:
        raise ValueError(f"line {number} is not LOCATION webhook|slack|teams ADDRESS [SECRET]")
    secret = words[3] if len(words) == 4 else ""
    if words[1] == "webhook" and len(secret) < LEAST_SECRET:
        raise ValueError(f"line {number}: a webhook needs a secret of {LEAST_SECRET} characters or more to sign with")
    location = EVERYWHERE if words[0] == EVERYWHERE else fold(words[0])
    return ManagerChannel(location=location, kind=words[1], url=words[2], secret=secret)


class ManagerChannels:
    """Posts to them. Threads may share it."""

    def __init__(self, channels: tuple[ManagerChannel, ...], clock: Clock, outbound: Outbound) -> None:
        for one in channels:
            try:
                outbound.check(one.url)
            except BadAddress as error:
                raise ValueError(f"{one.name}: {error}") from None
        self._channels = channels
        self._clock = clock
        self._outbound = outbound
        self._rests = Rests()

    def at(self, location_id: str) -> list[ManagerChannel]:
        """Those of a location."""
        return [one for one in self._channels if one.location in {EVERYWHERE, fold(location_id)}]

    def names(self, location_id: str) -> list[str]:
        """See :class:`services.ports.ManagerPosts`."""
        return [one.name for one in self.at(location_id)]

    def tell(self, name: str, notification: Notification) -> None:
        """See :class:`services.ports.ManagerPosts`."""
        found = [one for one in self.at(notification.data.get("location_id", "")) if one.name == name]
        if not found:
            raise Unavailable("channel_failed", f"{name} is no channel of that location.")
        self.post(found[0], notification)

    def post(self, channel: ManagerChannel, notification: Notification) -> None:
        """Tell one of them. Raises :class:`Unavailable`: it is tried again, with the same key."""
        now = self._clock.now()
        self._rests.refuse(channel.name, now)
        body = json.dumps(_BODIES[channel.kind](notification), ensure_ascii=False).encode()
        headers = {"Content-Type": "application/json", "Idempotency-Key": notification.message_id}
        if channel.secret:
            headers[SIGNATURE] = signature(channel.secret, body, int(now.timestamp()))
        try:
            answer = self._outbound.post(channel.url, body, headers)
        except (BadAddress, Unreachable) as error:
            if isinstance(error, Unreachable) and error.silent:
                self._rests.rest(channel.name, now)
            raise Unavailable("channel_failed", f"{channel.name}: {error}") from None
        if not answer.good:
            if rest := retry_after(answer.headers.get("retry-after", ""), now):
                self._rests.rest(channel.name, now, rest)
            raise Unavailable("channel_failed", f"{channel.name} answered {answer.status}.")


def signature(secret: str, body: bytes, seconds: int) -> str:
    """``t=SECONDS,v1=HEX``: HMAC-SHA-256 of ``SECONDS.`` and the body."""
    digest = hmac.new(secret.encode(), f"{seconds}.".encode() + body, hashlib.sha256).hexdigest()
    return f"t={seconds},v1={digest}"


def _plain(notification: Notification) -> dict[str, Any]:
    return {
        **notification.data,
        "message_id": notification.message_id,
        "event": notification.kind,
        "title": notification.title,
        "text": notification.text,
        "expires_at": to_text(notification.expires_at),
    }


def _slack(notification: Notification) -> dict[str, Any]:
    title, text = (
        part.replace("&", "&amp;").replace("<", "&lt;").replace(">", "&gt;")
        for part in (notification.title, notification.text)
    )
    return {"text": f"*{title}*\n{text}"}


def _teams(notification: Notification) -> dict[str, Any]:
    lines = [
        {"type": "TextBlock", "text": notification.title, "weight": "Bolder", "wrap": True},
        {"type": "TextBlock", "text": notification.text, "wrap": True},
    ]
    card = {
        "$schema": "http://adaptivecards.io/schemas/adaptive-card.json",
        "type": "AdaptiveCard",
        "version": "1.4",
        "body": lines,
    }
    attachment = {"contentType": "application/vnd.microsoft.card.adaptive", "content": card}
    return {"type": "message", "attachments": [attachment]}


_BODIES: dict[str, Callable[[Notification], dict[str, Any]]] = {"webhook": _plain, "slack": _slack, "teams": _teams}
