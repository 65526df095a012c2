"""What every notifier does, the recording one of the tests included: one suite, one test a sentence."""

import io
import json
import threading
import uuid
from collections.abc import Callable
from contextlib import ExitStack
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest
import structlog

from model import paths
from model.account import Device, User, UserType
from model.documents import to_document
from model.store.memory import MemoryStore
from services.adapters.fan_out import FanOut
from services.adapters.fcm import FcmNotifier
from services.adapters.notifiers import FileNotifier, LogNotifier, notifier_named
from services.adapters.outbound import Outbound
from services.adapters.vapid import new_private_key, read_keys
from services.adapters.web_push import WebPushNotifier
from services.ports import Notification, Notifier
from tests.fakes.browser_subscription import BrowserSubscription
from tests.fakes.clock import START, FakeClock
from tests.fakes.fcm_server import FcmServer, come_here
from tests.fakes.http_sink import HttpSink
from tests.fakes.mail import FakeMail
from tests.fakes.notifier import FakeNotifier

Arrived = Callable[[], list[dict[str, Any]]]
"""What arrived so far: ids and texts."""

OFFERED = Notification(
    message_id="yard:7:0",
    user_id="u-ann",
    kind="offered",
    text="Charger c1 at Yard is free for you – answer by 09:10.",
    collapse_key="yard:1",
    expires_at=START,
    data={"charger_id": "c1"},
)


def fake(_: Path, __: ExitStack) -> tuple[Notifier, Arrived]:
    notifier = FakeNotifier()
    return notifier, lambda: [{"message_id": one.message_id, "text": one.text} for one in notifier.sent]


def file(folder: Path, _: ExitStack | None = None) -> tuple[Notifier, Arrived]:
    name = folder / "messages.jsonl"

    def arrived() -> list[dict[str, Any]]:
        lines = name.read_text(encoding="utf-8").splitlines() if name.exists() else []
        return [json.loads(line) for line in lines]

    return FileNotifier(str(name)), arrived


def log(_: Path, __: ExitStack) -> tuple[Notifier, Arrived]:
    stream = io.StringIO()
    structlog.configure(
        processors=[structlog.processors.JSONRenderer()], logger_factory=structlog.WriteLoggerFactory(stream)
    )

    def arrived() -> list[dict[str, Any]]:
        lines = [json.loads(line) for line in stream.getvalue().splitlines()]
        return [{"message_id": line["message_id"], "text": line["event"]} for line in lines]

    return LogNotifier(), arrived


def fcm(folder: Path, stack: ExitStack) -> tuple[Notifier, Arrived]:
    """Google's own client, over TLS to a stand-in; everybody, managers too, has one phone."""
    server = stack.enter_context(FcmServer())
    come_here(server, folder, stack.enter_context(pytest.MonkeyPatch.context()).setenv)
    store = MemoryStore()
    for number, user_id in enumerate(("u-ann", "u", "u-root")):
        phone = Device(device_id="phone", notification_token=f"c{number}".ljust(22, "_"))
        kind = UserType.ADMIN if user_id == "u-root" else UserType.USER
        user = User(user_id=user_id, username=user_id, type=kind, devices=(phone,))
        store.put(paths.user(user_id), to_document(user))

    def arrived() -> list[dict[str, Any]]:
        return [
            {"message_id": one["data"]["message_id"], "text": one["notification"]["body"]} for one in server.received
        ]

    clock = FakeClock(START - timedelta(minutes=10))
    return FcmNotifier(f"test-{uuid.uuid4().hex[:12]}", store, clock), arrived


def web_push(_: Path, stack: ExitStack) -> tuple[Notifier, Arrived]:
    """A push service on this machine; everybody, managers too, has one browser."""
    sink = stack.enter_context(HttpSink())
    store, browsers = MemoryStore(), {}
    for user_id in ("u-ann", "u", "u-root"):
        browser = BrowserSubscription(f"{sink.url}/{user_id}")
        device = Device(device_id="d", notification_token=browser.endpoint, p256dh=browser.p256dh, auth=browser.auth)
        kind = UserType.ADMIN if user_id == "u-root" else UserType.USER
        user = User(user_id=user_id, username=user_id, type=kind, devices=(device,))
        store.put(paths.user(user_id), to_document(user))
        browsers[f"/{user_id}"] = browser

    def arrived() -> list[dict[str, Any]]:
        return [browsers[one.path].read(one.body) for one in sink.received]

    clock = FakeClock(START - timedelta(minutes=10))
    keys = read_keys(new_private_key().decode(), "mailto:ops@example.org")
    return WebPushNotifier(keys, store, clock, Outbound({sink.host})), arrived


