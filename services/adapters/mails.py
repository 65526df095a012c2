"""The adapters of the ``Mail`` port, as the configuration names them."""

from pathlib import Path

from services.adapters.mail_console import MailConsole
from services.adapters.mail_folder import MailFolder
from services.adapters.secret_manager import PREFIX, read_secret
from services.adapters.smtp_mail import SmtpMail, smtp_server
from services.configuration import Configuration
from services.ports import Clock, Mail, Randomness


def mail_of(configuration: Configuration, clock: Clock, randomness: Randomness) -> Mail:
    """The one post office. Raises ``ValueError`` (``SecretTrouble`` is one), ``OSError`` for a CA that is none."""
    if configuration.mail == "folder":
        return MailFolder(Path(configuration.mail_dir), configuration.mail_from, clock, randomness)
    if configuration.mail == "console":
        return MailConsole(configuration.mail_from, clock)
    password = configuration.mail_password
    if password.startswith(PREFIX):
        password = read_secret(password).decode().strip()
    return SmtpMail(
        smtp_server(configuration.mail),
        configuration.mail_from,
        clock,
        password=password,
        ca_file=configuration.mail_ca,
    )
