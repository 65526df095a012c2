"""Adapters: letters that requests ask for, sent by a thread: none waits for a mail server, or tells by its time."""

import queue
import threading
from collections.abc import Callable
from dataclasses import dataclass

import structlog

from services.ports import Mail

TRIES_AFTER_S = (0.0, 2.0, 10.0, 60.0)
MOST_WAITING = 1_000
_LOG = structlog.get_logger("kilowait.mail")


@dataclass(frozen=True, slots=True)
class _Letter:
    to: str
    subject: str
    text: str
    message_id: str


class MailLater:
    """Hands letters to another ``Mail``, and tries again for a minute. What is not sent by then is asked for anew."""

    def __init__(self, mail: Mail, pause: Callable[[float], object] | None = None) -> None:
        self._mail = mail
        self._stopped = threading.Event()
        self._pause = pause or self._stopped.wait
        self._waiting: queue.Queue[_Letter] = queue.Queue(MOST_WAITING)
        self._lock = threading.Lock()
        self._thread: threading.Thread | None = None

    def send(self, to: str, subject: str, text: str, *, message_id: str = "") -> None:
        """See :class:`services.ports.Mail`; returns at once. What cannot wait any more is logged, without its text."""
        try:
            self._waiting.put_nowait(_Letter(to, subject, text, message_id))
        except queue.Full:
            _LOG.error("letter_given_up", why="too many wait")
            return
        with self._lock:
            if self._thread is None or not self._thread.is_alive():
                self._thread = threading.Thread(target=self._run, name="kilowait-mail", daemon=True)
                self._thread.start()

    def flush(self) -> None:
        """Return when all that was handed over has been tried."""
        self._waiting.join()

    def _run(self) -> None:
        while True:
            letter = self._waiting.get()
            try:
                self._send(letter)
            finally:
                self._waiting.task_done()

    def _send(self, letter: _Letter) -> None:
        why = ""
        for after_s in TRIES_AFTER_S:
            if after_s:
                self._pause(after_s)
            try:
                self._mail.send(letter.to, letter.subject, letter.text, message_id=letter.message_id)
            except Exception as error:  # noqa: BLE001 -- whatever it was, the letter is tried again
                why = str(error)
            else:
                return
        _LOG.error("letter_given_up", why=why)
