"""What FCM is sent, to the last field."""

import json
import re
from datetime import timedelta

import pytest
from firebase_admin import messaging

from scheduling.effects import Alert, Message
from services.adapters.fcm_address import redacted, target_of
from services.adapters.fcm_message import MOST_BYTES, message_of
from services.notifying.catalogue import LANGUAGES
from services.notifying.table import TABLE
from services.ports import Notification
from tests.fakes.clock import START
from tests.fakes.fcm_rules import violation_of

FID = "cAnnsPhone00000000000_"
TOKEN = f"{FID}:APA91bH-secret_part"


def plain(notification: Notification, address: str = FID):
    return json.loads(str(message_of(notification, address, START)))


def told(
    kind: str = "offered", text: str = "Charger c1 at Yard is free for you: answer by 09:10.", **more
) -> Notification:
    return Notification(message_id="yard:7:0", user_id="u-ann", kind=kind, text=text, **more)


OFFERED = told(
    collapse_key="yard:1",
    expires_at=START + timedelta(minutes=10),
    data={"event": "offered", "location_id": "yard", "charger_id": "c1", "session_id": "1"},
)


def test_an_offer_is_urgent_lives_until_its_deadline_and_carries_every_id():
    assert plain(OFFERED) == {
        "fid": FID,
        "notification": {"title": "A charger is free for you", "body": OFFERED.text},
        "data": {
            "event": "offered",
            "message_id": "yard:7:0",
            "expires_at": "2026-03-02T08:10:00.000Z",
            "location_id": "yard",
            "charger_id": "c1",
            "session_id": "1",
        },
        "android": {
            "collapse_key": "yard:1",
            "priority": "high",
            "ttl": "600s",
            "notification": {"tag": "yard:7:0", "default_sound": True},
        },
        "webpush": {
            "headers": {"TTL": "600", "Urgency": "high", "Topic": "NDnE4zovE3iadNYErP0wqjWHCC7vQVew"},
            "notification": {"tag": "yard:7:0"},
        },
        "apns": {
            "headers": {"apns-collapse-id": "yard:1", "apns-expiration": "1772439000", "apns-priority": "10"},
            "payload": {"aps": {"sound": "default"}},
        },
    }


def test_an_alert_is_quiet_and_collapses_with_its_own_repeat_only():
    alert = Notification(
        message_id="yard:8:1", user_id="", kind="alert.faulted", text="Charger c1 at Yard reports a fault."
    )
    assert plain(alert) == {
        "fid": FID,
        "notification": {"title": "Charger faulted", "body": alert.text},
        "data": {"event": "alert.faulted", "message_id": "yard:8:1"},
        "android": {"priority": "normal", "ttl": "86400s", "notification": {"tag": "yard:8:1"}},
        "webpush": {"headers": {"TTL": "86400", "Urgency": "normal"}, "notification": {"tag": "yard:8:1"}},
        "apns": {
            "headers": {"apns-collapse-id": "yard:8:1", "apns-expiration": "1772524800", "apns-priority": "5"},
        },
    }


@pytest.mark.parametrize(
    ("kind", "left_s", "priority", "ttl"),
    [
        ("offered", 600, "high", "600s"),
        ("offered", 0.9, "high", "0s"),
        ("held", 900, "high", "900s"),
        ("held", None, "high", "900s"),
        ("full", None, "high", "14400s"),
        ("start_failed", None, "high", "900s"),
        ("started", None, "normal", "14400s"),
        ("ended", None, "normal", "86400s"),
        ("snoozed", 900, "normal", "900s"),
        ("alert.stranger", None, "normal", "14400s"),
        ("a kind of next year", None, "normal", "14400s"),
        ("reset", 40 * 86_400, "normal", "2419200s"),
    ],
)
def test_priority_and_time_to_live(kind, left_s, priority, ttl):
    expires_at = None if left_s is None else START + timedelta(seconds=left_s)
    message = plain(told(kind, expires_at=expires_at))
    assert (message["android"]["priority"], message["android"]["ttl"]) == (priority, ttl)
    assert message["webpush"]["headers"]["TTL"] == ttl.removesuffix("s")
    expires = int((START + timedelta(seconds=int(ttl.removesuffix("s")))).timestamp())
    assert message["apns"]["headers"]["apns-expiration"] == str(expires)
    assert violation_of(message) is None


