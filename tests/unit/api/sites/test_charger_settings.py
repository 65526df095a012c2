"""A charger's settings over HTTP: shown, read anew, changed, read back; and the admin log of it."""

from typing import Any

from flask import Flask

from tests.fakes.people import Someone
from tests.unit.api.sites.settings_yard import SUPPORTED, Yard, known, obedient, saying
from wire.commands import Settings


def test_what_the_driver_declared_is_shown_and_nothing_is_known_yet(yard: Yard) -> None:
    shown = yard.get()
    assert (shown["charge_point_id"], shown["connector"], shown["connected"]) == ("CP-1", 1, True)
    assert set(shown["supported"]) == set(SUPPORTED) - {"unheard_of"}
    assert shown["supported"]["limit_a"] == {
        "least": 6, "most": 32, "choices": [], "writable": True, "readable": True, "idle_only": False, "shared": False,
    }  # fmt: skip
    assert (known(shown), shown["read_at"], shown["last_change"], shown["refreshed"]) == ({}, None, None, None)


def test_a_change_is_written_read_back_and_kept(yard: Yard) -> None:
    yard.answers = obedient
    answer = yard.put({"limit_a": 8, "mode": "on", "measurands": ["Voltage"]})
    assert answer.status_code == 200
    change = answer.json["change"]
    assert change["results"]["limit_a"] == {"state": "confirmed", "reason": None}
    assert (change["old"]["limit_a"], change["asked"]["limit_a"], change["read_back"]["limit_a"]) == (None, 8.0, 8.0)
    assert (change["status"], change["error"]) == ("accepted", None)
    shown = yard.get()
    assert known(shown) == {"enabled": True, "limit_a": 8.0, "mode": "on", "measurands": ["Voltage"]}
    assert shown["read_at"]
    assert shown["last_change"] == change
    assert yard.sent()["limit_a"] == 8.0
    again = yard.put({"limit_a": 10}).json["change"]
    assert (again["old"]["limit_a"], again["read_back"]["limit_a"]) == (8.0, 10.0)


def test_no_limit_is_not_the_same_as_no_word_of_the_limit(yard: Yard) -> None:
    yard.answers = obedient
    yard.put({"limit_a": None})
    assert yard.sent() == {"limit_a": None}
    yard.put({"enabled": False})
    assert yard.sent() == {"enabled": False}


WORDS: list[tuple[str, dict[str, Any], str, tuple[str | None, ...]]] = [
    ("accepted", {"state": "differs"}, "", ("accepted", None, "differs", None)),
    ("accepted", {"state": "differs", "reason": "Scheduled"}, "", ("accepted", None, "differs", "Scheduled")),
    ("accepted", {"state": "unconfirmed"}, "", ("accepted", None, "unconfirmed", None)),
    ("rejected", {"state": "rejected", "reason": "Rejected"}, "rejected",
     ("rejected", "rejected", "rejected", "Rejected")),
    ("failed", {"state": "failed", "reason": "timeout"}, "timeout", ("failed", "timeout", "failed", "timeout")),
    ("failed", {"state": "failed", "reason": "disconnected"}, "disconnected",
     ("failed", "disconnected", "failed", "disconnected")),
]  # fmt: skip


def test_what_became_of_a_value_is_said_in_one_word(yard: Yard) -> None:
    for outcome, told, answer, shown in WORDS:
        yard.answers = saying(outcome, {"limit_a": told}, answer, limit_a=16)
        answered = yard.put({"limit_a": 8})
        change = answered.json["change"]
        write = change["results"]["limit_a"]
        assert answered.status_code == 200
        assert (change["status"], change["error"], write["state"], write["reason"]) == shown
        assert known(yard.get()) == {"limit_a": 16}


def test_what_was_not_declared_is_refused_and_nothing_is_sent_or_logged(yard: Yard) -> None:
    sent = len(yard.bus.commands)
    for name, value in (("rfid_lock", True), ("phase", 2), ("phases", 1), ("heartbeat_s", 5), ("cable_lock", True)):
        answer = yard.put({"enabled": True, name: value})
        assert (answer.status_code, answer.json["code"]) == (409, "not_supported")
        assert name in answer.json["detail"]
        assert answer.json["field"] == name
    assert len(yard.bus.commands) == sent
    assert yard.log() == []


