"""Adapters of the ``Notifier`` port that need no account anywhere (the log, a file), and how all of them are named."""

import json
import os
import re

import structlog

from model.instants import to_text
from model.store.port import Store
from services.adapters.fcm import FcmNotifier
from services.ports import Clock, Notification, Notifier

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
    """The notifier ``KILOWAIT_NOTIFIER`` names: ``log``, ``file:PATH`` or ``fcm:PROJECT``. Raises ``ValueError``."""
    if name == "log":
        return LogNotifier()
    if name.startswith(FILE_PREFIX) and len(name) > len(FILE_PREFIX):
        return FileNotifier(name.removeprefix(FILE_PREFIX))
    if fcm := _FCM.fullmatch(name):
        return FcmNotifier(fcm["project"], store, clock)
    raise ValueError(f"KILOWAIT_NOTIFIER must be 'log', 'file:PATH' or 'fcm:PROJECT', not {name!r}.")
