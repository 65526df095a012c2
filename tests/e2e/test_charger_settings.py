"""A simulated charge point behind a real bridge and API: its settings read back, logged, studied during a charge."""

import re
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from simulator.cars import Car
from simulator.unit.settings import Settings
from standalone.study.__main__ import main
from tests.e2e.simulated import Simulated, simulated
from tests.e2e.world import Person, Site, World, wait_for

EVERY = ["Energy.Active.Import.Register", "Power.Active.Import", "Current.Import"]


NEAR = 3.0
"""So far apart are 8 A and what a car draws of them, in the drawing."""


def drawn(svg: str) -> list[list[float]]:
    """The heights of each line of a drawing."""
    lines = re.findall(r'<polyline [^>]*points="([^"]*)"', svg)
    return [[float(point.partition(",")[2]) for point in line.split()] for line in lines]


class Place:
    """A location, its charger, the charge point there."""

    def __init__(self, world: World, site: Site, point: Simulated, driver: Person) -> None:
        self.world, self.site, self.point, self.driver = world, site, point, driver
        self.path = f"{site.charger_path}/settings"

    def put(self, **values: Any) -> dict[str, Any]:
        found: dict[str, Any] = self.world.admin.do("PUT", self.path, values)["change"]
        return found

    def get(self, query: str = "") -> dict[str, Any]:
        found: dict[str, Any] = self.world.admin.do("GET", f"{self.path}{query}")["settings"]
        return found

    def log(self) -> list[dict[str, Any]]:
        subject = f"{self.site.location_id}:{self.site.charger_id}"
        found: list[dict[str, Any]] = self.world.admin.do("GET", f"admin_log?subject_id={subject}")["actions"]
        return found


@pytest.fixture(scope="module")
def place(lasting_world: World) -> Iterator[Place]:
    world = lasting_world
    site = world.site("studied")
    settings = Settings(central=world.machine.ocpp, password=site.password)
    driver = world.driver("studied-driver")
    with simulated(site.charge_point_id, settings) as point:
        found = Place(world, site, point, driver)
        wait_for(lambda: found.get()["supported"], 10, "the API knows what it supports")
        yield found


def test_every_setting_is_read_written_read_back_and_in_the_log(place: Place) -> None:
    shown = place.get("?refresh=1")
    assert (shown["connected"], shown["refreshed"]) == (True, "accepted")
    assert {"phase", "rfid_lock", "mode"}.isdisjoint(shown["supported"])
    assert shown["values"]["enabled"] is True
    assert shown["values"]["limit_a"] == pytest.approx(15.9, abs=0.1)
    wanted: dict[str, Any] = {
        "enabled": False, "limit_a": 8, "phases": 1, "cable_lock": True, "heartbeat_s": 120, "sample_s": 7,
        "measurands": EVERY,
    }  # fmt: skip
    change = place.put(**wanted)
    assert (change["status"], change["error"]) == ("accepted", None)
    assert {name: result["state"] for name, result in change["results"].items()} == dict.fromkeys(wanted, "confirmed")
    assert wanted.items() <= change["read_back"].items()
    assert (place.point.key("HeartbeatInterval"), place.point.key("UnlockConnectorOnEVSideDisconnect")) == (
        "120", "false",
    )  # fmt: skip
    assert place.get()["last_change"] == change
    configuration = place.world.admin.do("GET", f"chargepoint/{place.site.charge_point_id}/configuration")
    assert {each["key"]: each["value"] for each in configuration["configuration"]["keys"]}["HeartbeatInterval"] == "120"
    wait_for(lambda: place.world.charger(place.site)["state"] == "unavailable", 10, "nobody charges there")
    (line,) = place.log()
    assert (line["actor"], line["change"]) == ("admin", change)
    assert f"limit_a {change['old']['limit_a']:g} → 8" in line["what"]
    back = place.put(enabled=True, limit_a=None, sample_s=1)
    assert {result["state"] for result in back["results"].values()} == {"confirmed"}
    assert back["read_back"]["limit_a"] == pytest.approx(15.9, abs=0.1)


def test_what_it_clamps_differs_and_what_it_has_not_is_refused(place: Place) -> None:
    change = place.put(limit_a=500)
    assert (change["results"]["limit_a"]["state"], change["read_back"]["limit_a"]) == (
        "differs",
        pytest.approx(15.9, abs=0.1),
    )
    answer = place.world.admin.ask("PUT", place.path, {"phase": 2, "sample_s": 5})
    assert (answer.status_code, answer.json()["code"], answer.json()["field"]) == (409, "not_supported", "phase")
    assert place.get("?refresh=1")["values"]["sample_s"] == 1
    assert place.put(limit_a=None)["status"] == "accepted"


def test_a_study_during_a_charge_draws_limit_and_current(
    place: Place, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    car = Car(battery_wh=60_000, need_wh=40_000, max_power_w=11_000)
    assert place.point.charge(place.driver.tag, car) == "started"
    wait_for(lambda: place.world.charger(place.site)["state"] == "charging", 10, "it charges")
    token, out = tmp_path / "token", tmp_path / "study.svg"
    token.write_text(place.world.admin.token)
    options = {
        "--api": place.world.machine.api, "--token-file": str(token), "--out": str(out), "--step-s": "1.1",
        "--charger": f"{place.site.location_id}:{place.site.charger_id}", "--steps": "off,8", "--settle-s": "0.3",
    }  # fmt: skip
    assert main([word for pair in options.items() for word in pair]) == 0, capsys.readouterr().err
    said = capsys.readouterr().out
    assert "off: limit_a=0; read back 0.0, confirmed" in said
    limit, *phases = drawn(out.read_text())
    assert len(phases) == 3
    off, eight = max(limit), min(limit)
    for phase in phases:
        assert max(phase) == off, "no current while it is off"
        assert any(abs(height - eight) < NEAR for height in phase), "8 A while that is the limit"
    assert place.get()["last_change"]["asked"] == dict.fromkeys(place.get()["values"])


def test_a_charge_point_that_is_away_is_said_so_and_logged(place: Place) -> None:
    place.point.disconnect()

    def refused() -> dict[str, Any] | None:
        change = place.put(limit_a=6)
        return change if change["error"] else None

    change = wait_for(refused, 10, "the bridge knows that it is away")
    assert (change["status"], change["error"]) in {("not_connected", "not_connected"), ("failed", "disconnected")}
    assert place.log()[0]["change"] == change
    assert place.get()["values"]["sample_s"] == 1
