"""Adapters: one plain-text letter as e-mail has it (RFC 5322)."""

import hashlib
from datetime import datetime
from email.message import EmailMessage
from email.policy import SMTPUTF8
from email.utils import format_datetime, make_msgid, parseaddr


def letter_of(sender: str, to: str, subject: str, text: str, now: datetime, message_id: str = "") -> EmailMessage:
    """A letter; the same ``message_id`` gives the same Message-ID, by which readers' programs know a repeat.

    Raises ``ValueError`` where an address or a subject has a line break in it.
    """
    letter = EmailMessage(policy=SMTPUTF8)
    letter["From"] = sender
    letter["To"] = to
    letter["Subject"] = subject
    letter["Date"] = format_datetime(now)
    letter["Message-ID"] = _message_id(sender, to, message_id)
    letter["Auto-Submitted"] = "auto-generated"
    letter.set_content(text, cte="8bit")  # as it is: links can be read and copied from the source
    return letter


def _message_id(sender: str, to: str, message_id: str) -> str:
    domain = parseaddr(sender)[1].rpartition("@")[2] or "kilowait"
    if not message_id:
        return make_msgid(domain=domain)
    return f"<{hashlib.sha256(f'{message_id} {to}'.encode()).hexdigest()[:40]}@{domain}>"
