"""Letters over SMTP, against a mail server on this machine: encrypted, with a login, and what goes wrong."""

import email
import email.policy
import ssl
from collections.abc import Iterator
from typing import Any

import pytest
import trustme
from aiosmtpd.controller import Controller
from aiosmtpd.smtp import AuthResult, Envelope

from model.errors import Unavailable
from services.adapters.mail_later import MailLater
from services.adapters.smtp_mail import SmtpMail, SmtpServer, smtp_server
from standalone.ports import free_ports
from tests.fakes.clock import FakeClock
from tests.fakes.mail import FakeMail

PASSWORD = "mail-password-of-the-tests"


class Inbox:
    """Keeps letters; ``refuses`` is said instead of taking one."""

    def __init__(self) -> None:
        self.letters: list[Any] = []
        self.refuses = ""

    async def handle_DATA(  # noqa: N802 -- aiosmtpd's name
        self, _server: Any, _session: Any, envelope: Envelope
    ) -> str:
        if self.refuses:
            return self.refuses
        assert isinstance(envelope.content, bytes)
        self.letters.append(email.message_from_bytes(envelope.content, policy=email.policy.default))
        return "250 OK"


@pytest.fixture(scope="module")
def authority() -> trustme.CA:
    return trustme.CA()


@pytest.fixture(scope="module")
def server(authority: trustme.CA) -> Iterator[tuple[Inbox, int]]:
    context = ssl.create_default_context(ssl.Purpose.CLIENT_AUTH)
    authority.issue_cert("localhost").configure_cert(context)

    def login(_server: Any, _session: Any, _envelope: Any, _mechanism: str, data: Any) -> AuthResult:
        return AuthResult(success=(data.login, data.password) == (b"kilowait", PASSWORD.encode()), handled=False)

    inbox = Inbox()
    [port] = free_ports(1)
    controller = Controller(
        inbox, hostname="localhost", port=port, tls_context=context, require_starttls=True, authenticator=login,
        auth_required=True, ready_timeout=5,
    )  # fmt: skip
    controller.start()
    yield inbox, port
    controller.stop()


@pytest.fixture
def inbox(server: tuple[Inbox, int]) -> Inbox:
    server[0].letters.clear()
    server[0].refuses = ""
    return server[0]


@pytest.fixture
def ca_file(authority: trustme.CA, tmp_path: Any) -> str:
    path = tmp_path / "ca.pem"
    authority.cert_pem.write_to_path(str(path))
    return str(path)


def mail(server: tuple[Inbox, int], ca_file: str = "", scheme: str = "smtp", **more: Any) -> SmtpMail:
    at = SmtpServer(scheme=scheme, host="localhost", port=server[1], user=more.pop("user", "kilowait"))
    return SmtpMail(at, "Kilowait <kilowait@example.org>", FakeClock(), ca_file=ca_file, timeout_s=5, **more)


def test_a_letter_arrives_whole_over_tls(server, inbox, ca_file):
    mail(server, ca_file, password=PASSWORD).send("änn@example.org", "Größe", "Grüße\n.\nhttps://e.org/?a=b\n")
    [letter] = inbox.letters
    assert (letter["To"], letter["Subject"], letter["Auto-Submitted"]) == ("änn@example.org", "Größe", "auto-generated")
    assert letter.get_content().replace("\r\n", "\n") == "Grüße\n.\nhttps://e.org/?a=b\n"


def test_a_repeat_is_the_same_letter_and_another_reader_has_another(server, inbox, ca_file):
    for to in ("a@example.org", "a@example.org", "b@example.org"):
        mail(server, ca_file, password=PASSWORD).send(to, "x", "y", message_id="yard:7:0")
    ids = [letter["Message-ID"] for letter in inbox.letters]
    assert ids[0] == ids[1] != ids[2]
    assert ids[0].endswith("@example.org>")


@pytest.mark.parametrize(
    "wrong", [{"password": "wrong"}, {"scheme": "smtp+plain", "password": PASSWORD}, {"user": ""}], ids=str
)
def test_what_goes_wrong_is_unavailable_and_says_no_secret(server, inbox, ca_file, wrong):
    with pytest.raises(Unavailable, match="could not be sent") as failed:
        mail(server, ca_file, **wrong).send("ann@example.org", "x", "the secret link")
    assert not {PASSWORD, "wrong", "secret link"} & set(str(failed.value).split())
    assert inbox.letters == []


def test_a_certificate_nobody_trusts_ends_it_before_the_password(server, inbox):
    with pytest.raises(Unavailable, match="SSLCertVerificationError"):
        mail(server, password=PASSWORD).send("ann@example.org", "x", "y")
    assert inbox.letters == []


def test_a_server_that_refuses_a_letter_has_it_tried_again(server, inbox, ca_file):
    inbox.refuses = "451 try later: the secret link"
    with pytest.raises(Unavailable, match="451") as failed:
        mail(server, ca_file, password=PASSWORD).send("ann@example.org", "x", "y")
    assert "secret link" not in str(failed.value)


def test_nobody_smuggles_a_header_in(server, inbox, ca_file):
    with pytest.raises(ValueError, match="Header values"):
        mail(server, ca_file, password=PASSWORD).send("a@example.org\r\nBcc: all@example.org", "x", "y")
    assert inbox.letters == []


@pytest.mark.parametrize(
    ("address", "expected"),
    [
        ("smtp://mail.example.org", ("smtp", "mail.example.org", 587, "")),
        ("smtps://a%40b.example@mail.example.org", ("smtps", "mail.example.org", 465, "a@b.example")),
        ("smtp+plain://127.0.0.1:2525", ("smtp+plain", "127.0.0.1", 2525, "")),
    ],
)
def test_an_address_says_how_and_where(address, expected):
    found = smtp_server(address)
    assert (found.scheme, found.host, found.port, found.user) == expected


@pytest.mark.parametrize(
    "address", ["smtp://", "http://mail.example.org", "smtp://u:secret@h", "smtp://h/x", "smtp://h:0x", "smtp://h h"]
)
def test_an_address_that_is_none_is_refused_without_its_password(address):
    with pytest.raises(ValueError, match=r"server|password|port|Port") as refused:
        smtp_server(address)
    assert "secret" not in str(refused.value)


def test_a_letter_of_a_request_is_sent_by_a_thread_and_tried_again():
    inner = FakeMail()
    pauses: list[float] = []
    send, fails = inner.send, [True, True]

    def failing(*letter: str, **more: str) -> None:
        if fails and fails.pop():
            raise Unavailable("mail_unavailable", "away")
        send(*letter, **more)

    inner.send = failing  # type: ignore[method-assign]
    later = MailLater(inner, pauses.append)
    later.send("ann@example.org", "x", "y")
    later.flush()
    assert (len(inner.letters), pauses) == (1, [2.0, 10.0])
    later.send("bob@example.org", "x", "y")
    later.flush()
    assert len(inner.letters) == 2
