"""What charge points tell beside their chargers' states: booked once, bounded; what it says of firmware and files."""

from datetime import timedelta
from typing import Any

import pytest

from model import paths
from model.charge_point_records import Firmware, Upload
from model.errors import Invalid
from model.store.errors import StoreBusy
from model.store.query import Query
from services.chargepoints import notice_kinds
from services.chargepoints.notices import KEPT_FOR
from services.timers.cleaning import clean
from tests.fakes.site_world import World


@pytest.fixture
def yard() -> World:
    world = World()
    world.location()
    world.charge_point()
    return world


def tell(world: World, action: str, payload: dict[str, Any], **fields: Any) -> dict[str, Any]:
    world.clock.advance(seconds=1)
    return world.tell("CP1", "notice", action=action, payload=payload, **fields)


def told(world: World, action: str = "", size: int = 200) -> list[tuple[str, bytes]]:
    page = world.services.notices.page("CP1", action, size, "")
    return [(one.action, one.payload) for one in page.items]


def firmware(world: World) -> Firmware:
    return world.services.records.get("CP1", "firmware", Firmware)


def test_a_notice_is_kept_as_it_was_told_the_newest_first(yard):
    assert tell(yard, "DataTransfer", {"vendorId": "a", "data": [[1, [2]]]})["outcome"] == "applied"
    tell(yard, "SecurityEventNotification", {"type": "TamperDetectionActivated"})
    assert told(yard) == [
        ("SecurityEventNotification", b'{"type":"TamperDetectionActivated"}'),
        ("DataTransfer", b'{"vendorId":"a","data":[[1,[2]]]}'),
    ]
    assert told(yard, "DataTransfer") == [("DataTransfer", b'{"vendorId":"a","data":[[1,[2]]]}')]
    assert told(yard, "LogStatusNotification") == []


@pytest.mark.parametrize(
    ("action", "kind", "critical"),
    [
        ("SecurityEventNotification", "TamperDetectionActivated", True),
        ("SecurityEventNotification", "ReconfigurationOfSecurityParameters", False),
        ("SecurityEventNotification", "SomethingNew", True),
        ("DataTransfer", "TamperDetectionActivated", False),
    ],
)
def test_critical_security_events_are_marked(yard, action: str, kind: str, critical: bool):
    tell(yard, action, {"type": kind})
    [notice] = yard.services.notices.page("CP1", "", 10, "").items
    assert notice.critical is critical


def test_a_notice_posted_again_is_a_repeat_and_changes_nothing(yard):
    event = yard.event("CP1", "notice", action="FirmwareStatusNotification", payload={"status": "Downloading"})
    assert [result.outcome for result in yard.post(event).results] == ["applied"]
    tell(yard, "FirmwareStatusNotification", {"status": "Downloaded"})
    with yard.store.measure() as count:
        assert [result.outcome for result in yard.post(event).results] == ["repeat"]
    assert count.writes == 0
    assert firmware(yard).status == "Downloaded"
    assert len(told(yard)) == 2


def test_a_security_event_said_again_because_its_answer_was_lost_is_one(yard):
    event = {"type": "MemoryExhaustion", "timestamp": "2026-03-02T08:00:00Z"}
    assert tell(yard, "SecurityEventNotification", event)["outcome"] == "applied"
    assert tell(yard, "SecurityEventNotification", event)["outcome"] == "repeat"
    assert tell(yard, "SecurityEventNotification", {**event, "techInfo": "again"})["outcome"] == "applied"
    assert tell(yard, "SecurityEventNotification", event)["outcome"] == "applied"
    assert len(told(yard)) == 3


def test_another_stream_begins_at_its_own_first_number(yard):
    event = yard.event("CP1", "notice", seq=1, action="DataTransfer", payload={"vendorId": "a"})
    assert [result.outcome for result in yard.post(event, stream="s9").results] == ["applied"]
    assert [result.outcome for result in yard.post(event, stream="s9").results] == ["repeat"]


