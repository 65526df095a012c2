"""Adapters of the ``Notifier`` port that need no account anywhere (the log, a file), and how all of them are named."""

import json
import os
import re
from pathlib import Path
from typing import TYPE_CHECKING

import structlog

from model.instants import to_text
from model.store.port import Store
from services.adapters.fan_out import FanOut, Pushes
from services.adapters.fcm import FcmNotifier
from services.adapters.manager_channels import ManagerChannels, read_channels
from services.adapters.outbound import Outbound
from services.adapters.secret_manager import PREFIX
from services.adapters.web_push import WebPushNotifier
from services.configuration import Configuration
from services.ports import Clock, Mail, Notification, Notifier
from services.variable_values import ways_of

if TYPE_CHECKING:
    from services.adapters.vapid import VapidKeys

_LOG = structlog.get_logger("kilowait.notifications")
FILE_PREFIX = "file:"
_FCM = re.compile(r"fcm:(?P<project>[a-z0-9][a-z0-9.:-]{0,99})")


class LogNotifier:
    """Writes every message to the log, as people would read it."""

    def send(self, notification: Notification) -> None:
        """See :class:`services.ports.Notifier`."""
        _LOG.info(
            notification.text,
            message_id=notification.message_id,
            to=notification.user_id or "managers",
            kind=notification.kind,
        )


class FileNotifier:
    """Appends every message to a file as one line of JSON; several processes may share the file."""

    def __init__(self, file_name: str) -> None:
        self._file_name = file_name

    def send(self, notification: Notification) -> None:
        """See :class:`services.ports.Notifier`. Raises ``OSError``."""
        line = json.dumps(
            {
                "message_id": notification.message_id,
                "user_id": notification.user_id,
                "kind": notification.kind,
                "text": notification.text,
                "collapse_key": notification.collapse_key,
                "expires_at": to_text(notification.expires_at),
                "data": dict(notification.data),
            },
            ensure_ascii=False,
        )
        # One write to a file opened for appending: lines of several processes never mix.
        handle = os.open(self._file_name, os.O_WRONLY | os.O_APPEND | os.O_CREAT, 0o600)
        try:
            os.write(handle, f"{line}\n".encode())
        finally:
            os.close(handle)


def notifier_named(name: str, store: Store, clock: Clock) -> Notifier:
    """The one notifier a word names: ``log``, ``file:PATH`` or ``fcm:PROJECT``. Raises ``ValueError``."""
    if name == "log":
        return LogNotifier()
    if name.startswith(FILE_PREFIX) and len(name) > len(FILE_PREFIX):
        return FileNotifier(name.removeprefix(FILE_PREFIX))
    if fcm := _FCM.fullmatch(name):
        return FcmNotifier(fcm["project"], store, clock)
    raise ValueError(f"KILOWAIT_NOTIFIER must be 'log', 'file:PATH' or 'fcm:PROJECT', not {name!r}.")


def managers_of(configuration: Configuration, clock: Clock) -> ManagerChannels | None:
    """Where managers are told together, if that is among the ways of a deployment. Raises ``ValueError``."""
    if "webhook" not in ways_of(configuration.notifier):
        return None
    try:
        channels = read_channels(configuration.manager_channels)
        return ManagerChannels(channels, clock, Outbound(configuration.private_hosts))
    except ValueError as error:
        raise ValueError(f"KILOWAIT_MANAGER_CHANNELS: {str(error).rstrip('.')}.") from None


def notifier_of(
    configuration: Configuration, store: Store, clock: Clock, mail: Mail, managers: ManagerChannels | None
) -> Notifier:
    """The notifier of a deployment: the one that is named, or all of them side by side. Raises ``ValueError``."""
    names = ways_of(configuration.notifier)
    words = {name.partition(":")[0]: name for name in names}
    if len(names) == 1 and words.keys() <= {"log", "file"}:
        return notifier_named(names[0], store, clock)
    pushes: dict[str, Pushes] = {}
    if "fcm" in words:
        fcm = notifier_named(words["fcm"], store, clock)
        if isinstance(fcm, FcmNotifier):
            pushes["fcm"] = fcm
    if "webpush" in words:
        pushes["webpush"] = WebPushNotifier(
            vapid_keys(configuration), store, clock, Outbound(configuration.private_hosts)
        )
    return FanOut(
        store,
        clock,
        plain={word: notifier_named(words[word], store, clock) for word in ("log", "file") if word in words},
        pushes=pushes,
        mail=mail if "mail" in words else None,
        managers=managers,
        public_url=configuration.public_url,
    )


def vapid_keys(configuration: Configuration) -> "VapidKeys":
    """Who this deployment is to push services. On one machine a key file that is missing is made.

    Raises ``ValueError``, ``OSError``.
    """
    from services.adapters.vapid import keep_keys, read_keys  # noqa: PLC0415 -- loads `cryptography`, for Web Push only

    key, public_url = configuration.vapid_key, configuration.public_url
    if configuration.bus == "local" and "-----" not in key and not key.startswith(PREFIX):
        keep_keys(Path(key))
    subject = configuration.vapid_subject
    subject = subject or (public_url if public_url.startswith("https://") else f"mailto:{configuration.mail_from}")
    return read_keys(key, subject)


def web_push_key_of(configuration: Configuration) -> str:
    """What browsers subscribe with; empty where there is no Web Push. Raises ``ValueError``, ``OSError``."""
    return vapid_keys(configuration).public_key if "webpush" in ways_of(configuration.notifier) else ""
