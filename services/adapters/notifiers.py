"""Adapters of the ``Notifier`` port that need no account anywhere: the log, and a file with one message a line."""

import json
import os

import structlog

from model.instants import to_text
from services.ports import Notification, Notifier

_LOG = structlog.get_logger("kilowait.notifications")
FILE_PREFIX = "file:"


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


def notifier_named(name: str) -> Notifier:
    """The notifier ``KILOWAIT_NOTIFIER`` names: ``log`` or ``file:PATH``. Raises ``ValueError``."""
    if name == "log":
        return LogNotifier()
    if name.startswith(FILE_PREFIX) and len(name) > len(FILE_PREFIX):
        return FileNotifier(name.removeprefix(FILE_PREFIX))
    raise ValueError(f"KILOWAIT_NOTIFIER must be 'log' or 'file:PATH', not {name!r}.")
