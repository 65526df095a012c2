"""Events that are none: each is `noted` with a reason, spoils no other, changes no site, and is never refused."""

from typing import Any

import pytest

from tests.contracts.api.inhabitants import AT
from tests.contracts.api.roles import Role
from tests.contracts.api.world import ApiWorld

CP_1 = {"charge_point_id": "CP-1", "connector": 1}
STATUS = CP_1 | {"kind": "status", "status": "available"}
START = CP_1 | {"kind": "transaction_started", "meter_start_wh": 1, "transaction_id": "t2"}
END = CP_1 | {"kind": "transaction_ended", "transaction_id": "t1", "meter_stop_wh": 1}
METER = CP_1 | {"kind": "meter", "samples": []}
RESULT = {"kind": "command_result", "charge_point_id": "CP-1", "command_id": "c", "outcome": "accepted"}

NO_EVENTS = [None, True, 7, 1.5, "status", [], {}, [STATUS], {"kind": "status"}, {"kind": None}, {"seq": 3}]
BAD_EVENTS = [
    STATUS | {"kind": "no such kind"}, STATUS | {"kind": 1}, STATUS | {"seq": -1}, STATUS | {"seq": 2**53},
    STATUS | {"seq": 10**400}, STATUS | {"seq": "7"}, STATUS | {"seq": 7.5}, STATUS | {"seq": None},
    STATUS | {"seq": True},
    STATUS | {"status": "asleep"}, STATUS | {"status": None}, STATUS | {"connector": -1}, STATUS | {"connector": 10**9},
    STATUS | {"connector": "1"}, STATUS | {"error_code": "x" * 65}, STATUS | {"charge_point_id": 7},
    STATUS | {"charge_point_id": "x" * 65}, STATUS | {"occurred_at": "yesterday"}, STATUS | {"occurred_at": 0},
    STATUS | {"received_at": "2026-03-02T08:00:00"}, STATUS | {"received_at": "9999-12-31T23:59:59-12:00"},
    STATUS | {"occurred_at": "0001-01-01T00:00:00+14:00"}, STATUS | {"received_at": None},
    START | {"transaction_id": ""}, START | {"transaction_id": "t" * 65}, START | {"transaction_id": 5},
    START | {"meter_start_wh": 2**53}, START | {"meter_start_wh": 1.5}, START | {"meter_start_wh": "1"},
    START | {"tag": "x" * 4001}, START | {"tag": None}, START | {"reservation_id": "1"}, START | {"offline": "no"},
    END | {"meter_stop_wh": -(2**53)}, END | {"meter_stop_wh": None}, END | {"transaction_id": ""},
    END | {"samples": {}},
    METER | {"samples": [{"at": "2026-03-02T08:00:00", "value": "1"}]}, METER | {"samples": [{"at": AT, "value": 1}]},
    METER | {"samples": [None]}, METER | {"samples": None},
    METER | {"columns": "SoC"}, METER | {"values": ["1"]}, METER | {"columns": "SoC;SoC", "values": ["1"]},
    METER | {"columns": "SoC", "values": [1]}, METER | {"columns": "SoC", "values": "1"},
    METER | {"columns": "SoC||||||", "values": ["1"]}, METER | {"columns": "x" * 4001, "values": ["1"]},
    RESULT | {"command_id": ""}, RESULT | {"command_id": "x" * 200}, RESULT | {"outcome": "lost"},
    RESULT | {"response": []},
]  # fmt: skip


def at(event: Any, seq: int) -> Any:
    return {"seq": seq, "occurred_at": AT, "received_at": AT} | event if isinstance(event, dict) and event else event


def post(world: ApiWorld, *events: Any) -> list[dict[str, Any]]:
    answer = world.sender(Role.BRIDGE).post("/api/events", {"stream": "s9", "events": list(events)})
    assert answer.status_code == 200
    assert not (errors := world.errors()), errors
    results: list[dict[str, Any]] = answer.json["results"]
    return results


def sites(world: ApiWorld) -> dict[str, bytes]:
    return {path: data for path, data in world.documents().items() if path.startswith("locations/")}


@pytest.mark.parametrize("event", [*NO_EVENTS, *BAD_EVENTS])
def test_it_is_noted_and_changes_no_site(world: ApiWorld, event: Any) -> None:
    before = sites(world)
    (result,) = post(world, at(event, 100))
    assert result["outcome"] == "noted"
    assert result["reason"].startswith("bad_event: ")
    assert sites(world) == before


@pytest.mark.parametrize("name", ["CP-9", "cp-1", "", "..", "__x__", "a/b", "\u200b", "CP-1\x00", "CP-1 "])
def test_an_unknown_charge_point_is_noted(world: ApiWorld, name: str) -> None:
    before = sites(world)
    (result,) = post(world, at(STATUS | {"charge_point_id": name}, 100))
    assert (result["outcome"], result["reason"]) == ("noted", "unknown_charge_point")
    assert sites(world) == before


def test_bad_events_spoil_none_of_the_good_ones_beside_them(world: ApiWorld) -> None:
    bad = [at(each, 101) for each in [*NO_EVENTS, *BAD_EVENTS]]
    sent = [at(STATUS | {"status": "faulted"}, 100), *bad, at(STATUS | {"status": "charging"}, 102)]
    results = post(world, *sent)
    assert [each["outcome"] for each in results] == ["applied", *["noted"] * (len(sent) - 2), "applied"]
    assert {each["outcome"] for each in post(world, sent[0], sent[-1])} == {"repeat"}


def test_half_a_surrogate_cannot_be_said_in_json_at_all(world: ApiWorld) -> None:
    before = world.documents()
    data = r'{"stream": "s9", "events": [{"charge_point_id": "\ud800"}]}'
    answer = world.sender(Role.BRIDGE).send("POST", "/api/events", data=data, content_type="application/json")
    assert (answer.status_code, answer.json["code"]) == (400, "invalid_json")
    assert world.documents() == before
