"""Adapters: letters on the console, for one machine and a first look. They hold secrets, so it is asked for by name."""

import sys

from services.adapters.letter import letter_of
from services.ports import Clock


class MailConsole:
    """Writes each letter whole to standard error."""

    def __init__(self, sender: str, clock: Clock) -> None:
        self._sender = sender
        self._clock = clock

    def send(self, to: str, subject: str, text: str, *, message_id: str = "") -> None:
        """See :class:`services.ports.Mail`."""
        letter = letter_of(self._sender, to, subject, text, self._clock.now(), message_id)
        sys.stderr.write(f"--- letter\nTo: {letter['To']}\nSubject: {letter['Subject']}\n\n{text}\n---\n")
        sys.stderr.flush()
