"""The list of tags a charge point asks when it is offline: brought there after boot and kept, on a real socket."""

from typing import Any

import pytest

from tests.contracts.bridge.conftest import BridgeProcess
from tests.fakes.bridge_api import FakeApi
from tests.fakes.charge_point import ChargePoint

PROFILES = "Core,LocalAuthListManagement"


class ListBox:
    """A charge point's list as OCPP 1.6 has it. ``answers`` come before its own; ``drops_above`` ends the socket."""

    def __init__(self, **keys: str) -> None:
        self.keys = {"SupportedFeatureProfiles": PROFILES, **keys}
        self.version = 0
        self.tags: dict[str, dict[str, Any]] = {}
        self.sent: list[dict[str, Any]] = []
        self.answers: list[str | None] = []
        self.drops_above = 10_000
        self.versions_asked = 0

    def connected(self, bridge: BridgeProcess) -> ChargePoint:
        """Connected and booted."""
        point = bridge.charge_point()
        known = [{"key": key, "readonly": True, "value": value} for key, value in self.keys.items()]
        point.answers["GetConfiguration"] = {"configurationKey": known, "unknownKey": []}
        point.on_call = lambda action, payload: self._heard(point, action, payload)
        point.boot()
        return point

    def _heard(self, point: ChargePoint, action: str, payload: dict[str, Any]) -> None:
        if action == "GetLocalListVersion":
            self.versions_asked += 1
            point.answers[action] = {"listVersion": self.version}
        if action == "SendLocalList":
            entries = payload["localAuthorizationList"]
            self.sent.append(payload)
            if len(entries) > self.drops_above:
                point.answers[action] = None
                point.cut()
                return
            answer = self.answers.pop(0) if self.answers else self._take(payload, entries)
            point.answers[action] = None if answer is None else {"status": answer}

    def _take(self, payload: dict[str, Any], entries: list[dict[str, Any]]) -> str:
        if payload["updateType"] == "Full":
            self.tags = {}
        elif payload["listVersion"] <= self.version:
            return "VersionMismatch"
        for entry in entries:
            self.tags.pop(entry["idTag"], None)
            if "idTagInfo" in entry:
                self.tags[entry["idTag"]] = entry["idTagInfo"]
        self.version = payload["listVersion"]
        return "Accepted"


def told(api: FakeApi, status: str) -> dict[str, Any]:
    """The first notice of a list that ended so."""

    def found(fake: FakeApi) -> dict[str, Any] | None:
        notices = [event["payload"] for event in fake.of_kind("notice") if event["action"] == "SendLocalList"]
        return next((payload for payload in notices if payload["status"] == status), None)

    payload: dict[str, Any] = api.wait_for(found)
    api.applied.clear()
    return payload


def test_the_list_is_sent_after_boot_with_each_tags_worth(api: FakeApi, make_bridge) -> None:
    api.add_tag("LOST", "KW-BENO", "Blocked")
    api.add_tag("KW-ANNA", "KW-ANNA")
    api.add_tag("x" * 21, "KW-ANNA")
    bridge, box = make_bridge(), ListBox()
    with box.connected(bridge):
        shown = told(api, "Accepted")
    assert box.tags == {
        "CARD-A": {"status": "Accepted", "parentIdTag": "KW-ANNA"},
        "CARD-B": {"status": "Accepted", "parentIdTag": "KW-BENO"},
        "LOST": {"status": "Blocked", "parentIdTag": "KW-BENO"},
        "KW-ANNA": {"status": "Accepted", "parentIdTag": "KW-ANNA"},
    }
    assert shown == {"listVersion": box.version, "status": "Accepted", "tags": ["CARD-A", "CARD-B", "KW-ANNA", "LOST"]}


def test_a_long_list_goes_in_parts_the_first_full_and_no_longer_than_allowed(api: FakeApi, make_bridge) -> None:
    for number in range(20):
        api.add_tag(f"CARD-{number:02}", "KW-CLEO")
    box = ListBox(SendLocalListMaxLength="4", LocalAuthListMaxLength="10")
    with box.connected(make_bridge()):
        told(api, "Accepted")
    assert [(each["updateType"], len(each["localAuthorizationList"])) for each in box.sent] == [
        ("Full", 4), ("Differential", 4), ("Differential", 2),
    ]  # fmt: skip
    assert [each["listVersion"] for each in box.sent] == [1, 2, 3]
    assert len(box.tags) == 10


def test_a_list_that_is_known_is_not_sent_again_also_not_by_a_restarted_bridge(api: FakeApi, make_bridge) -> None:
    bridge, box = make_bridge(), ListBox()
    with box.connected(bridge):
        told(api, "Accepted")
    bridge.kill()
    bridge.start()
    with box.connected(bridge) as point:
        api.wait_for(lambda _: box.versions_asked == 2)
        point.status("Available")
    assert len(box.sent) == 1


def test_another_version_than_ours_means_all_anew(api: FakeApi, make_bridge) -> None:
    bridge, box = make_bridge(), ListBox()
    with box.connected(bridge):
        told(api, "Accepted")
    box.version, box.tags = 70, {"STALE": {"status": "Accepted"}}
    with box.connected(bridge):
        told(api, "Accepted")
    assert box.sent[-1]["updateType"] == "Full"
    assert box.version == 71
    assert set(box.tags) == {"CARD-A", "CARD-B"}


