"""Situations of real charge points where it matters what drivers and admins see afterwards: API and bridge run."""

from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest

from tests.e2e.box import Box, now
from tests.e2e.world import Person, Site, World, wait_for

BRIDGE = ("--start-wait-s", "0.5", "--boot-wait-s", "60", "--meter-post-s", "0.2")
BOOT = {"chargePointVendor": "Test", "chargePointModel": "Box"}


@pytest.fixture(scope="module")
def world(tmp_path_factory: pytest.TempPathFactory, seed: Path) -> Iterator[World]:
    with World(tmp_path_factory.mktemp("situations"), seed, bridge_options=BRIDGE) as world:
        yield world


def box_of(world: World, site: Site) -> Box:
    return Box(f"ws://127.0.0.1:{world.machine.ocpp_port}/ocpp", site.charge_point_id, site.password)


def the_session(world: World, site: Site, **wanted: Any) -> dict[str, Any]:
    """The site's only session, once it is as wanted."""

    def found() -> dict[str, Any] | None:
        sessions = world.sessions(site)
        assert len(sessions) <= 1, sessions
        return sessions[0] if sessions and wanted.items() <= sessions[0].items() else None

    return wait_for(found, 10, f"a session with {wanted}; {world.sessions(site)}")


def state_is(world: World, site: Site, state: str) -> None:
    wait_for(lambda: world.charger(site)["state"] == state, 10, f"{state}; {world.charger(site)}")


def test_21_a_stop_of_another_id_is_booked_apart_and_ends_no_session(world: World) -> None:
    site, driver = world.site("s21"), world.driver("driver-21")
    with box_of(world, site) as box:
        started, verdict = box.start_transaction(driver.tag)
        assert verdict == "Accepted"
        box.meter_values(started, 400)
        for stray in (-1, 0, 4711):
            box.stop_transaction(stray, driver.tag, "Local")
        state_is(world, site, "charging")
        assert the_session(world, site)["end_time"] is None
        box.stop_transaction(started, driver.tag, "Local")
        box.status("Available")
        assert the_session(world, site, end_reason="unplugged")["energy_wh"] == 400


def test_22_one_that_always_says_id_0_keeps_no_session_open_for_ever(world: World) -> None:
    site, driver = world.site("s22", offline_hold_s=1), world.driver("driver-22")
    with box_of(world, site) as box:
        box.start_transaction(driver.tag)
        box.meter_values(0, 500)
        box.stop_transaction(0, driver.tag, "Local")
        box.status("Available")
        session = the_session(world, site, end_reason="ghost")
        state_is(world, site, "available")
    assert session["energy_wh"] == 500


def test_24_an_offline_charge_replayed_after_newer_statuses_is_history(world: World) -> None:
    site, driver = world.site("s24"), world.driver("driver-24")
    with box_of(world, site) as box:  # It has said Available by now.
        start = {"connectorId": 1, "idTag": driver.tag, "meterStart": 1_000, "timestamp": ago(minutes=20)}
        started = box.call("StartTransaction", start)["transactionId"]
        stop = {"transactionId": started, "meterStop": 1_900, "timestamp": ago(minutes=5), "reason": "Local"}
        box.call("StopTransaction", stop)
        session = the_session(world, site, end_reason="unplugged")
        state_is(world, site, "available")
    assert (session["energy_wh"], session["user"]["username"]) == (900, driver.username)
    assert driver.state == "inactive"


def test_29_closing_values_after_the_stop_revive_no_session(world: World) -> None:
    site, driver = world.site("s29"), world.driver("driver-29")
    with box_of(world, site) as box:
        started, _ = box.start_transaction(driver.tag)
        box.register_wh += 700
        box.stop_transaction(started, driver.tag, "EVDisconnected")
        box.status("Available")
        the_session(world, site, end_reason="unplugged")
        sample = {"value": str(box.register_wh), "context": "Transaction.End"}
        values = [{"timestamp": now(), "sampledValue": [sample]}]
        box.call("MeterValues", {"connectorId": 1, "meterValue": values})
        box.call("MeterValues", {"connectorId": 1, "transactionId": started, "meterValue": values})
        box.status("Available")
        state_is(world, site, "available")
        assert the_session(world, site, end_reason="unplugged")["energy_wh"] == 700


def test_31_without_preparing_and_finishing_and_charging_before_its_start(world: World) -> None:
    site, driver = world.site("s31"), world.driver("driver-31")
    with box_of(world, site) as box:
        box.status("Charging")
        started, verdict = box.start_transaction(driver.tag)
        assert verdict == "Accepted"
        box.meter_values(started, 300)
        box.status("Available")  # A word too much, while plugged.
        state_is(world, site, "charging")
        box.stop_transaction(started, driver.tag, "Local")
        assert the_session(world, site, end_reason="unplugged")["energy_wh"] == 300
        state_is(world, site, "available")


def test_43_a_start_accepted_that_never_starts_is_told_and_the_charger_goes_to_the_next(world: World) -> None:
    site = world.site("s43", plug_in_s=3)
    first, second = world.driver("driver-43a"), world.driver("driver-43b")
    with box_of(world, site) as box:
        offered(first, site)
        second.do("POST", f"{site.path}/queue")
        first.do("POST", f"{site.charger_path}/start_charging")
        wait_for(lambda: any(action == "RemoteStartTransaction" for action, _ in box.asked))
        failed = wait_for(lambda: [each for each in world.messages(site) if each["kind"] == "start_failed"])
        assert failed[0]["data"]["charger_id"] == site.charger_id
        wait_for(lambda: second.offer(site.location_id), 15, "the next is offered the charger")
    assert first.offer(site.location_id) is None


def test_44_a_start_accepted_on_a_charger_reserved_for_another_is_refused(world: World) -> None:
    site = world.site("s44")
    first, second = world.driver("driver-44a"), world.driver("driver-44b")
    with box_of(world, site) as box:
        offered(first, site)
        wait_for(lambda: box.reservation, 10, "reserved")
        body = {"action": "RemoteStartTransaction", "payload": {"idTag": second.tag, "connectorId": 1}}
        command = world.admin.do("POST", f"chargepoint/{site.charge_point_id}/command?wait=5", body)["command"]
        assert command["status"] == "accepted"
        assert box.start_transaction(second.tag)[1] == "Blocked"
        assert first.offer(site.location_id) is not None
        shown = world.admin.do("GET", f"chargepoint/{site.charge_point_id}/messages")["messages"]
    assert {"ReserveNow", "RemoteStartTransaction", "StartTransaction"} <= {each["action"] for each in shown}
    assert second.tag not in str(shown)


def offered(who: Person, site: Site) -> None:
    who.do("POST", f"{site.path}/queue")
    offer = wait_for(lambda: who.offer(site.location_id), why="the offer")
    who.do("POST", f"{site.path}/queue/offer", {"action": "accept", "session_id": offer["session_id"]})


def ago(minutes: int) -> str:
    return (datetime.now(UTC) - timedelta(minutes=minutes)).isoformat().replace("+00:00", "Z")
