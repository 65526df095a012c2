"""The building's meter over HTTP: who may tell and read, and what is refused."""

import json
from datetime import timedelta
from typing import Any

import pytest

from model.instants import to_text
from ocpp_bridge.units.meter.sample import samples
from ocpp_bridge.units.meter.window import packed
from wire.building import BuildingReport
from wire.codec import encode

SPREAD = {"mean": 3, "least": 1, "greatest": 9, "last": 4}
PHASES = [{"mean": n, "least": n, "greatest": n, "last": n} for n in (1_000, -2_000, 3_000)]


def body(services, late_s=0, **more):
    at = services.clock.now() - timedelta(seconds=late_s)
    told = {"since": to_text(at - timedelta(seconds=9)), "at": to_text(at), "samples": 9, "power_mw": SPREAD}
    return {"location_id": "Lot", "readings": [told | more]}


def test_an_admin_reads_what_a_bridge_told(root, bridge, services, lot):
    more = {"phase_power_mw": PHASES, "current_ma": PHASES[:2], "import_mwh": 7_500}
    assert bridge.post("/api/bridge/building", body(services, 30, **more)).status_code == 200
    building = root.get(f"{lot}/building").json["building"]
    assert building["age_s"] == 30
    assert (building["stale"], building["bridge_id"], building["import_wh"]) == (False, "b1", 7)
    assert (building["power_w"], building["power_mean_w"], building["power_max_w"]) == (0.004, 0.003, 0.009)
    assert building["phases"][1] == {"phase": "L2", "power_w": -2, "current_a": -2, "voltage_v": None}
    assert building["phases"][2]["current_a"] is None
    services.clock.advance(seconds=91)
    assert root.get(f"{lot}/building").json["building"]["stale"] is True


def test_the_api_takes_what_the_bridge_makes_of_samples(root, bridge, services, lot):
    phases = {"power_w": [-690.5, 460, 0], "current_a": [3, 2, 0], "energy_wh": 7.5}
    sent: list[dict[str, Any]] = [phases, {"power_w": [1, 2, 4]}, {"power_w": -1e6}, {"current_a": [1.5]}]
    now = services.clock.now()
    readings = tuple(
        packed(samples(json.dumps({**each, "at": to_text(now - timedelta(seconds=late))}), now, 230.0))
        for late, each in enumerate(sent)
    )
    told = json.loads(encode(BuildingReport(location_id="lot", readings=readings)))
    assert bridge.post("/api/bridge/building", told).json["message"] == "4 of 4 readings are believed."
    building = root.get(f"{lot}/building").json["building"]
    assert (building["power_w"], building["import_wh"], building["estimated"]) == (-230.5, 7, False)
    assert [phase["current_a"] for phase in building["phases"]] == [3, 2, 0]


def test_its_series_are_those_of_a_session(root, bridge, services, lot):
    for late_s in (120, 60, 0):
        bridge.post("/api/bridge/building", body(services, late_s, phase_power_mw=PHASES))
    got = root.get(f"{lot}/building/measurements?points=1").json["measurements"]["series"]
    assert [(one["measurand"], one["phase"], one["location"]) for one in got] == [
        ("Power.Active.Import", "", "Inlet"), ("Power.Active.Import", "L1", "Inlet"),
        ("Power.Active.Import", "L2", "Inlet"), ("Power.Active.Import", "L3", "Inlet"),
    ]  # fmt: skip
    [value] = got[0]["values"]
    assert {name: value[name] for name in ("value", "min", "max", "count")} == {
        "value": 0.003, "min": 0.001, "max": 0.009, "count": 3,
    }  # fmt: skip
    assert root.get(f"{lot}/building/measurements?phase=L2").json["measurements"]["series"][0]["phase"] == "L2"


def test_where_no_meter_was_heard_of_it_is_said(root, lot):
    assert root.get(f"{lot}/building").json["code"] == "no_building_meter"
    assert root.get("/api/location/nowhere/building").json["code"] == "location_not_found"
    assert root.get(f"{lot}/building/measurements").json["measurements"] == {"series": []}


def test_what_a_building_takes_is_for_admins_and_told_by_bridges_only(root, ann, unit, bridge, services, lot):
    for someone in (ann, unit, bridge):
        assert someone.get(f"{lot}/building").status_code == 403
        assert someone.get(f"{lot}/building/measurements").status_code == 403
    for someone in (ann, unit, root):
        assert someone.post("/api/bridge/building", body(services)).status_code == 403


@pytest.mark.parametrize(
    ("change", "field"),
    [
        ({"samples": 0}, "samples"), ({"power_mw": SPREAD | {"mean": 10}}, "power_mw"),
        ({"power_mw": SPREAD | {"last": 0}}, "power_mw"), ({"power_mw": SPREAD | {"mean": 5 * 10**9}}, "mean"),
        ({"power_mw": SPREAD | {"mean": 1.5}}, "mean"), ({"phase_power_mw": [SPREAD] * 4}, "phase_power_mw"),
        ({"at": "2026-03-02T08:00:00"}, "at"), ({"since": "9999-01-01T00:00:00Z"}, "readings"),
        ({"import_mwh": -1}, "import_mwh"), ({"car": True}, "car"),
    ],
)  # fmt: skip
def test_a_reading_that_cannot_be_is_refused_whole(root, bridge, services, lot, change, field):
    answer = bridge.post("/api/bridge/building", body(services, **change))
    assert (answer.status_code, answer.json["code"]) == (422, "invalid")
    assert field in answer.get_data(as_text=True)
    assert root.get(f"{lot}/building").status_code == 404


def test_a_location_that_is_unknown_closed_or_none_is_answered_so(root, bridge, services, lot):
    def post(location_id):
        answer = bridge.post("/api/bridge/building", body(services) | {"location_id": location_id})
        return answer.status_code, answer.json["code"]

    assert post("nowhere") == (404, "location_not_found")
    assert post("") == (422, "invalid")
    assert post("__x__")[0] in {404, 422}
    assert bridge.post("/api/bridge/building", {"location_id": "Lot", "readings": []}).status_code == 422
    root.post("/api/location/Shed", {})
    root.delete("/api/location/shed")
    assert post("Shed") == (409, "location_retired")


@pytest.mark.parametrize("query", ["from=0001-01-01T00:00:00Z", "to=0001-01-01T00:00:00Z", "points=0", "x=1",
                                   "from=2026-01-01T00:00:00Z&to=2026-03-01T00:00:00Z"])  # fmt: skip
def test_a_period_that_cannot_be_read_is_refused(root, lot, query):
    assert root.get(f"{lot}/building/measurements?{query}").status_code == 422