def test_what_only_the_driver_knows_it_has_not_is_refused_as_well(yard: Yard) -> None:
    told = {"mode": {"state": "not_supported"}, "enabled": {"state": "not_tried"}}
    yard.answers = saying("rejected", told, "not_supported")
    answer = yard.put({"enabled": True, "mode": "on"})
    assert (answer.status_code, answer.json["code"], answer.json["field"]) == (409, "not_supported", "mode")
    some = {"mode": {"state": "not_supported"}, "enabled": {"state": "confirmed"}}
    yard.answers = saying("rejected", some, "not_supported", enabled=True)
    answer = yard.put({"enabled": True, "mode": "on"})
    assert (answer.status_code, answer.json["change"]["error"]) == (200, "not_supported")


def test_what_a_charger_showed_it_has_not_is_refused_until_it_boots_again(yard: Yard) -> None:
    yard.answers = lambda _: {
        "outcome": "accepted",
        "response": {"values": {"enabled": True}, "told": {}, "supported": {"enabled": {}}},
    }
    assert set(yard.get("?refresh=1")["supported"]) == {"enabled"}
    assert yard.put({"limit_a": 8}).status_code == 409
    yard.clock.advance(seconds=1)
    yard.boot()
    assert yard.put({"limit_a": 8}).status_code == 200


def test_a_charge_point_that_never_said_what_it_supports_is_asked(yard: Yard, root: Someone) -> None:
    other = root.put("/api/chargepoint/CP-2", {"connectors": {"1": "Lot:C"}, "password": "0123456789abcdef"})
    assert other.status_code == 201
    answer = root.get("/api/location/lot/charger/C/settings")
    assert (answer.json["settings"]["supported"], answer.json["settings"]["connected"]) == (None, False)
    answer = root.put("/api/location/lot/charger/C/settings", {"phase": 2})
    assert (answer.status_code, answer.json["change"]["status"]) == (200, "not_connected")


def test_a_charger_of_no_charge_point_can_be_set_to_nothing(root: Someone, lot: str) -> None:
    path = f"{lot}/charger/A/settings"
    shown = root.get(path).json["settings"]
    assert (shown["charge_point_id"], shown["connector"], shown["supported"]) == (None, None, {})
    for answer in (root.put(path, {"limit_a": 8}), root.get(f"{path}?refresh=1")):
        assert (answer.status_code, answer.json["code"]) == (409, "not_supported")


def test_a_charge_point_without_connection_is_said_so_at_once(yard: Yard) -> None:
    yard.reporter.report("connection", connected=False, bridge_id="b1", epoch=1)
    answer = yard.put({"limit_a": 8}, wait=20)
    assert answer.status_code == 200
    assert (answer.json["change"]["status"], answer.json["change"]["error"]) == ("not_connected", "not_connected")
    assert answer.json["change"]["results"]["limit_a"]["state"] is None
    shown = yard.get("?refresh=true")
    assert (shown["refreshed"], shown["refresh_error"]) == ("not_connected", "not_connected")
    (line,) = yard.log()
    assert line["change"]["status"] == "not_connected"


def test_a_bridge_that_cannot_be_reached_fails_the_change(yard: Yard) -> None:
    yard.bus.failing = True
    answer = yard.put({"limit_a": 8})
    assert (answer.status_code, answer.json["change"]["error"]) == (200, "bridge_unreachable")


def test_what_takes_longer_is_a_command_and_the_last_change(yard: Yard) -> None:
    answer = yard.put({"limit_a": 8})
    assert answer.status_code == 202
    change = answer.json["change"]
    assert yard.get()["last_change"] == change
    (_, asked) = yard.bus.commands[-1]
    assert isinstance(asked, Settings)
    yard.tell(change["command_id"], **obedient(asked))
    command = yard.root.get(f"/api/chargepoint/CP-1/command/{change['command_id']}").json["command"]
    assert command["status"] == yard.get()["last_change"]["status"] == "accepted"
    assert known(yard.get())["limit_a"] == 8


def test_a_change_never_answered_reads_expired(yard: Yard) -> None:
    yard.put({"limit_a": 8})
    yard.clock.advance(seconds=121)
    assert (yard.get()["last_change"]["status"], yard.log()[0]["change"]["error"]) == ("expired", "expired")
    assert known(yard.get()) == {}


def test_reading_anew_asks_and_changes_nothing(yard: Yard) -> None:
    yard.answers = saying("accepted", {}, limit_a=32, enabled=True)
    shown = yard.get("?refresh=1")
    assert (shown["refreshed"], known(shown), shown["last_change"]) == (
        "accepted", {"limit_a": 32, "enabled": True}, None,
    )  # fmt: skip
    assert yard.sent() == {}
    yard.answers = lambda _: {"outcome": "failed", "answer": "timeout", "error": "silent"}
    shown = yard.get("?refresh=1")
    assert (shown["refreshed"], shown["refresh_error"], shown["values"]["limit_a"]) == ("failed", "timeout", 32)
    assert yard.log() == []