def several(folder: Path, _: ExitStack) -> tuple[Notifier, Arrived]:
    """A fan-out of which one way is a file."""
    notifier, arrived = file(folder)
    clock = FakeClock(START - timedelta(minutes=10))
    return FanOut(MemoryStore(), clock, plain={"file": notifier}, mail=FakeMail()), arrived


WAYS = {"fake": fake, "file": file, "log": log, "fcm": fcm, "web_push": web_push, "several": several}


@pytest.fixture(params=list(WAYS.values()), ids=list(WAYS))
def adapter(request: pytest.FixtureRequest, tmp_path: Path):
    before = structlog.get_config()
    with ExitStack() as stack:
        yield request.param(tmp_path, stack)
    structlog.configure(**before)


def test_a_message_arrives_with_its_id_and_its_text(adapter):
    notifier, arrived = adapter
    notifier.send(OFFERED)
    [message] = arrived()
    assert (message["message_id"], message["text"]) == (OFFERED.message_id, OFFERED.text)


def test_messages_arrive_in_the_order_they_were_sent(adapter):
    notifier, arrived = adapter
    for number in range(5):
        notifier.send(Notification(message_id=str(number), user_id="u", kind="full", text="x"))
    assert [one["message_id"] for one in arrived()] == ["0", "1", "2", "3", "4"]


def test_a_repeat_carries_the_same_id(adapter):
    notifier, arrived = adapter
    notifier.send(OFFERED)
    notifier.send(OFFERED)
    assert {one["message_id"] for one in arrived()} == {OFFERED.message_id}


def test_a_message_to_managers_names_no_user(adapter):
    notifier, arrived = adapter
    notifier.send(Notification(message_id="1", user_id="", kind="alert.faulted", text="x"))
    assert len(arrived()) == 1


def test_threads_may_send_at_once(adapter):
    notifier, arrived = adapter
    senders = [
        threading.Thread(
            target=notifier.send, args=(Notification(message_id=str(n), user_id="u", kind="k", text="t" * 2000),)
        )
        for n in range(20)
    ]
    for sender in senders:
        sender.start()
    for sender in senders:
        sender.join()
    assert sorted(int(one["message_id"]) for one in arrived()) == list(range(20))


def test_the_file_holds_everything_a_program_needs(tmp_path):
    notifier, arrived = file(tmp_path)
    notifier.send(OFFERED)
    assert arrived() == [
        {
            "message_id": "yard:7:0",
            "user_id": "u-ann",
            "kind": "offered",
            "text": OFFERED.text,
            "collapse_key": "yard:1",
            "expires_at": "2026-03-02T08:00:00.000Z",
            "data": {"charger_id": "c1"},
        }
    ]
    assert (tmp_path / "messages.jsonl").stat().st_mode & 0o077 == 0


def test_a_file_that_cannot_be_written_raises(tmp_path):
    with pytest.raises(OSError):  # noqa: PT011 -- whichever the system names
        FileNotifier(str(tmp_path / "no" / "folder")).send(OFFERED)


def test_the_environment_names_the_notifier(tmp_path):
    store, clock = MemoryStore(), FakeClock()
    assert isinstance(notifier_named("log", store, clock), LogNotifier)
    assert isinstance(notifier_named(f"file:{tmp_path}/x", store, clock), FileNotifier)
    for project in ("lot-1", "example.com:lot", "123456"):
        assert isinstance(notifier_named(f"fcm:{project}", store, clock), FcmNotifier)
    for bad in ("", "file:", "mail", "FILE:x", "fcm", "fcm:", "fcm:Lot", "fcm:a/b", "fcm: a", "fcm:a\n", "fcm:a?b"):
        with pytest.raises(ValueError, match="KILOWAIT_NOTIFIER"):
            notifier_named(bad, store, clock)
