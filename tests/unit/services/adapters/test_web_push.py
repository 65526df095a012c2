"""Web Push against a push service on this machine, with a browser that decrypts what it is sent."""

import base64
import json
from collections.abc import Callable, Iterator
from datetime import timedelta

import pytest
from cryptography.exceptions import InvalidSignature
from py_vapid import Vapid02

from model import paths
from model.account import Device, User
from model.documents import to_document
from model.errors import Unavailable
from services.adapters.outbound import Outbound
from services.adapters.vapid import BadKey, VapidKeys, keep_keys, new_private_key, read_keys
from services.adapters.web_push import MOST_TEXT, WebPushNotifier
from services.ports import Notification, Words
from tests.fakes.browser_subscription import BrowserSubscription
from tests.fakes.clock import START
from tests.fakes.http_sink import HttpSink
from tests.fakes.site_world import World

OFFERED = Notification(
    message_id="yard:7:0",
    user_id="u-ann",
    kind="offered",
    title="A charger is free for you",
    text="Charger c1 at Yard is free for you: answer by 09:10.",
    translations={"de": Words("Ein Ladeplatz ist für dich frei", "Bitte antworte.")},
    collapse_key="yard:1",
    expires_at=START + timedelta(minutes=10),
    data={"event": "offered", "location_id": "yard", "charger_id": "c1", "session_id": "1"},
)


@pytest.fixture(scope="module")
def keys() -> VapidKeys:
    return read_keys(new_private_key().decode(), "mailto:ops@example.org")


@pytest.fixture
def sink() -> Iterator[HttpSink]:
    with HttpSink() as server:
        yield server


@pytest.fixture
def world() -> World:
    return World()


@pytest.fixture
def notifier(world: World, keys: VapidKeys, sink: HttpSink) -> WebPushNotifier:
    return WebPushNotifier(keys, world.store, world.clock, Outbound({sink.host}, timeout_s=0.3))


Subscribe = Callable[..., list[BrowserSubscription]]


@pytest.fixture
def subscribe(world: World, sink: HttpSink) -> Subscribe:
    def made(*names: str, language: str = "en") -> list[BrowserSubscription]:
        browsers = [BrowserSubscription(f"{sink.url}/{name}") for name in names]
        devices = tuple(
            Device(device_id=f"d{n}", notification_token=one.endpoint, p256dh=one.p256dh, auth=one.auth)
            for n, one in enumerate(browsers)
        )
        ann = User(user_id="u-ann", username="ann", devices=devices, language=language)
        world.store.put(paths.user(ann.user_id), to_document(ann))
        return browsers

    return made


def left(world: World) -> list[str]:
    return [one.notification_token.rpartition("/")[2] for one in world.user(User(user_id="u-ann", username="")).devices]


def claims(header: str) -> dict[str, object]:
    part = header.split("t=")[1].split(".")[1]
    found: dict[str, object] = json.loads(base64.urlsafe_b64decode(part + "=" * (-len(part) % 4)))
    return found


def is_signed(header: str) -> bool:
    try:
        return bool(Vapid02.verify(header))
    except InvalidSignature:
        return False


def test_a_browser_reads_the_message_with_every_id_and_its_deadline(notifier, sink, subscribe):
    [browser] = subscribe("a")
    notifier.send(OFFERED)
    [request] = sink.received
    assert browser.read(request.body) == {
        "message_id": "yard:7:0",
        "event": "offered",
        "title": "A charger is free for you",
        "text": OFFERED.text,
        "urgent": True,
        "expires_at": "2026-03-02T08:10:00.000Z",
        "location_id": "yard",
        "charger_id": "c1",
        "session_id": "1",
    }
    headers = request.headers
    assert (headers["ttl"], headers["urgency"], headers["content-encoding"]) == ("600", "high", "aes128gcm")
    assert headers["topic"] == "NDnE4zovE3iadNYErP0wqjWHCC7vQVew"
    assert OFFERED.text.encode() not in request.body


def test_the_push_service_can_check_who_we_are(notifier, sink, subscribe, keys):
    subscribe("a")
    notifier.send(OFFERED)
    header = sink.received[0].headers["authorization"]
    assert header.startswith("vapid ")
    assert f"k={keys.public_key}" in header
    assert is_signed(header)
    said = claims(header)
    assert (said["aud"], said["sub"]) == (sink.url, "mailto:ops@example.org")
    assert said["exp"] == int((START + timedelta(hours=12)).timestamp())
    other = base64.urlsafe_b64encode(b'{"aud":"https://other.example"}').decode().rstrip("=")
    assert not is_signed(header.replace(header.split("t=")[1].split(".")[1], other))


