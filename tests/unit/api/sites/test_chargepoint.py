"""Charge points over HTTP: made known, commanded, forgotten; what bridges ask and report about them."""

from datetime import timedelta

import pytest

from api.schemas.events import BridgeConfigReply, EventsReply, VerdictReply, VerdictsReply
from model.account import Scope, ScopeKind
from model.instants import to_text
from tests.fakes.people import People, Someone

CP = "/api/chargepoint/CP-1"
PASSWORD = "0123456789abcdef0123"
SHAPE = {
    "charge_point_id", "location_id", "connectors", "security_profile", "vendor_profile", "vendor", "model", "serial",
    "firmware", "iccid", "imsi", "meter_type", "meter_serial", "protocol", "unsupported", "commands",
    "reboot_required", "booted_at", "connection", "last_seen_at",
}  # fmt: skip


@pytest.fixture
def box(root: Someone, lot: str) -> str:
    """The path of charge point CP-1, whose connectors are Lot:A and Lot:C."""
    body = {"password": PASSWORD, "connectors": {"1": "lot:A", "2": "Lot:C"}}
    assert root.put(CP, body).status_code == 201
    return CP


class Reporter:
    """A bridge's stream of events of CP-1."""

    def __init__(self, bridge: Someone, services) -> None:
        self._bridge = bridge
        self._clock = services.clock
        self._seq = 0

    def report(self, kind: str, **fields: object) -> dict[str, object]:
        self._seq += 1
        at = to_text(self._clock.now())
        event = {
            "kind": kind, "charge_point_id": "CP-1", "seq": self._seq, "occurred_at": at, "received_at": at, **fields,
        }  # fmt: skip
        answer = self._bridge.post("/api/events", {"stream": "s1", "events": [event]})
        assert answer.status_code == 200
        EventsReply.model_validate(answer.json, strict=False)
        (result,) = answer.json["results"]
        return dict(result)

    def connect(self) -> None:
        assert self.report("connection", connected=True, bridge_id="b1", epoch=1)["outcome"] == "applied"
        for connector in (1, 2):
            self.report("status", connector=connector, status="available")


@pytest.fixture
def reporter(bridge: Someone, services, box: str) -> Reporter:
    return Reporter(bridge, services)


def test_a_charge_point_is_made_known_and_makes_missing_chargers(root: Someone, box: str, lot: str) -> None:
    known = root.get(box).json["chargepoint"]
    assert set(known) == SHAPE
    assert known["connectors"] == {"1": "Lot:A", "2": "Lot:C"}
    assert known["security_profile"] == 1
    assert root.get(f"{lot}/charger/C").status_code == 200
    assert [each["charge_point_id"] for each in root.get("/api/chargepoint").json["chargepoints"]] == ["CP-1"]


def test_it_and_its_chargers_were_seen_this_hour_while_it_is_connected(
    root: Someone, nobody: Someone, bridge: Someone, reporter: Reporter, lot: str, services
) -> None:
    def seen() -> list[str | None]:
        shown = [nobody.get(f"{lot}/charger/A").json["charger"], root.get(CP).json["chargepoint"]]
        return [each["last_seen_at"] for each in shown]

    reporter.connect()
    assert seen() == ["2026-03-02T08:00:00.000Z"] * 2
    services.clock.advance(hours=3, minutes=20)
    version = nobody.get(lot).headers["ETag"]
    assert bridge.get("/api/bridge/config").status_code == 200
    assert seen() == ["2026-03-02T11:00:00.000Z"] * 2
    assert nobody.get(lot).headers["ETag"] != version
    version = nobody.get(lot).headers["ETag"]
    services.clock.advance(minutes=30)
    bridge.get("/api/bridge/config")
    assert nobody.get(lot, headers={"If-None-Match": version}).status_code == 304
    stale = root.get(CP).headers["ETag"]
    body = {"connectors": {"1": "Lot:A"}}
    assert root.put(CP, body, headers={"If-Match": stale}).status_code == 200
    reporter.report("connection", connected=False, bridge_id="b1", epoch=1)
    services.clock.advance(hours=5)
    bridge.get("/api/bridge/config")
    assert seen() == ["2026-03-02T11:50:00.000Z"] * 2
    listed = root.get("/api/chargepoint").json["chargepoints"][0]
    assert listed["last_seen_at"] == "2026-03-02T11:50:00.000Z"