def test_every_change_is_in_the_admin_log_with_who_when_old_and_new(yard: Yard) -> None:
    yard.answers = obedient
    yard.put({"limit_a": 8, "enabled": False, "measurands": ["Voltage", "SoC"]})
    yard.clock.advance(seconds=1)
    yard.put({"limit_a": 10.5, "enabled": True, "sample_s": 300})
    newest, oldest = yard.log("?subject_id=Lot:A")
    assert newest["what"] == "enabled off → on, limit_a 8 → 10.5, sample_s ? → 300"
    assert oldest["what"] == "enabled ? → off, limit_a ? → 8, measurands ? → Voltage+SoC"
    assert (newest["actor"], newest["subject_id"], newest["at"]) == ("root", "Lot:A", newest["change"]["issued_at"])
    assert newest["actor_id"] == newest["change"]["issued_by"]
    assert newest["change"]["old"]["limit_a"] == 8
    assert newest["change"]["results"]["limit_a"]["state"] == "confirmed"
    assert yard.log("?subject_id=lot:B") == []
    first = yard.root.get("/api/admin_log?page_size=1&subject_id=Lot:A").json
    second = yard.root.get(f"/api/admin_log?page_size=1&subject_id=Lot:A&page_token={first['next_page_token']}").json
    assert [each["what"] for each in (*first["actions"], *second["actions"])] == [newest["what"], oldest["what"]]


def test_the_admin_log_has_what_was_done_to_accounts_and_admins_alone_read_it(
    root: Someone, ann: Someone, nobody: Someone
) -> None:
    root.patch("/api/user/ann/set_user_admin", {})
    assert root.post("/api/user", {"username": "eve", "password": "correct horse battery"}).status_code == 201
    actions = root.get("/api/admin_log").json["actions"]
    assert actions
    assert all(each["change"] is None for each in actions)
    assert nobody.get("/api/admin_log").status_code == 401
    assert root.get("/api/admin_log?page_token=x").status_code == 422


def test_the_version_that_was_read_may_be_changed_once(yard: Yard) -> None:
    seen = {"If-Match": yard.root.get(yard.path).headers["ETag"]}
    assert yard.put({"limit_a": 8}, headers=seen).status_code == 202
    assert yard.put({"limit_a": 10}, headers=seen).status_code == 412
    assert len(yard.log()) == 1


def test_a_repeated_request_changes_things_once(yard: Yard) -> None:
    key = {"Idempotency-Key": "k1"}
    first = yard.put({"limit_a": 8}, headers=key)
    sent = len(yard.bus.commands)
    second = yard.put({"limit_a": 8}, headers=key)
    assert (first.status_code, second.status_code) == (202, 202)
    assert first.json["change"]["command_id"] == second.json["change"]["command_id"]
    assert len(yard.bus.commands) == sent
    assert len(yard.log()) == 1


def test_a_boot_without_a_word_of_settings_keeps_what_was_declared(yard: Yard) -> None:
    yard.clock.advance(seconds=1)
    assert yard.boot(None)["outcome"] == "applied"
    assert "limit_a" in yard.get()["supported"]
    yard.clock.advance(seconds=1)
    yard.boot({})
    assert yard.get()["supported"] == {}


def test_what_holds_for_the_whole_charge_point_is_known_of_its_other_chargers(yard: Yard, root: Someone) -> None:
    declared = {"values": {"sample_s": 60, "limit_a": 32}, "told": {}, "supported": SUPPORTED}
    yard.answers = lambda _: {"outcome": "accepted", "response": declared}
    other = "/api/location/lot/charger/B/settings"
    root.get(f"{other}?refresh=1")
    yard.answers = lambda _: {
        "outcome": "accepted",
        "response": {"values": {"sample_s": 5, "limit_a": 8}, "told": {}, "supported": SUPPORTED},
    }
    yard.put({"sample_s": 5})
    assert known(root.get(other).json["settings"]) == {"sample_s": 5, "limit_a": 32}


def test_a_value_that_works_after_a_reboot_marks_the_charge_point(yard: Yard) -> None:
    yard.answers = saying("accepted", {"sample_s": {"state": "differs", "reason": "RebootRequired"}}, sample_s=60)
    yard.put({"sample_s": 5})
    assert yard.root.get("/api/chargepoint/CP-1").json["chargepoint"]["reboot_required"] is True


def test_the_body_with_every_setting_names_those_of_the_bridge(app: Flask) -> None:
    from api.schemas.charger_settings import SettingsBody  # noqa: PLC0415 -- beside what it is compared with
    from wire.settings import SETTINGS  # noqa: PLC0415

    assert tuple(SettingsBody.model_fields) == SETTINGS
