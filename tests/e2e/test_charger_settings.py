"""A simulated charge point behind a real bridge and API: its settings read back, logged, studied during a charge."""

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
def place(world: World) -> Iterator[Place]:
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
    assert {name: (write["read_back"], write["state"]) for name, write in change["settings"].items()} == {
        name: (value, "confirmed") for name, value in wanted.items()
    }
    assert (place.point.key("HeartbeatInterval"), place.point.key("UnlockConnectorOnEVSideDisconnect")) == (
        "120", "false",
    )  # fmt: skip
    assert place.get()["last_change"] == change
    wait_for(lambda: place.world.charger(place.site)["state"] == "unavailable", 10, "nobody charges there")
    (line,) = place.log()
    assert (line["actor"], line["change"]) == ("admin", change)
    assert f"limit_a {change['settings']['limit_a']['old']:g} → 8" in line["what"]
    back = place.put(enabled=True, limit_a=None, sample_s=1)
    assert {write["state"] for write in back["settings"].values()} == {"confirmed"}
    assert back["settings"]["limit_a"]["read_back"] == pytest.approx(15.9, abs=0.1)


def test_what_it_clamps_differs_and_what_it_has_not_is_refused(place: Place) -> None:
    write = place.put(limit_a=500)["settings"]["limit_a"]
    assert (write["state"], write["read_back"]) == ("differs", pytest.approx(15.9, abs=0.1))
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
    later = place.put(enabled=False)["settings"]["enabled"]
    assert (later["state"], later["reason"], later["read_back"]) == ("differs", "Scheduled", True)
    assert place.put(enabled=True)["settings"]["enabled"]["state"] == "confirmed"
    token, out = tmp_path / "token", tmp_path / "study.svg"
    token.write_text(place.world.admin.token)
    options = {
        "--api": place.world.machine.api, "--token-file": str(token), "--out": str(out), "--step-s": "1.5",
        "--charger": f"{place.site.location_id}:{place.site.charger_id}", "--steps": "8,off,10", "--settle-s": "0.5",
    }  # fmt: skip
    assert main([word for pair in options.items() for word in pair]) == 0, capsys.readouterr().err
    said = capsys.readouterr().out.splitlines()
    assert [line.split()[0] for line in said[-3:]] == ["8", "off", "10"]
    assert "L1 8.0 A, L2 8.0 A, L3 8.0 A" in said[-3]
    assert "L1 0.0 A" in said[-2]
    assert "L1 10.0 A" in said[-1]
    drawing = out.read_text()
    assert (drawing.count('class="line"'), drawing.count('class="limit"')) == (3, 1)
    assert place.get()["last_change"]["settings"]["limit_a"]["asked"] is None


def test_a_charge_point_that_is_away_is_said_so_and_logged(place: Place) -> None:
    place.point.disconnect()

    def refused() -> dict[str, Any] | None:
        change = place.put(limit_a=6)
        return change if change["error"] else None

    change = wait_for(refused, 10, "the bridge knows that it is away")
    assert (change["status"], change["error"]) in {("not_connected", "not_connected"), ("failed", "disconnected")}
    assert place.log()[0]["change"] == change
    assert place.get()["values"]["sample_s"] == 1