def test_a_flood_of_one_kind_drives_out_its_own_oldest_and_nothing_else(yard, monkeypatch):
    monkeypatch.setitem(notice_kinds.KEPT, "DataTransfer", 3)
    tell(yard, "SecurityEventNotification", {"type": "TamperDetectionActivated"})
    for number in range(8):
        tell(yard, "DataTransfer", {"vendorId": str(number)})
    assert [payload for _, payload in told(yard, "DataTransfer")] == [
        b'{"vendorId":"7"}', b'{"vendorId":"6"}', b'{"vendorId":"5"}',
    ]  # fmt: skip
    assert len(yard.store.query(Query(paths.notices("CP1")))) == 4


def test_messages_nobody_knows_share_one_place_and_its_bound(yard, monkeypatch):
    monkeypatch.setattr(notice_kinds, "OTHERS_KEPT", 2)
    for number in range(5):
        assert tell(yard, f"Made{number}", {})["outcome"] == "applied"
    assert [action for action, _ in told(yard)] == ["Made4", "Made3"]


def test_notices_are_deleted_after_their_time(yard):
    tell(yard, "DataTransfer", {"vendorId": "a"})
    assert clean(yard.store, yard.clock.now() + KEPT_FOR - timedelta(minutes=1)) == 0
    assert clean(yard.store, yard.clock.now() + KEPT_FOR) == 1
    assert told(yard) == []


@pytest.mark.parametrize(
    ("changes", "reason"),
    [
        ({"payload": {"data": "x" * 140_000}}, "payload is too large"),
        ({"action": ""}, "action is empty"),
        ({"action": "x" * 65}, "action is too long"),
        ({"payload": []}, "Expected `object`"),
        ({"payload": None}, "Expected `object`"),
        ({"payload": {"a": "\ud800"}}, "surrogates"),
        ({"action": 7}, "Expected `str`"),
    ],
    ids=["large", "no action", "long action", "list", "null", "surrogate", "number"],
)
def test_what_is_no_notice_is_noted_and_the_next_one_is_taken(yard, changes: dict[str, Any], reason: str):
    given = {"action": "DataTransfer", "payload": {}} | changes
    answer = yard.tell("CP1", "notice", **given) if "payload" not in changes else _raw(yard, given)
    assert answer["outcome"] == "noted"
    assert reason in answer["reason"]
    assert tell(yard, "DataTransfer", {"vendorId": "a"})["outcome"] == "applied"


def _raw(world: World, given: dict[str, Any]) -> dict[str, Any]:
    event = world.event("CP1", "notice", action=given["action"]) | {"payload": given["payload"]}
    [result] = world.post(event).results
    return {"outcome": result.outcome, "reason": result.reason}


def test_a_payload_nested_deeper_than_any_message_is_noted(yard):
    deep: Any = 1
    for _ in range(40):
        deep = [deep]
    assert "nested too deeply" in tell(yard, "DataTransfer", {"data": deep})["reason"]


def test_a_notice_of_an_unknown_charge_point_is_noted(yard):
    assert yard.tell("CP9", "notice", action="DataTransfer", payload={})["reason"] == "unknown_charge_point"


def test_a_batch_of_notices_costs_one_look_and_one_write_each_beside_the_book(yard):
    events = [
        yard.event("CP1", "notice", action="SecurityEventNotification", payload={"type": str(number)})
        for number in range(5)
    ]
    yard.services.registry.cached("CP1")
    with yard.store.measure() as count:
        yard.post(*events)
    assert (count.reads, count.writes) == (1, 6)


def test_notices_among_other_events_are_taken_with_them(yard):
    events = [
        yard.event("CP1", "status", connector=1, status="faulted", error_code="GroundFailure"),
        yard.event("CP1", "notice", action="SecurityEventNotification", payload={"type": "ResetOrReboot"}),
        yard.event("CP1", "status", connector=1, status="available"),
    ]
    assert [result.outcome for result in yard.post(*events).results] == ["applied"] * 3
    assert len(told(yard)) == 1