def test_every_kind_there_is_has_a_title_of_its_own():
    kinds = [*Message, *(f"alert.{alert}" for alert in Alert)]
    assert sorted(TABLE) == sorted(kinds)
    for language in LANGUAGES.values():
        assert len({language.titles[kind] for kind in kinds}) == len(kinds)


def test_a_repeat_is_the_same_message():
    assert plain(OFFERED) == plain(OFFERED)
    assert plain(OFFERED)["android"]["notification"]["tag"] == OFFERED.message_id


@pytest.mark.parametrize(
    ("address", "field"),
    [(FID, "fid"), ("device-1", "fid"), (TOKEN, "token"), ("a:b:c", "token"), ("x" * 256, "fid")],
)
def test_an_installation_is_addressed_by_fid_an_older_app_by_its_token(address, field):
    message = plain(OFFERED, address)
    assert message[field] == address
    assert {"fid", "token"} & message.keys() == {field}


@pytest.mark.parametrize(
    "address",
    [
        "",
        " ",
        "x" * 257,
        "two words",
        "Gerät",
        "\x00",
        "\ud800",
        '{"endpoint": "https://push.example.org/1"}',
        "https://push.example.org/1",
        f"{FID}:",
        f":{FID}",
        f"{FID}\n",
        "../../x",
    ],
)
def test_what_is_no_address_of_fcms_is_none(address):
    assert target_of(address) is None


def test_an_older_apps_token_warns_nobody(recwarn):
    message = message_of(OFFERED, TOKEN, START)
    assert isinstance(message, messaging.Message)
    assert list(recwarn) == []


def test_a_redacted_address_cannot_be_written_to():
    assert redacted(TOKEN) == "cAnnsP…"


@pytest.mark.parametrize("letter", ["x", "ä", "充", "🔌", '"', "\\", "\n"])
@pytest.mark.parametrize("count", [10, 3000, 5000, 100_000])
def test_a_long_text_is_cut_to_what_fcm_takes_and_no_id_is(letter, count):
    ids = {"event": "offered", "location_id": "ü" * 64, "charger_id": "充" * 64, "session_id": "9" * 9}
    long = Notification(
        message_id=f"{'ü' * 64}:123456:12",
        user_id="u",
        kind="offered",
        text=letter * count,
        collapse_key=f"{'ü' * 64}:123456",
        expires_at=START + timedelta(minutes=1),
        data=ids,
    )
    message = plain(long, TOKEN)
    bytes_ = len(json.dumps({**message, "token": ""}, ensure_ascii=False, separators=(",", ":")).encode())
    assert bytes_ <= MOST_BYTES
    assert violation_of(message) is None
    assert {name: message["data"][name] for name in ids} == ids
    assert message["android"]["notification"]["tag"] == long.message_id
    body = message["notification"]["body"]
    assert body == long.text if count == 10 else re.fullmatch(f"{re.escape(letter)}*…", body) or body == long.text
    if count >= 5000:
        assert body.endswith("…")
        assert len(body.encode()) > 500


def test_half_a_character_does_no_harm():
    assert plain(told(text="Yard \ud83d is free"))["notification"]["body"] == "Yard ? is free"


def test_a_long_key_is_folded_for_apple_and_the_web_and_always_the_same():
    long = told(collapse_key=f"{'ü' * 64}:123456")
    message, other = plain(long), plain(told(collapse_key=f"{'ü' * 64}:123457"))
    assert len(message["apns"]["headers"]["apns-collapse-id"]) == 43
    assert message["apns"]["headers"] == plain(long)["apns"]["headers"] != other["apns"]["headers"]
    assert message["webpush"]["headers"]["Topic"] != other["webpush"]["headers"]["Topic"]
    assert message["android"]["collapse_key"] == long.collapse_key


@pytest.mark.parametrize("text", ["שלום: מטען c1 פנוי", "Zoë’s 充電器 🔌", "<b>c1</b> & 'x'", "a\tb\nc"])
def test_texts_arrive_as_they_are(text):
    assert plain(told(text=text))["notification"]["body"] == text
