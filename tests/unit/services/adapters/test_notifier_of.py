"""The notifier and the post office of a deployment, from its configuration."""

from collections.abc import Mapping

import pytest

from main import compose
from model.store.memory import MemoryStore
from services.adapters.fan_out import FanOut
from services.adapters.mail_console import MailConsole
from services.adapters.mail_later import MailLater
from services.adapters.mails import mail_of
from services.adapters.notifiers import LogNotifier, managers_of, notifier_of, web_push_key_of
from services.configuration import BadConfiguration, from_environment
from services.ports import Notification, Notifier
from tests.fakes.clock import FakeClock
from tests.fakes.mail import FakeMail
from tests.fakes.randomness import FakeRandomness


def made(environment: Mapping[str, str]) -> Notifier:
    configuration = from_environment({f"KILOWAIT_{name}": value for name, value in environment.items()})
    clock = FakeClock()
    return notifier_of(configuration, MemoryStore(), clock, FakeMail(), managers_of(configuration, clock))


def test_one_word_is_that_notifier_and_several_are_side_by_side(tmp_path):
    assert isinstance(made({"NOTIFIER": "log"}), LogNotifier)
    several = made({"NOTIFIER": f"log,file:{tmp_path / 'sent'},mail"})
    assert isinstance(several, FanOut)
    several.send(Notification(message_id="1", user_id="", kind="alert.offline", text="x"))
    assert (tmp_path / "sent").read_text("utf-8").count("\n") == 1
    odd = made({"NOTIFIER": f"file:{tmp_path / 'a, b,mailbox'},mail"})
    odd.send(Notification(message_id="1", user_id="", kind="alert.offline", text="x"))
    assert (tmp_path / "a, b,mailbox").exists()
    for word in ("fcm:lot-1", "mail"):
        assert isinstance(made({"NOTIFIER": word}), FanOut)


def test_on_one_machine_web_push_makes_its_key_and_keeps_it(tmp_path):
    wanted = {"KILOWAIT_NOTIFIER": "log,webpush", "KILOWAIT_VAPID_KEY": str(tmp_path / "vapid.pem")}
    first, again = (web_push_key_of(from_environment(wanted)) for _ in range(2))
    assert first == again != ""
    assert web_push_key_of(from_environment({})) == ""


def test_in_the_cloud_a_key_that_is_missing_is_one_line(tmp_path):
    wanted = {"NOTIFIER": "webpush", "BUS": "pubsub:my-project", "VAPID_KEY": str(tmp_path / "none.pem")}
    with pytest.raises(ValueError, match="KILOWAIT_VAPID_KEY"):
        made(wanted)
    assert not (tmp_path / "none.pem").exists()


@pytest.mark.parametrize(
    "lines", ["* slack http://chat.lan/x", "* irc https://x.example/secret", "* slack https://10.0.0.1/secret"]
)
def test_a_channel_that_cannot_be_is_one_line_without_its_address(lines):
    with pytest.raises(ValueError, match="KILOWAIT_MANAGER_CHANNELS") as refused:
        made({"NOTIFIER": "webhook", "MANAGER_CHANNELS": lines})
    assert "secret" not in str(refused.value)


def test_a_host_of_ones_own_may_be_let_in():
    wanted = {"NOTIFIER": "webhook", "MANAGER_CHANNELS": "* slack http://chat.lan/x", "PRIVATE_HOSTS": "chat.lan"}
    assert isinstance(made(wanted), FanOut)


def test_the_post_office_is_named(monkeypatch, tmp_path):
    console = mail_of(from_environment({"KILOWAIT_MAIL": "console"}), FakeClock(), FakeRandomness())
    assert isinstance(console, MailConsole)
    environment = {"KILOWAIT_STORE": "memory:", "KILOWAIT_MAIL": "smtp://kilowait@mail.example.org"}
    services = compose(from_environment({**environment, "KILOWAIT_MAIL_PASSWORD": "hidden"}), {})
    assert isinstance(services.mail, MailLater)
    assert "hidden" not in repr(services.configuration)
    with pytest.raises(BadConfiguration, match="messages cannot be sent"):
        compose(from_environment({**environment, "KILOWAIT_MAIL_CA": str(tmp_path / "none.pem")}), {})


def test_a_letter_on_the_console_can_be_read(capsys):
    MailConsole("kilowait@example.org", FakeClock()).send("ann@example.org", "Subject", "https://e.org/?token=x")
    assert "https://e.org/?token=x" in capsys.readouterr().err