def test_its_password_is_never_shown(root: Someone, box: str) -> None:
    for path in (box, "/api/chargepoint"):
        assert "password" not in root.get(path).text
        assert PASSWORD not in root.get(path).text


def test_its_id_is_case_sensitive(root: Someone, box: str) -> None:
    assert root.get("/api/chargepoint/cp-1").status_code == 404


def test_a_change_keeps_what_is_left_out(root: Someone, box: str) -> None:
    changed = root.put(box, {"connectors": {"1": "lot:A", "2": "lot:C"}, "security_profile": 2})
    assert changed.status_code == 200
    assert changed.json["chargepoint"]["security_profile"] == 2
    again = root.put(box, {"connectors": {"1": "lot:A"}})
    assert again.json["chargepoint"]["security_profile"] == 2
    assert again.json["chargepoint"]["connectors"] == {"1": "Lot:A"}


@pytest.mark.parametrize(
    ("body", "status"),
    [
        ({}, 422),
        ({"connectors": {}}, 422),
        ({"connectors": {"0": "lot:A"}}, 422),
        ({"connectors": {"x": "lot:A"}}, 422),
        ({"connectors": {"1": "lot"}}, 422),
        ({"connectors": {"1": "lot:a b"}}, 422),
        ({"connectors": {"1": ""}}, 422),
        ({"connectors": {"1": "lot:A", "2": "other:A"}}, 422),
        ({"connectors": {"1": "lot:A", "2": "lot:a"}}, 422),
        ({"connectors": {"1": "nowhere:A"}}, 404),
        ({"connectors": {"1": "lot:A"}, "password": "short"}, 422),
        ({"connectors": {"1": "lot:A"}, "password": "x" * 41}, 422),
        ({"connectors": {"1": "lot:A"}, "security_profile": 4}, 422),
        ({"connectors": {"1": 1}}, 422),
        ({"connectors": [["1", "lot:A"]]}, 422),
        ({"connectors": {"1": "lot:A"}, "x": 1}, 422),
    ],
)
def test_a_charge_point_that_cannot_be_is_refused(root: Someone, lot: str, body: object, status: int) -> None:
    assert root.put(CP, body).status_code == status
    assert root.get(CP).status_code == 404


def test_a_charger_has_one_charge_point(root: Someone, box: str) -> None:
    assert root.put("/api/chargepoint/CP-2", {"connectors": {"1": "lot:A"}}).status_code == 409


def test_a_charge_point_is_forgotten_and_its_chargers_stay(root: Someone, box: str, lot: str) -> None:
    assert root.delete(f"{lot}/charger/A").status_code == 409
    assert root.delete(box).status_code == 200
    assert root.get(box).status_code == 404
    assert root.delete(box).status_code == 404
    assert root.get(f"{lot}/charger/A").status_code == 200


@pytest.mark.parametrize("method", ["PUT", "DELETE"])
def test_a_change_to_a_version_that_is_gone_is_412(root: Someone, box: str, method: str) -> None:
    stale = root.get(box).headers["ETag"]
    body = {"connectors": {"1": "lot:A"}}
    root.put(box, body)
    sent = body if method == "PUT" else None
    assert root.send(method, box, json=sent, headers={"If-Match": stale}).status_code == 412
    fresh = root.get(box).headers["ETag"]
    assert root.send(method, box, json=sent, headers={"If-Match": fresh}).status_code == 200


def test_charge_points_are_kept_by_admins_only(ann: Someone, bridge: Someone, nobody: Someone, box: str) -> None:
    for someone, status in ((ann, 403), (bridge, 403), (nobody, 401)):
        assert someone.get(box).status_code == status
        assert someone.put(box, {"connectors": {"1": "lot:B"}}).status_code == status
        assert someone.post(f"{box}/command", {"action": "Reset"}).status_code == status


def test_a_command_to_a_charge_point_that_is_away_is_not_connected_at_once(root: Someone, box: str) -> None:
    sent = root.post(f"{box}/command", {"action": "GetConfiguration"})
    assert sent.status_code == 200
    assert set(sent.json["command"]) == {"command_id", "status", "answer", "response", "error", "detail"}
    assert sent.json["command"]["status"] == "not_connected"