def test_a_busy_store_has_the_whole_post_repeated(yard, monkeypatch):
    event = yard.event("CP1", "notice", action="DataTransfer", payload={"vendorId": "a"})

    def busy(_body: object) -> None:
        raise StoreBusy(attempts=1, waited_s=0, retry_after_s=1)

    with monkeypatch.context() as patch:
        patch.setattr(yard.store, "transact", busy)
        with pytest.raises(StoreBusy):
            yard.post(event)
    assert [result.outcome for result in yard.post(event).results] == ["applied"]


def test_pages_of_notices_follow_each_other(yard):
    for number in range(5):
        tell(yard, "DataTransfer", {"vendorId": str(number)})
    seen, token = [], ""
    for _ in range(3):
        page = yard.services.notices.page("CP1", "DataTransfer", 2, token)
        seen += [one.payload for one in page.items]
        token = page.next_page_token
    assert seen == [b'{"vendorId":"%d"}' % number for number in (4, 3, 2, 1, 0)]
    assert token == ""
    with pytest.raises(Invalid):
        yard.services.notices.page("CP1", "", 2, "x")


def test_a_firmware_update_is_walked_from_its_command_to_the_version_the_next_boot_names(yard):
    records, walks = yard.services, ["Downloading", "Downloaded", "Installing", "Installed"]
    command = records.commands.send(
        "CP1",
        "UpdateFirmware",
        {"location": "https://user:secret@example.org/new.bin", "retrieveDate": "2026-03-02T09:00:00Z"},
        "root",
    )
    yard.tell("CP1", "command_result", command_id=command.command_id, outcome="accepted", response={})
    for status in walks:
        tell(yard, "FirmwareStatusNotification", {"status": status})
    tell(yard, "FirmwareStatusNotification", {"status": "Installed"})
    found = firmware(yard)
    assert [step.status for step in found.steps] == walks
    assert (found.status, found.command_id, found.signed) == ("Installed", command.command_id, False)
    assert "secret" not in found.location
    yard.clock.advance(seconds=1)
    yard.tell("CP1", "boot", protocol="ocpp1.6", firmware="2.0")
    assert yard.services.registry.get("CP1").firmware == "2.0"


def test_a_signed_update_nobody_here_asked_for_is_its_own_walk(yard):
    tell(yard, "FirmwareStatusNotification", {"status": "Installed"})
    tell(yard, "SignedFirmwareStatusNotification", {"status": "InvalidSignature", "requestId": 7})
    found = firmware(yard)
    assert (found.status, found.request_id, found.signed, found.command_id) == ("InvalidSignature", 7, True, "")
    assert [step.status for step in found.steps] == ["InvalidSignature"]


@pytest.mark.parametrize("payload", [{}, {"status": 7}, {"status": ""}, {"status": "Idle", "requestId": 2**60}])
def test_a_status_that_says_nothing_is_kept_as_a_notice_only(yard, payload: dict[str, Any]):
    assert tell(yard, "FirmwareStatusNotification", payload)["outcome"] == "applied"
    assert firmware(yard).request_id is None
    assert len(told(yard)) == 1


@pytest.mark.parametrize(
    ("action", "name"), [("DiagnosticsStatusNotification", "diagnostics"), ("LogStatusNotification", "log")]
)
def test_an_upload_is_followed(yard, action: str, name: str):
    tell(yard, action, {"status": "Uploading"})
    tell(yard, action, {"status": "Uploaded"})
    found = yard.services.records.get("CP1", name, Upload)
    assert (found.status, [step.status for step in found.steps]) == ("Uploaded", ["Uploading", "Uploaded"])
    assert found.updated_at == yard.clock.now()
