"""FCM busy, away, slow, or refusing us: the message is raised for, the rest is bounded, no secret is logged."""

import threading
from dataclasses import replace
from datetime import timedelta

import pytest

from model.errors import Unavailable
from services.ports import Notification
from tests.fakes.clock import START
from tests.unit.services.fcm.conftest import fid, with_devices

ONE, TWO, THREE = fid("one"), fid("two"), fid("three")
OFFERED = Notification(
    message_id="yard:7:0",
    user_id="u-ann",
    kind="offered",
    text="Charger c1 is free.",
    expires_at=START + timedelta(minutes=30),
)


@pytest.fixture
def ann(world):
    return with_devices(world, world.driver("ann"), ONE)


@pytest.mark.parametrize(
    ("status", "error_code"),
    [(429, "QUOTA_EXCEEDED"), (429, ""), (500, "INTERNAL"), (503, "UNAVAILABLE"), (503, "")],
)
def test_a_busy_fcm_raises_after_one_try_and_takes_the_next(ann, world, fcm, notifier, status, error_code):
    fcm.answer_next(status, error_code)
    with pytest.raises(Unavailable, match="FCM failed for 1 of 1 devices") as raised:
        notifier.send(OFFERED)
    assert raised.value.retry
    assert len(fcm.tried) == 1
    notifier.send(OFFERED)
    assert [message["data"]["message_id"] for message in fcm.received] == ["yard:7:0"]
    assert world.user(ann).devices == ann.devices


def test_of_three_devices_the_repeat_goes_to_the_one_that_failed(world, fcm, notifier):
    with_devices(world, world.driver("ann"), ONE, TWO, THREE)
    fcm.answer_next(503, "UNAVAILABLE", address=TWO)
    with pytest.raises(Unavailable, match="1 of 3 devices: UNAVAILABLE"):
        notifier.send(OFFERED)
    assert sorted(message["fid"] for message in fcm.received) == sorted([ONE, THREE])
    notifier.send(OFFERED)
    assert [message["fid"] for message in fcm.tried[3:]] == [TWO]
    notifier.send(OFFERED)  # all have it: what is sent again now is meant
    assert len(fcm.tried) == 7


def test_another_process_repeats_to_all_with_the_same_id(world, fcm, notifier, make):
    with_devices(world, world.driver("ann"), ONE, TWO)
    fcm.answer_next(503, "UNAVAILABLE", address=TWO)
    with pytest.raises(Unavailable):
        notifier.send(OFFERED)
    make().send(OFFERED)
    assert sorted(message["fid"] for message in fcm.received) == sorted([ONE, ONE, TWO])
    tags = {message["android"]["notification"]["tag"] for message in fcm.received}
    assert tags == {message["webpush"]["notification"]["tag"] for message in fcm.received} == {"yard:7:0"}


@pytest.mark.parametrize(
    ("retry_after", "rest_s"),
    [
        ("30", 30),
        ("Mon, 02 Mar 2026 08:02:00 GMT", 120),
        ("Mon, 02 Mar 2026 07:00:00 GMT", 0),
        ("3600", 600),
        ("9" * 40, 600),
        ("soon", 0),
        ("-5", 0),
        ("٣", 0),
    ],
)
@pytest.mark.parametrize("status", [429, 503])
def test_fcm_is_left_alone_as_long_as_it_asks_ten_minutes_at_most(
    ann, world, fcm, notifier, status, retry_after, rest_s
):
    header = retry_after if retry_after.isascii() else retry_after.encode().decode("latin-1")
    fcm.answer_next(status, retry_after=header)
    with pytest.raises(Unavailable, match="FCM failed"):
        notifier.send(OFFERED)
    if rest_s:
        world.clock.advance(seconds=rest_s - 1)
        with pytest.raises(Unavailable, match="left alone for 1 s") as raised:
            notifier.send(OFFERED)
        assert raised.value.retry_after_s == 1
        assert len(fcm.tried) == 1
        world.clock.advance(seconds=1)
    notifier.send(OFFERED)
    assert len(fcm.received) == 1


def test_a_clock_set_back_prolongs_no_rest(ann, world, fcm, notifier):
    fcm.answer_next(503, retry_after="60")
    with pytest.raises(Unavailable):
        notifier.send(OFFERED)
    world.clock.advance(days=-1)
    notifier.send(OFFERED)
    assert len(fcm.received) == 1