def test_changed_tags_follow_without_a_boot(api: FakeApi, make_bridge) -> None:
    bridge, box = make_bridge("--config-s", "0.2"), ListBox()
    with box.connected(bridge):
        told(api, "Accepted")
        api.add_tag("CARD-A", "KW-ANNA", "Blocked")
        api.add_tag("CARD-C", "KW-CLEO")
        del api.tags["CARD-B"]
        told(api, "Accepted")
    assert box.sent[-1]["updateType"] == "Differential"
    assert {tag: info["status"] for tag, info in box.tags.items()} == {"CARD-A": "Blocked", "CARD-C": "Accepted"}


def test_a_version_mismatch_is_answered_with_all_anew(api: FakeApi, make_bridge) -> None:
    bridge, box = make_bridge("--config-s", "0.2"), ListBox()
    with box.connected(bridge):
        told(api, "Accepted")
        box.version = 40  # An admin's own list, unseen by the bridge.
        api.add_tag("CARD-C", "KW-CLEO")
        told(api, "Accepted")
    assert [each["updateType"] for each in box.sent] == ["Full", "Differential", "Full"]
    assert box.version == 41
    assert set(box.tags) == {"CARD-A", "CARD-B", "CARD-C"}


@pytest.mark.parametrize("word", ["Failed", "NotSupported", "VersionMismatch"])
def test_a_refusal_is_shown_and_left_until_the_next_boot(api: FakeApi, make_bridge, word: str) -> None:
    bridge, box = make_bridge("--config-s", "0.2"), ListBox()
    box.answers = [word]
    with box.connected(bridge) as point:
        assert told(api, word)["tags"] == []
        api.add_tag("CARD-C", "KW-CLEO")
        polls = len(api.config_polls)
        api.wait_for(lambda fake: len(fake.config_polls) >= polls + 4)
        point.status("Available")
        assert len(box.sent) == 1
    with box.connected(bridge):
        told(api, "Accepted")
    assert "CARD-C" in box.tags


def test_a_drop_at_a_list_makes_the_next_one_smaller(api: FakeApi, make_bridge) -> None:
    for number in range(20):
        api.add_tag(f"CARD-{number:02}", "KW-CLEO")
    bridge, box = make_bridge(), ListBox(SendLocalListMaxLength="16")
    box.drops_above = 6
    with box.connected(bridge):
        told(api, "disconnected")
    with box.connected(bridge):
        told(api, "Accepted")
    assert [len(each["localAuthorizationList"]) for each in box.sent] == [16, 4, 4, 4, 4, 4, 2]
    assert len(box.tags) == 22


def test_who_drops_at_every_list_is_left_in_peace(api: FakeApi, make_bridge) -> None:
    bridge, box = make_bridge(), ListBox(SendLocalListMaxLength="5")
    box.drops_above = 0
    for outcome in ("disconnected", "GivenUp"):
        with box.connected(bridge):
            told(api, outcome)
    asked = box.versions_asked
    with box.connected(bridge) as point:
        point.next_call("ChangeConfiguration")
        point.next_call("GetConfiguration")
        point.status("Available")
        assert not point.closed.is_set()
    assert (len(box.sent), box.versions_asked) == (2, asked)


@pytest.mark.parametrize(
    "keys",
    [
        {"SupportedFeatureProfiles": "Core,Reservation"},
        {"SupportedFeatureProfiles": "", "LocalAuthListEnabled": "true"},
    ],
)
def test_who_has_no_lists_is_asked_for_none(api: FakeApi, make_bridge, keys: dict[str, str]) -> None:
    box = ListBox(**keys)
    with box.connected(make_bridge()) as point:
        point.next_call("ChangeConfiguration")
        point.next_call("GetConfiguration")
        point.status("Available")
    api.wait_for_kind("status")
    assert box.versions_asked == 0


@pytest.mark.parametrize("answer", [("NotImplemented", "no"), {"listVersion": -1}, {"listVersion": "x"}, {}])
def test_who_cannot_tell_a_version_has_no_lists(api: FakeApi, make_bridge, answer: Any) -> None:
    box = ListBox()
    point = make_bridge().charge_point()
    with point:
        known = [{"key": "SupportedFeatureProfiles", "readonly": True, "value": PROFILES}]
        point.answers["GetConfiguration"] = {"configurationKey": known, "unknownKey": []}
        point.answers["GetLocalListVersion"] = answer
        point.boot()
        assert told(api, "NotSupported")["tags"] == []
    assert box.sent == []


def test_who_charged_here_is_on_a_short_list(api: FakeApi, make_bridge) -> None:
    bridge, box = make_bridge(), ListBox(LocalAuthListMaxLength="1")
    with box.connected(bridge) as point:
        told(api, "Accepted")
        assert set(box.tags) == {"CARD-A"}
        point.stop(point.start("card-b")["transactionId"], 5)
    bridge.stop()
    bridge.start()
    with box.connected(bridge):
        told(api, "Accepted")
    assert set(box.tags) == {"CARD-B"}
