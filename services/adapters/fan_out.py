"""Adapters: the ``Notifier`` that sends each message by the ways its readers want and have."""

from collections.abc import Callable, Iterator, Mapping, Sequence
from typing import Protocol

import structlog

from model.account import User
from model.store.port import Store
from services.adapters.manager_channels import ManagerChannels
from services.notifying.catalogue import language_named
from services.notifying.choosing import channels_for
from services.notifying.readers import readers
from services.notifying.table import Channel, row_of
from services.ports import Clock, Mail, Notification, Notifier, Undelivered

_LOG = structlog.get_logger("kilowait.notifications")
Send = Callable[[], None]


class Pushes(Protocol):
    """FCM, Web Push."""

    def send_to(self, notification: Notification, people: Sequence[User]) -> None:
        """Send to the devices of these people."""


class FanOut:
    """Each way is tried on its own: one that fails keeps no other from being sent, and is the only one tried again.

    Readers are read once a message. Threads may share it.
    """

    def __init__(
        self,
        store: Store,
        clock: Clock,
        *,
        plain: Mapping[str, Notifier] | None = None,
        pushes: Mapping[str, Pushes] | None = None,
        mail: Mail | None = None,
        managers: ManagerChannels | None = None,
        public_url: str = "",
    ) -> None:
        self._store = store
        self._clock = clock
        self._plain = plain or {}
        self._pushes = pushes or {}
        self._mail = mail
        self._managers = managers
        self._public_url = public_url

    def send(self, notification: Notification) -> None:
        """See :class:`services.ports.Notifier`. Raises :class:`Undelivered` with the ways that are left, if some went;
        ``ConnectionError`` if none did.
        """
        left: list[str] = []
        reasons: list[str] = []
        sent = 0
        for way, send in self._ways(notification):
            if notification.ways and way not in notification.ways:
                continue
            try:
                send()
            except Exception as error:  # noqa: BLE001 -- whatever it was: the other ways go on, this one is tried again
                left.append(way)
                reasons.append(f"{way}: {error}")
            else:
                sent += 1
        if left and not sent:  # As a whole: nothing new is to be kept of it.
            raise ConnectionError("; ".join(reasons))
        if left:
            raise Undelivered(left, "; ".join(reasons))

    def _ways(self, notification: Notification) -> Iterator[tuple[str, Send]]:
        for name, notifier in self._plain.items():
            yield name, lambda notifier=notifier: notifier.send(notification)  # type: ignore[misc]
        if self._managers is not None and Channel.CHAT in row_of(notification.kind).channels:
            managers = self._managers
            for one in managers.at(notification.data.get("location_id", "")):
                yield one.name, lambda one=one: managers.post(one, notification)  # type: ignore[misc]
        if not self._pushes and self._mail is None:
            return
        now = self._clock.now()
        if notification.expires_at is not None and notification.expires_at <= now:
            _LOG.info("notification_expired", message_id=notification.message_id, kind=notification.kind)
            return
        chosen = [
            (user, channels_for(notification, user, self._has(user), now))
            for user in readers(self._store, notification.user_id)
        ]
        pushed = [user for user, channels in chosen if Channel.PUSH in channels]
        for name, push in self._pushes.items() if pushed else ():
            yield name, lambda push=push: push.send_to(notification, pushed)  # type: ignore[misc]
        for user, channels in chosen:
            if Channel.MAIL in channels:
                yield f"mail:{user.user_id}", lambda user=user: self._write(notification, user)  # type: ignore[misc]

    def _has(self, user: User) -> frozenset[Channel]:
        found = set()
        if self._pushes and any(device.notification_token for device in user.devices):
            found.add(Channel.PUSH)
        if self._mail is not None and user.email:
            found.add(Channel.MAIL)
        return frozenset(found)

    def _write(self, notification: Notification, user: User) -> None:
        if self._mail is None:
            return
        said, phrases = notification.in_language(user.language), language_named(user.language).phrases
        link = phrases["open"].format(link=self._public_url) if self._public_url else ""
        text = "\n\n".join(part for part in (said.text, link, phrases["footer"]) if part)
        self._mail.send(user.email, said.title or "Kilowait", f"{text}\n", message_id=said.message_id)
