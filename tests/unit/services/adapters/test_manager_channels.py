"""The managers' own channels: what each is sent, which location's they are, and what is no line."""

import hashlib
import hmac
import json
from collections.abc import Iterator
from dataclasses import replace

import pytest

from model.errors import Unavailable
from services.adapters.manager_channels import ManagerChannels, read_channels
from services.adapters.outbound import Outbound
from services.ports import Notification
from tests.fakes.clock import FakeClock
from tests.fakes.http_sink import HttpSink

SECRET = "sixteen-characters-or-more"
FAULTED = Notification(
    message_id="yard:8:1",
    user_id="",
    kind="alert.faulted",
    title="Charger faulted",
    text="Charger <c1> at Yard & Co reports a fault.",
    data={"event": "alert.faulted", "location_id": "yard", "charger_id": "c1"},
)


@pytest.fixture
def sink() -> Iterator[HttpSink]:
    with HttpSink() as server:
        yield server


def channels(sink: HttpSink, lines: str, clock: FakeClock | None = None) -> ManagerChannels:
    text = lines.replace("URL", sink.url)
    return ManagerChannels(read_channels(text), clock or FakeClock(), Outbound({sink.host}, timeout_s=0.2))


def post(channels: ManagerChannels, notification: Notification = FAULTED) -> None:
    for one in channels.at("yard"):
        channels.post(one, notification)


def test_a_webhook_has_the_whole_message_its_key_and_a_signature(sink):
    clock = FakeClock()
    post(channels(sink, f"yard webhook URL/hook {SECRET}", clock))
    [request] = sink.received
    assert json.loads(request.body) == {
        "event": "alert.faulted",
        "message_id": "yard:8:1",
        "title": FAULTED.title,
        "text": FAULTED.text,
        "location_id": "yard",
        "charger_id": "c1",
        "expires_at": None,
    }
    seconds = int(clock.now().timestamp())
    signed = hmac.new(SECRET.encode(), f"{seconds}.".encode() + request.body, hashlib.sha256).hexdigest()
    assert request.headers["kilowait-signature"] == f"t={seconds},v1={signed}"
    assert request.headers["idempotency-key"] == "yard:8:1"


def test_slack_is_sent_text_that_cannot_be_markup(sink):
    post(channels(sink, "* slack URL/s"))
    assert json.loads(sink.received[0].body) == {
        "text": "*Charger faulted*\nCharger &lt;c1&gt; at Yard &amp; Co reports a fault."
    }


def test_teams_is_sent_a_card(sink):
    post(channels(sink, "* teams URL/t"))
    card = json.loads(sink.received[0].body)["attachments"][0]
    assert card["contentType"] == "application/vnd.microsoft.card.adaptive"
    assert [line["text"] for line in card["content"]["body"]] == [FAULTED.title, FAULTED.text]


def test_each_location_has_its_own_and_everybody_those_of_all(sink):
    found = channels(sink, "# comment\n* slack URL/all\n\nYARD slack URL/yard;lot teams URL/lot\n")
    assert [one.url.rpartition("/")[2] for one in found.at("Yard")] == ["all", "yard"]
    assert [one.url.rpartition("/")[2] for one in found.at("lot")] == ["all", "lot"]
    assert len({one.name for one in (*found.at("yard"), *found.at("lot"))}) == 3


def test_what_fails_is_raised_without_the_address_and_is_left_alone_when_it_asks(sink):
    clock = FakeClock()
    found = channels(sink, "* slack URL/a-secret-path", clock)
    sink.answers = [(500, {}), (429, {"Retry-After": "60"})]
    for status in ("500", "429", "left alone"):
        with pytest.raises(Unavailable, match=status) as failed:
            post(found)
        assert "secret" not in str(failed.value)
    assert len(sink.received) == 2
    clock.advance(seconds=61)
    post(found)
    assert len(sink.received) == 3


def test_a_channel_that_says_nothing_is_asked_once(sink):
    found = channels(sink, "* slack URL/x")
    sink.silent.set()
    for _ in range(3):
        with pytest.raises(Unavailable):
            post(found, replace(FAULTED))
    assert len(sink.received) == 1


def test_lines_may_be_in_a_file(tmp_path, sink):
    (tmp_path / "channels").write_text(f"* slack {sink.url}/x\n", "utf-8")
    [one] = read_channels(str(tmp_path / "channels"))
    assert (one.location, one.kind) == ("*", "slack")


@pytest.mark.parametrize(
    "lines",
    [
        "* slack", "* irc https://x.example", "* webhook https://x.example", "* webhook https://x.example short",
        "a b c d e://", "/no/such/file",
    ],
)  # fmt: skip
def test_what_is_no_line_is_refused_without_its_address(lines):
    with pytest.raises(ValueError, match=r"line 1|file") as refused:
        read_channels(lines)
    assert "x.example" not in str(refused.value)


def test_a_repr_of_a_channel_holds_no_address_and_no_secret():
    [one] = read_channels(f"* webhook https://ops.example.org/hook {SECRET}")
    assert "ops.example" not in repr(one)
    assert SECRET not in repr(one)
