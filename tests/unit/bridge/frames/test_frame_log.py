"""The last frames of each charge point: bounded, paged, and nothing in them that must not be seen."""

import json
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest

from ocpp_bridge.clock import Clock
from ocpp_bridge.frames import frame_log
from ocpp_bridge.frames.frame_log import FrameLog
from ocpp_bridge.frames.redaction import shown, tag_shown
from ocpp_bridge.frames.shown import PAGE_BYTES, ShownFrames
from wire.commands import Frames

NOW = datetime(2026, 5, 4, 12, tzinfo=UTC)


@dataclass
class StillClock(Clock):
    """Always noon."""

    offset: timedelta = timedelta(0)

    def now(self) -> datetime:
        return NOW


def kept(log: FrameLog, name: str = "CP", after: int = 0) -> list[bytes]:
    return [frame.data for frame in log.after(name, after)]


def test_frames_come_back_as_they_were_in_order_and_apart() -> None:
    log = FrameLog()
    log.note("CP", 1.5, b"in", received=True)
    log.note("OTHER", 2.0, b"else", received=True)
    log.note("CP", 2.5, b"out", received=False)
    first, second = log.after("CP", 0)
    assert (first.number, first.at, first.received, first.size, first.data) == (1, 1.5, True, 2, b"in")
    assert (second.number, second.received, second.data) == (2, False, b"out")
    assert kept(log, after=1) == [b"out"]
    assert kept(log, "NOBODY") == []


def test_the_last_ones_are_kept_by_number_and_by_bytes() -> None:
    log = FrameLog()
    for number in range(500):
        log.note("CP", 1.0, str(number).encode(), received=True)
    left = kept(log)
    assert frame_log.FRAMES * 3 // 4 <= len(left) <= frame_log.FRAMES
    assert left == [str(number).encode() for number in range(500 - len(left), 500)]
    assert next(log.after("CP", 0)).number == 501 - len(left)
    for _ in range(20):
        log.note("CP", 1.0, b"x" * 4_000, received=True)
    assert 2 <= len(kept(log)) <= frame_log.BYTES // 4_000


def test_of_a_long_frame_the_beginning_is_kept_and_its_size() -> None:
    log = FrameLog()
    log.note("CP", 1.0, b"x" * 200_000, received=True)
    (frame,) = log.after("CP", 0)
    assert (frame.size, len(frame.data)) == (200_000, frame_log.FRAME_BYTES)


def test_more_is_kept_while_it_is_recorded() -> None:
    log = FrameLog()
    log.record("CP", 100.0)
    for number in range(1_000):
        log.note("CP", 50.0, str(number).encode(), received=True)
    assert len(kept(log)) == 1_000
    log.note("CP", 101.0, b"after", received=True)
    assert kept(log)[-1] == b"after"
    assert len(kept(log)) <= frame_log.FRAMES


def test_in_all_no_more_is_kept_than_allowed_and_who_was_silent_longest_loses_it() -> None:
    log = FrameLog(total_bytes=100_000)
    for number in range(100):
        for _ in range(3):
            log.note(f"CP-{number}", float(number), b"x" * 1_000, received=True)
    kept_bytes = [sum(map(len, kept(log, f"CP-{number}"))) for number in range(100)]
    assert sum(kept_bytes) <= 100_000
    assert kept_bytes[0] == 0
    assert kept_bytes[99] == 3_000


def frames(**fields: Any) -> Frames:
    about = {"command_id": "c", "charge_point_id": "CP", "issued_at": NOW, "expires_at": NOW + timedelta(minutes=1)}
    return Frames(**{**about, **fields})


def answer(log: FrameLog, by: ShownFrames | None = None, **fields: Any) -> dict[str, Any]:
    response = (by or ShownFrames(log, StillClock())).outcome(frames(**fields)).response
    assert response is not None
    return response


def test_an_answer_names_the_action_it_answers() -> None:
    log = FrameLog()
    log.note("CP", 1.0, b'[2,"1","Heartbeat",{}]', received=True)
    log.note("CP", 1.0, b'[2,"1","Reset",{"type":"Soft"}]', received=False)
    log.note("CP", 1.0, b'[3,"1",{"status":"Accepted"}]', received=True)
    log.note("CP", 1.0, b'[3,"1",{"currentTime":"x"}]', received=False)
    log.note("CP", 1.0, b"garbage", received=True)
    found = [(frame["direction"], frame["action"]) for frame in answer(log)["frames"]]
    assert found == [
        ("received", "Heartbeat"), ("sent", "Reset"), ("received", "Reset"), ("sent", "Heartbeat"), ("received", ""),
    ]  # fmt: skip