def test_each_reader_has_it_in_their_language(notifier, sink, subscribe):
    [browser] = subscribe("a", language="de")
    notifier.send(OFFERED)
    assert browser.read(sink.received[0].body)["title"] == "Ein Ladeplatz ist für dich frei"


@pytest.mark.parametrize("status", [404, 410])
def test_a_browser_that_is_gone_is_taken_off_and_the_others_have_it(notifier, sink, subscribe, world, status):
    subscribe("a", "b")
    sink.answers = [(status, {})]
    notifier.send(OFFERED)
    assert len(sink.received) == 2
    assert left(world) == ["b"]


def test_keys_that_are_none_take_the_browser_off(notifier, sink, subscribe, world):
    subscribe("a")
    broken = Device(device_id="d0", notification_token=f"{sink.url}/a", p256dh="AAAA", auth="AAAA")
    world.store.put(paths.user("u-ann"), to_document(User(user_id="u-ann", username="ann", devices=(broken,))))
    notifier.send(OFFERED)
    assert (sink.received, left(world)) == ([], [])


@pytest.mark.parametrize("status", [400, 401, 403, 413, 429, 500, 503])
def test_what_fails_is_tried_again_for_the_browsers_that_have_not_had_it(notifier, sink, subscribe, world, status):
    subscribe("a", "b")
    sink.answers = [(status, {}), (201, {})]
    with pytest.raises(Unavailable, match=str(status)):
        notifier.send(OFFERED)
    notifier.send(OFFERED)
    assert [one.path for one in sink.received] == ["/a", "/b", "/a"]
    assert left(world) == ["a", "b"]


def test_a_service_that_wants_to_be_left_alone_is(notifier, sink, subscribe, world):
    subscribe("a")
    sink.answers = [(429, {"Retry-After": "120"})]
    for _ in range(3):
        with pytest.raises(Unavailable):
            notifier.send(OFFERED)
    assert len(sink.received) == 1
    world.clock.advance(seconds=121)
    notifier.send(OFFERED)
    assert len(sink.received) == 2


def test_a_service_that_says_nothing_delays_the_next_message_only_once(notifier, sink, subscribe):
    subscribe("a", "b", "c")
    sink.silent.set()
    with pytest.raises(Unavailable, match="resting"):
        notifier.send(OFFERED)
    assert len(sink.received) == 1


def test_what_is_over_is_not_sent(notifier, sink, subscribe, world):
    subscribe("a")
    world.clock.advance(seconds=600)
    notifier.send(OFFERED)
    assert sink.received == []


def test_a_text_too_long_is_cut_and_no_id_is(notifier, sink, subscribe):
    [browser] = subscribe("a")
    notifier.send(Notification(message_id="yard:8:0", user_id="u-ann", kind="ended", text="Ä€😀" * 2000))
    body = sink.received[0].body
    assert len(body) <= 4096
    said = browser.read(body)
    assert said["message_id"] == "yard:8:0"
    assert said["text"].endswith("…")
    assert len(said["text"].encode()) <= MOST_TEXT


def test_the_key_file_is_made_once_for_its_owner_only(tmp_path):
    path = tmp_path / "new" / "vapid.pem"
    keep_keys(path)
    first = read_keys(str(path), "mailto:a@b.example").public_key
    keep_keys(path)
    assert read_keys(str(path), "mailto:a@b.example").public_key == first
    assert path.stat().st_mode & 0o077 == 0
    assert [one.name for one in path.parent.iterdir()] == ["vapid.pem"]
    assert len(base64.urlsafe_b64decode(first + "=")) == 65


@pytest.mark.parametrize("value", ["-----BEGIN PRIVATE KEY-----\nAAAA\n-----END PRIVATE KEY-----", "/no/such/file"])
def test_what_is_no_key_is_one_line_without_it(value):
    with pytest.raises(BadKey, match="KILOWAIT_VAPID_KEY") as refused:
        read_keys(value, "mailto:a@b.example")
    assert "AAAA" not in str(refused.value)
