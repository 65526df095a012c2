"""What is refused of a charger's settings, who may not see them, and answers and boots nobody can read."""

from functools import partial
from typing import Any

from tests.fakes.people import Someone
from tests.unit.api.sites.settings_yard import Yard, known, say, saying


def test_drivers_and_units_see_and_set_nothing(yard: Yard, ann: Someone, unit: Someone, nobody: Someone) -> None:
    for sender, status in ((ann, 403), (unit, 403), (nobody, 401)):
        assert sender.get(yard.path).status_code == status
        assert sender.put(yard.path, {"limit_a": 8}).status_code == status
    assert ann.get("/api/admin_log").status_code == 403


BAD: list[tuple[Any, str]] = [
    ({}, "no_settings"),
    ({"limit": 8}, "invalid"),
    ({"limit_a": -1}, "invalid"),
    ({"limit_a": 1001}, "invalid"),
    ({"limit_a": "8"}, "invalid"),
    ({"limit_a": True}, "invalid"),
    ({"limit_a": 5}, "invalid_setting"),
    ({"limit_a": 32.5}, "invalid_setting"),
    ({"enabled": None}, "invalid"),
    ({"enabled": 1}, "invalid"),
    ({"enabled": "on"}, "invalid"),
    ({"mode": "turbo"}, "invalid_setting"),
    ({"mode": ""}, "invalid"),
    ({"mode": "a\nb"}, "invalid"),
    ({"phases": 2}, "invalid"),
    ({"phases": True}, "invalid"),
    ({"phases": 3.5}, "invalid"),
    ({"phase": 0}, "invalid"),
    ({"phase": 4}, "invalid"),
    ({"phase": True}, "invalid"),
    ({"heartbeat_s": 0}, "invalid"),
    ({"heartbeat_s": 1e400}, "invalid"),
    ({"sample_s": -1}, "invalid"),
    ({"sample_s": 10**30}, "invalid"),
    ({"sample_s": 1.5}, "invalid"),
    ({"measurands": "Voltage"}, "invalid"),
    ({"measurands": ["Voltage,SoC"]}, "invalid"),
    ({"measurands": ["x" * 65]}, "invalid"),
    ({"measurands": ["Voltage"] * 41}, "invalid"),
    ({"measurands": ["Energy"]}, "invalid_setting"),
    ({"measurands": None}, "invalid"),
    ([], "invalid"),
    ("x", "invalid"),
]


def test_what_is_no_setting_is_refused_and_nothing_is_sent(yard: Yard) -> None:
    sent = len(yard.bus.commands)
    for body, code in BAD:
        answer = yard.put(body)
        assert (answer.status_code, answer.json["code"]) == (422, code), body
    assert yard.root.put(yard.path, data=b"{", content_type="application/json").status_code in {400, 422}
    assert len(yard.bus.commands) == sent
    assert yard.log() == []


def test_a_wait_that_is_none_is_refused(yard: Yard) -> None:
    for query in ("wait=21", "wait=-1", "wait=nan", "wait=x", "waits=1", "wait=1&wait=2"):
        assert yard.root.put(f"{yard.path}?{query}", {"limit_a": 8}).status_code == 422
        assert yard.root.get(f"{yard.path}?refresh=1&{query}").status_code == 422


def test_a_charger_that_is_not_there_is_not_found(yard: Yard) -> None:
    for path in ("/api/location/lot/charger/Z/settings", "/api/location/none/charger/A/settings"):
        assert yard.root.get(path).status_code == 404
        assert yard.root.put(path, {"limit_a": 8}).status_code == 404


UNREADABLE: list[Any] = [
    None, {}, {"values": 3}, {"values": {"limit_a": "much"}}, {"values": {"limit_a": 10**30}},
    {"values": {"made_up": 1}}, {"values": {}, "told": {"limit_a": {"state": "odd"}}}, {"told": []},
    {"values": {"heartbeat_s": 2**70}}, {"values": {"mode": "x" * 129}}, {"supported": {"limit_a": {"least": "x"}}},
]  # fmt: skip


def test_an_answer_nobody_can_read_is_an_answer_and_changes_nothing(yard: Yard) -> None:
    yard.answers = saying("accepted", {}, limit_a=16)
    yard.get("?refresh=1")
    for response in UNREADABLE:
        told = {"outcome": "accepted", "response": response}
        yard.answers = partial(say, told)
        answer = yard.put({"limit_a": 16})
        assert (answer.status_code, answer.json["change"]["status"]) == (200, "accepted")
        assert answer.json["change"]["results"]["limit_a"]["state"] is None
        assert known(yard.get()) == {"limit_a": 16}, response


def test_a_boot_that_declares_nonsense_is_noted(yard: Yard) -> None:
    too_many: dict[str, Any] = {f"s{number}" * 20: {} for number in range(900)}
    nonsense: list[Any] = [3, [], {"limit_a": 3}, {"limit_a": {"most": "x"}}, too_many]
    for settings in nonsense:
        assert yard.boot(settings)["outcome"] == "noted"
        assert yard.get()["supported"]["enabled"]["writable"] is True