def test_a_silent_fcm_costs_one_timeout_then_messages_fail_at_once(world, fcm, make):
    with_devices(world, world.driver("bob"), TWO)
    with_devices(world, world.driver("ann"), *(fid(f"n{n:02}") for n in range(50)))
    notifier = make(timeout_s=1)
    notifier.send(replace(OFFERED, user_id="u-bob"))
    fcm.tried.clear()
    fcm.received.clear()
    with fcm.hanging():
        with pytest.raises(Unavailable, match="DEADLINE_EXCEEDED, not tried"):
            notifier.send(OFFERED)
        assert len(fcm.wait(tried=20)) == 0
        assert len(fcm.tried) == 20
        with pytest.raises(Unavailable, match="left alone for 10 s"):
            notifier.send(OFFERED)
        assert len(fcm.tried) == 20
    world.clock.advance(seconds=10)
    make().send(replace(OFFERED, message_id="yard:9:0"))
    sent = [message["fid"] for message in fcm.received if message["data"]["message_id"] == "yard:9:0"]
    assert len(set(sent)) == len(sent) == 50


def test_nobody_listening_is_raised_for_and_leaves_the_device(ann, world, fcm, notifier, monkeypatch):
    notifier.send(OFFERED)
    for name in ("HTTPS_PROXY", "https_proxy"):
        monkeypatch.setenv(name, "http://127.0.0.1:1")
    fcm.__exit__()
    with pytest.raises(Unavailable, match="UNAVAILABLE"):
        notifier.send(OFFERED)
    assert world.user(ann).devices == ann.devices


@pytest.mark.parametrize(("status", "reason"), [(401, "UNAUTHENTICATED"), (403, "PERMISSION_DENIED")])
def test_refused_credentials_are_said_clearly_and_tried_again(ann, fcm, notifier, logged, status, reason):
    fcm.answer_next(status, times=3)  # Google's client asks for new access tokens before it gives up
    with pytest.raises(Unavailable, match="FCM takes nothing from us"):
        notifier.send(OFFERED)
    [line] = [line for line in logged if line["event"] == "fcm_refuses_us"]
    assert line["log_level"] == "error"
    assert reason in line["reason"]
    assert "service account" in line["advice"]
    for secret in ("access-", "PRIVATE KEY", ONE):
        assert secret not in repr(logged)


def test_a_key_that_is_no_good_is_said_clearly(ann, fcm, notifier, logged):
    fcm.refuse_tokens()
    with pytest.raises(Unavailable, match="FCM takes nothing from us: RefreshError"):
        notifier.send(OFFERED)
    assert [line["reason"] for line in logged] == ["RefreshError"]
    assert fcm.tried == []


@pytest.mark.parametrize("content", [None, "", "{}", '{"type": "service_account"}', '{"type": "x"}', "\x00"])
def test_missing_or_broken_credentials_are_one_line_and_no_crash(
    ann, fcm, make, tmp_path, monkeypatch, logged, content
):
    path = tmp_path / "key.json"
    if content is not None:
        path.write_text(content)
    monkeypatch.setenv("GOOGLE_APPLICATION_CREDENTIALS", str(path))
    notifier = make()
    with pytest.raises(Unavailable, match="FCM takes nothing from us"):
        notifier.send(OFFERED)
    assert [line["event"] for line in logged] == ["fcm_refuses_us"]
    with pytest.raises(Unavailable, match="left alone"):
        notifier.send(OFFERED)


def test_what_is_over_is_not_sent_but_counted(ann, fcm, notifier, logged):
    for late in (timedelta(0), timedelta(seconds=1), timedelta(days=400)):
        notifier.send(replace(OFFERED, expires_at=START - late))
    assert (notifier.expired, fcm.tried) == (3, [])
    assert [line["event"] for line in logged] == ["notification_expired"] * 3
    notifier.send(replace(OFFERED, expires_at=START + timedelta(milliseconds=1)))
    assert (notifier.expired, len(fcm.received)) == (3, 1)


def test_a_message_fcm_will_not_have_is_told_why_without_the_address(ann, fcm, notifier):
    fcm.answer_next(
        400, "INVALID_ARGUMENT", text=f"Invalid data payload key: from, for {ONE}", field="message.data.from"
    )
    with pytest.raises(Unavailable, match="Invalid data payload key: from") as raised:
        notifier.send(OFFERED)
    assert ONE not in str(raised.value)


def test_threads_may_send_while_one_device_fails(world, fcm, notifier):
    with_devices(world, world.driver("ann"), ONE, TWO)
    fcm.answer_next(500, "INTERNAL", address=TWO, times=4)
    failures: list[Exception] = []

    def send(number: int) -> None:
        try:
            notifier.send(replace(OFFERED, message_id=f"yard:{number}:0"))
        except Unavailable as error:
            failures.append(error)

    threads = [threading.Thread(target=send, args=(number,)) for number in range(10)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert len(failures) == 4
    assert len(fcm.received) == 16
