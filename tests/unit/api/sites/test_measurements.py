"""What was measured in a session over HTTP: for its owner and admins, whole, in part, thinned."""

from datetime import timedelta
from typing import Any

import pytest

from tests.fakes.clock import START
from tests.fakes.people import Someone

KINDS = (("Voltage", "V", "L1", "230.1"), ("Voltage", "V", "L2", "231.2"), ("Power.Active.Import", "kW", "", "7.2"))


def at(seconds: float) -> str:
    return (START + timedelta(seconds=seconds)).isoformat()


@pytest.fixture
def charged(ann: Someone, root: Someone, bridge: Someone, lot: str) -> str:
    """Ann charges for five minutes, measured every ten seconds; the path of what was measured."""
    body = {"password": "password of a box", "connectors": {"1": "Lot:A"}}
    assert root.put("/api/chargepoint/CP1", body).status_code in {200, 201}
    tag = ann.get("/api/user").json["user"]["tag"]
    common = {"charge_point_id": "CP1", "connector": 1, "occurred_at": at(0), "received_at": at(0)}
    samples = [
        {"at": at(10 * number), "measurand": measurand, "unit": unit, "phase": phase, "value": value}
        for number in range(30)
        for measurand, unit, phase, value in KINDS
    ]
    events: list[dict[str, Any]] = [
        {**common, "kind": "transaction_started", "seq": 1, "transaction_id": "t1", "meter_start_wh": 0, "tag": tag},
        {**common, "kind": "meter", "seq": 2, "transaction_id": "t1", "samples": samples},
    ]
    reply = bridge.post("/api/events", {"stream": "s", "events": events})
    assert [result["outcome"] for result in reply.json["results"]] == ["applied", "applied"]
    return f"{lot}/charger/A/session/1/measurements"


def test_its_owner_and_admins_read_every_series(ann: Someone, root: Someone, charged: str) -> None:
    found = ann.get(charged).json["measurements"]
    assert root.get(charged).json["measurements"] == found
    assert found["corrections"] == []
    assert [(one["measurand"], one["phase"], one["unit"], len(one["values"])) for one in found["series"]] == [
        ("Power.Active.Import", "", "W", 30), ("Voltage", "L1", "V", 30), ("Voltage", "L2", "V", 30),
    ]  # fmt: skip
    assert found["series"][0]["values"][1] == {
        "at": "2026-03-02T08:00:10.000Z", "value": 7200.0, "min": 7200.0, "max": 7200.0, "count": 1,
    }  # fmt: skip


def test_others_and_units_do_not(bob: Someone, unit: Someone, charged: str) -> None:
    refused = bob.get(charged)
    assert (refused.status_code, refused.json["code"]) == (403, "not_your_session")
    assert unit.get(charged).status_code == 403


@pytest.mark.parametrize(
    ("query", "counts"),
    [
        ("measurand=Voltage", [30, 30]),
        ("measurand=Voltage&phase=L2", [30]),
        ("phase=", [30]),
        ("measurand=SoC", []),
        ("points=10&measurand=Voltage&phase=L1", [10]),
        ("from=2026-03-02T08:01:00Z&to=2026-03-02T08:02:00Z&phase=L1", [6]),
        ("from=2026-03-02T10:01:00%2B02:00&phase=L1", [24]),
        ("from=2027-01-01T00:00:00Z", []),
    ],
)
def test_a_part_of_them(ann: Someone, charged: str, query: str, counts: list[int]) -> None:
    series = ann.get(f"{charged}?{query}").json["measurements"]["series"]
    assert [len(one["values"]) for one in series] == counts


@pytest.mark.parametrize(
    "query",
    ["points=0", "points=x", "points=100000", "from=yesterday", "from=2026-03-02T08:00:00", "fro=2026",
     "phase=a&phase=b", "from=2026-03-02T08:01:00Z&to=2026-03-02T08:01:00Z", "to=never", "measurand=" + "x" * 65],
)  # fmt: skip
def test_an_impossible_question_is_told_what_is_wrong(ann: Someone, charged: str, query: str) -> None:
    assert ann.get(f"{charged}?{query}").status_code == 422, query


@pytest.mark.parametrize(("session", "status"), [("2", 404), ("lot:B:1", 404), ("x", 422), ("Lot:A:1", 200)])
def test_a_session_that_is_not_there(ann: Someone, charged: str, session: str, status: int) -> None:
    assert ann.get(charged.replace("session/1", f"session/{session}")).status_code == status