def test_a_command_is_sent_and_its_answer_is_read(root: Someone, reporter: Reporter, services, box: str) -> None:
    reporter.connect()
    sent = root.post(f"{box}/command", {"action": "ChangeConfiguration", "payload": {"key": "k", "value": "v"}})
    assert (sent.status_code, sent.json["command"]["status"]) == (202, "sent")
    command_id = sent.json["command"]["command_id"]
    assert services.bus.commands[-1][1].command_id == command_id
    result = reporter.report(
        "command_result", command_id=command_id, outcome="accepted", response={"status": "Accepted"}
    )
    assert result["outcome"] == "applied"
    read = root.get(f"{box}/command/{command_id}").json["command"]
    assert (read["status"], read["response"]) == ("accepted", {"status": "Accepted"})


def test_a_command_sent_twice_with_the_same_key_goes_out_once(
    root: Someone, reporter: Reporter, services, box: str
) -> None:
    reporter.connect()
    before = len(services.bus.commands)
    headers = {"Idempotency-Key": "c1"}
    answers = [root.post(f"{box}/command", {"action": "GetConfiguration"}, headers=headers) for _ in range(2)]
    assert len({answer.json["command"]["command_id"] for answer in answers}) == 1
    assert len(services.bus.commands) == before + 1


@pytest.mark.parametrize(
    ("query", "body"),
    [
        ("", {"action": "MakeCoffee"}),
        ("", {}),
        ("", {"action": "Reset", "payload": []}),
        ("?wait=21", {"action": "GetConfiguration"}),
        ("?wait=-1", {"action": "GetConfiguration"}),
        ("?wait=nan", {"action": "GetConfiguration"}),
        ("?wait=x", {"action": "GetConfiguration"}),
        ("", {"action": "ChangeConfiguration", "payload": {"key": 1, "value": "v"}}),
        ("", {"action": "ChangeConfiguration", "payload": {"key": "k", "value": "v", "more": 1}}),
    ],
)
def test_a_command_that_cannot_be_is_422(root: Someone, box: str, query: str, body: object) -> None:
    assert root.post(f"{box}/command{query}", body).status_code == 422


def test_unknown_commands_and_charge_points_are_404(root: Someone, box: str) -> None:
    assert root.get(f"{box}/command/none").status_code == 404
    assert root.post("/api/chargepoint/CP-9/command", {"action": "GetConfiguration"}).status_code == 404
    assert root.get("/api/chargepoint/CP-9").status_code == 404


def test_a_bridge_asks_about_a_tag(ann: Someone, bridge: Someone, people: People, box: str) -> None:
    tag = ann.get("/api/user").json["user"]["tag"]
    known = bridge.post(f"{box}/authorize", {"tag": tag})
    assert known.status_code == 200
    assert VerdictReply.model_validate(known.json, strict=False).tag_status == "Accepted"
    assert known.json["parent_tag"] == tag
    assert bridge.post(f"{box}/authorize", {"tag": "nobody"}).json["tag_status"] == "Invalid"
    assert bridge.post("/api/chargepoint/CP-9/authorize", {"tag": tag}).status_code == 404
    own = people.unit(Scope(kind=ScopeKind.CHARGE_POINT, id="CP-1"), "own")
    other = people.unit(Scope(kind=ScopeKind.CHARGE_POINT, id="CP-2"), "other")
    assert own.post(f"{box}/authorize", {"tag": tag, "connector": 1}).status_code == 200
    assert other.post(f"{box}/authorize", {"tag": tag}).status_code == 403
    assert ann.post(f"{box}/authorize", {"tag": tag}).status_code == 403
    assert bridge.post(f"{box}/authorize", {"connector": 1}).status_code == 422


def test_a_bridge_asks_about_several_tags_at_once(ann: Someone, bridge: Someone, people: People, box: str) -> None:
    tag = ann.get("/api/user").json["user"]["tag"]
    asked = [
        {"charge_point_id": name, "tag": text} for name, text in (("CP-1", tag), ("CP-9", tag), ("CP-1", "nobody"))
    ]
    answer = bridge.post("/api/bridge/authorize", {"questions": asked})
    assert answer.status_code == 200
    verdicts = VerdictsReply.model_validate(answer.json, strict=False).verdicts
    assert [one and one.tag_status for one in verdicts] == ["Accepted", None, "Invalid"]
    own = people.unit(Scope(kind=ScopeKind.CHARGE_POINT, id="CP-1"), "own")
    for stranger in (ann, own):
        assert stranger.post("/api/bridge/authorize", {"questions": asked}).status_code == 403
    for bad in (
        [],
        asked * 17,
        [{"charge_point_id": "CP-1"}],
        [{"charge_point_id": "", "tag": tag}],
        [asked],
        asked[0],
    ):
        assert bridge.post("/api/bridge/authorize", {"questions": bad}).status_code == 422


