"""Adapters: the ``Mail`` port over SMTP (RFC 5321), encrypted unless it is said otherwise."""

import re
import smtplib
import ssl
from dataclasses import dataclass
from urllib.parse import unquote, urlsplit

from model.errors import Unavailable
from services.adapters.letter import letter_of
from services.ports import Clock

TIMEOUT_S = 10.0
_PORTS = {"smtp": 587, "smtps": 465, "smtp+plain": 25}
_HOST = re.compile(r"[A-Za-z0-9.:-]{1,253}")


@dataclass(frozen=True, slots=True, kw_only=True)
class SmtpServer:
    """``smtp`` upgrades the connection (STARTTLS) or fails, ``smtps`` is TLS from the start, ``smtp+plain`` is none."""

    scheme: str
    host: str
    port: int
    user: str = ""


def smtp_server(address: str) -> SmtpServer:
    """``smtp://user@host:587``, ``smtps://…`` or ``smtp+plain://…`` read. Raises ``ValueError``, one line."""
    parts = urlsplit(address)
    if parts.scheme not in _PORTS or not _HOST.fullmatch(parts.hostname or ""):
        raise ValueError("it names no server, as smtp://user@host:587 does")
    if parts.password is not None:
        raise ValueError("the password has a variable of its own, KILOWAIT_MAIL_PASSWORD")
    if parts.path.strip("/") or parts.query or parts.fragment:
        raise ValueError("there is nothing after the port")
    return SmtpServer(
        scheme=parts.scheme,
        host=parts.hostname or "",
        port=parts.port or _PORTS[parts.scheme],
        user=unquote(parts.username or ""),
    )


class SmtpMail:
    """One connection a letter: they are few. Threads may share it."""

    def __init__(
        self,
        server: SmtpServer,
        sender: str,
        clock: Clock,
        *,
        password: str = "",
        ca_file: str = "",
        timeout_s: float = TIMEOUT_S,
    ) -> None:
        self._server = server
        self._sender = sender
        self._clock = clock
        self._password = password
        self._tls = ssl.create_default_context(cafile=ca_file or None)
        self._timeout_s = timeout_s

    def send(self, to: str, subject: str, text: str, *, message_id: str = "") -> None:
        """See :class:`services.ports.Mail`. What goes wrong is told by its kind only: a server's words may quote."""
        letter = letter_of(self._sender, to, subject, text, self._clock.now(), message_id)
        try:
            with self._connected() as smtp:
                smtp.send_message(letter)
        except (OSError, smtplib.SMTPException) as error:
            code = getattr(error, "smtp_code", None)
            why = type(error).__name__ if code is None else f"{type(error).__name__} {code}"
            raise Unavailable("mail_unavailable", f"The letter could not be sent ({why}).", retry_after_s=60) from None

    def _connected(self) -> smtplib.SMTP:
        where = self._server
        server: smtplib.SMTP
        if where.scheme == "smtps":
            server = smtplib.SMTP_SSL(where.host, where.port, timeout=self._timeout_s, context=self._tls)
        else:
            server = smtplib.SMTP(where.host, where.port, timeout=self._timeout_s)
        try:
            if where.scheme == "smtp":
                server.starttls(context=self._tls)
            if where.user:
                server.login(where.user, self._password)
        except BaseException:
            server.close()
            raise
        return server