def test_pages_follow_each_other_and_say_what_was_lost() -> None:
    log = FrameLog()
    by = ShownFrames(log, StillClock())
    for number in range(10):
        log.note("CP", 1.0, f'[2,"{number}","Heartbeat",{{}}]'.encode(), received=True)
    first = answer(log, by, most=4)
    second = answer(log, by, most=100, after=first["cursor"])
    assert (len(first["frames"]), first["more"], len(second["frames"]), second["more"]) == (4, True, 6, False)
    assert not answer(log, by, after=second["cursor"])["frames"]
    for _ in range(frame_log.FRAMES + 1):
        log.note("CP", 1.0, b"[]", received=True)
    assert answer(log, by, after=second["cursor"])["lost"] is True
    assert answer(log, ShownFrames(log, StillClock()), after=second["cursor"])["lost"] is True  # restarted
    assert answer(log, by, after="nonsense")["lost"] is True


def test_a_page_fits_a_commands_result() -> None:
    log = FrameLog()
    log.record("CP", NOW.timestamp() + 10)
    text = '"' + "é" * 450 + '"'
    for number in range(400):
        log.note("CP", NOW.timestamp(), f'[3,"{number}",{{"data":{text}}}]'.encode(), received=True)
    page = answer(log, most=500)
    assert page["more"]
    assert len(json.dumps(page, ensure_ascii=False).encode()) < PAGE_BYTES * 1.3 < 256 * 1024


def test_recording_is_bounded_to_a_day_and_is_told() -> None:
    log = FrameLog()
    told = answer(log, record_until=NOW + timedelta(days=9))["recorded_until"]
    assert told == "2026-05-05T12:00:00Z"
    assert answer(log, record_until=NOW - timedelta(seconds=1))["recorded_until"] is None


SECRET = "s3cr3t-Value"


@pytest.mark.parametrize(
    "frame",
    [
        [2, "1", "Authorize", {"idTag": SECRET}],
        [2, "1", "Authorize", {"idTag": 314159265}],
        [3, "1", {"idTagInfo": {"status": "Accepted", "parentIdTag": SECRET}}],
        [
            2,
            "1",
            "SendLocalList",
            {"localAuthorizationList": [{"idTag": SECRET, "idTagInfo": {"parentIdTag": SECRET}}]},
        ],
        [2, "1", "ChangeConfiguration", {"key": "AuthorizationKey", "value": SECRET}],
        [2, "1", "ChangeConfiguration", {"key": "WifiPassword", "value": SECRET}],
        [3, "1", {"configurationKey": [{"key": "authorizationkey", "readonly": False, "value": SECRET}]}],
        [2, "1", "GetDiagnostics", {"location": f"ftp://user:{SECRET}@files.example/up"}],
        [2, "1", "SignCertificate", {"csr": "-----BEGIN CERTIFICATE REQUEST-----\n" + SECRET * 30}],
        [2, "1", "CertificateSigned", {"certificateChain": "-----BEGIN CERTIFICATE-----\n" + SECRET * 30}],
        [2, "1", "DataTransfer", {"vendorId": "x", "password": SECRET}],
    ],
)
def test_tags_keys_and_certificates_are_not_shown(frame: list[Any]) -> None:
    data = json.dumps(frame).encode()
    for text in (
        json.dumps(shown(data, whole=True)),
        json.dumps(shown(data[:-1], whole=True)),  # no JSON
        json.dumps(shown(data, whole=False)),  # cut
    ):
        assert SECRET not in text
        assert "314159265" not in text


def test_two_tags_can_be_told_apart_and_case_does_not_matter() -> None:
    assert tag_shown("CARD-A") != tag_shown("CARD-B")
    assert tag_shown("card-a")[2:] == tag_shown("CARD-A")[2:]
    assert shown(b'[2,"1","Authorize",{"idTag":"CARD-A"}]', whole=True)[3] == {"idTag": tag_shown("CARD-A")}


def test_what_is_no_secret_stays_readable() -> None:
    frame = [2, "1", "StatusNotification", {"connectorId": 1, "status": "Faulted", "info": "ground"}]
    assert shown(json.dumps(frame).encode(), whole=True) == frame
    assert shown(b'[2,"1","StatusNotification",{"status":"Faul', whole=True).startswith('[2,"1","StatusNotification"')
    assert shown(b'[3,"1",{"data":"' + b"x" * 600 + b'"}]', whole=True)[2]["data"].endswith("(600 characters)")