def test_a_bridge_reads_its_copy(bridge: Someone, ann: Someone, root: Someone, services, box: str) -> None:
    answer = bridge.get("/api/bridge/config")
    assert answer.status_code == 200
    config = BridgeConfigReply.model_validate(answer.json, strict=False)
    assert config.complete
    assert [each.charge_point_id for each in config.charge_points] == ["CP-1"]
    assert config.charge_points[0].connectors == {"1": "Lot:A", "2": "Lot:C"}
    services.clock.advance(minutes=1)
    later = BridgeConfigReply.model_validate(bridge.get(f"/api/bridge/config?since={config.cursor}").json, strict=False)
    assert not later.complete
    for reader, status in ((ann, 403), (root, 403)):
        assert reader.get("/api/bridge/config").status_code == status


def test_a_session_over_a_bridge_is_followed_from_plug_to_unplug(
    ann: Someone, reporter: Reporter, services, lot: str
) -> None:
    reporter.connect()
    tag = ann.get("/api/user").json["user"]["tag"]
    ann.post(f"{lot}/queue")
    offer = ann.post(f"{lot}/queue/offer", {"action": "accept"}).json["offer"]
    if offer["charger_id"] != "A":
        pytest.fail(f"the first free charger is A, not {offer['charger_id']}")
    started = reporter.report("transaction_started", connector=1, transaction_id="7", meter_start_wh=1_000, tag=tag)
    assert (started["outcome"], started["tag_status"]) == ("applied", "Accepted")
    assert ann.get("/api/user").json["user"]["state"] == "connected_charging"
    services.clock.advance(minutes=30)
    reporter.report("transaction_ended", transaction_id="7", meter_stop_wh=6_500, tag=tag)
    reporter.report("status", connector=1, status="available")
    session = ann.get(f"{lot}/charger/A/session/1").json["session"]
    assert (session["energy_wh"], session["transaction_id"]) == (5_500, "7")
    assert session["end_time"] is not None


def test_a_repeated_event_is_a_repeat_and_an_unknown_one_is_noted(
    bridge: Someone, reporter: Reporter, services, box: str
) -> None:
    reporter.connect()
    at = to_text(services.clock.now() + timedelta(seconds=1))
    known = {
        "kind": "status", "charge_point_id": "CP-1", "seq": 1, "occurred_at": at, "received_at": at, "connector": 1,
        "status": "available",
    }  # fmt: skip
    events = [known, known | {"charge_point_id": "CP-9"}, known | {"status": "dancing", "seq": 99}, 5, "x", None, []]
    results = bridge.post("/api/events", {"stream": "s1", "events": events}).json["results"]
    assert [each["outcome"] for each in results] == ["repeat", *["noted"] * 6]
    assert all(each["reason"] for each in results[1:])


@pytest.mark.parametrize(
    ("body", "status"),
    [
        ({"events": []}, 422),
        ({"stream": "s"}, 422),
        ({"stream": "", "events": []}, 422),
        ({"stream": 1, "events": []}, 422),
        ({"stream": "s", "events": {}}, 422),
        ({"stream": "a\u0000b", "events": []}, 422),
        ({"stream": "s", "events": []}, 200),
    ],
)
def test_only_a_body_that_is_no_list_of_events_is_refused(bridge: Someone, body: object, status: int) -> None:
    assert bridge.post("/api/events", body).status_code == status


def test_events_may_be_larger_than_other_bodies(bridge: Someone, ann: Someone) -> None:
    padded = '{"stream":"s","events":[' + " " * 500_000 + "]}"
    headers = {"Content-Type": "application/json"}
    assert bridge.send("POST", "/api/events", data=padded, headers=headers).status_code == 200
    too_large = '{"stream":"s","events":[' + " " * (1024 * 1024) + "]}"
    assert bridge.send("POST", "/api/events", data=too_large, headers=headers).status_code == 413


def test_events_come_from_bridges_only(ann: Someone, root: Someone, unit: Someone, nobody: Someone) -> None:
    body = {"stream": "s", "events": []}
    assert [each.post("/api/events", body).status_code for each in (ann, root, unit, nobody)] == [403, 403, 403, 401]
