"""Every Wh that a charge point counts is booked once: what is said on the socket, and what the API then shows."""

import os
import resource
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import replace
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any

import pytest

from standalone.child import Child
from tests.e2e.box import Refused
from tests.e2e.conformance16.stand import BRIDGE, Stand, ago, ahead, stand
from tests.e2e.world import World, wait_for

CYCLES = 20
UNLIMITED = (resource.RLIM_INFINITY, resource.RLIM_INFINITY)


@pytest.fixture(scope="module")
def world(tmp_path_factory: pytest.TempPathFactory, seed: Path) -> Iterator[World]:
    with World(tmp_path_factory.mktemp("once"), seed, bridge_options=BRIDGE) as world:
        yield world


@pytest.fixture
def here(world: World) -> Iterator[Stand]:
    with stand(world) as found:
        yield found


def energies(here: Stand) -> list[int]:
    return [session["energy_wh"] for session in here.world.sessions(here.site)]


def booked(here: Stand, *wanted_wh: int) -> None:
    """The sessions' energies, oldest first, as soon as they are these."""
    wait_for(lambda: energies(here) == list(wanted_wh), 10, f"{wanted_wh}; {energies(here)}")


def inputs(here: Stand) -> list[dict[str, Any]]:
    """What the decisions of the location were told, oldest first."""
    decisions = here.world.admin.do("GET", f"{here.site.path}/decisions?page_size=200")["decisions"]
    return [one for decision in reversed(decisions) for one in decision["inputs"]]


@pytest.mark.parametrize("register", ["goes on", "begins anew", "always begins the same"])
def test_charges_one_after_another_without_unplugging_add_up(here: Stand, register: str):
    driver, counted_wh = here.driver(), 0
    here.status("Preparing")
    for _ in range(CYCLES):
        if register != "goes on":
            here.box.register_wh = {"begins anew": 0, "always begins the same": 1_000}[register]
        transaction_id, info = here.start(driver.tag)
        assert info["status"] == "Accepted"
        here.box.meter_values(transaction_id, 30)
        here.box.register_wh += 30
        here.stop(transaction_id, "Local", idTag=driver.tag)
        counted_wh += 60
    booked(here, counted_wh)
    here.becomes("full")
    here.status("Available")
    here.session(end_reason="unplugged", energy_wh=counted_wh)


def test_another_drivers_charge_in_between_is_refused_and_stays_apart(here: Stand):
    first, second = here.driver(), here.driver()
    transaction_id = here.charge(first.tag)
    here.stop(transaction_id, "Local")
    refused, info = here.start(second.tag)
    assert info["status"] == "Blocked"
    here.asked("RemoteStopTransaction", transactionId=refused)
    here.box.register_wh += 5
    here.stop(refused, "DeAuthorized")
    transaction_id, info = here.start(first.tag)
    assert info["status"] == "Accepted"
    here.box.register_wh += 50
    here.stop(transaction_id, "Local")
    booked(here, 150)
    ended = [one for one in inputs(here) if one.get("transaction_id") == str(refused) and "meter_stop_wh" in one]
    assert [one["meter_stop_wh"] for one in ended] == [1_105]


def test_the_charge_points_own_instants_are_kept(here: Stand):
    driver, started_at, ended_at = here.driver(), ago(minutes=40), ago(minutes=20)
    transaction_id, _ = here.start(driver.tag, at=started_at)
    here.box.register_wh += 400
    here.stop(transaction_id, "Local", at=ended_at)
    booked(here, 400)
    told = [one["source"]["occurred_at"] for one in inputs(here) if one.get("transaction_id") == str(transaction_id)]
    assert [datetime.fromisoformat(one) for one in told] == [
        datetime.fromisoformat(started_at),
        datetime.fromisoformat(ended_at),
    ]


@pytest.mark.parametrize("order", [(0, 1), (1, 0)])
@pytest.mark.parametrize("start_wh", [(0, 0), (1_000, 1_060)])
def test_ends_replayed_out_of_order_are_booked_to_their_charges(
    here: Stand, order: tuple[int, int], start_wh: tuple[int, int]
):
    driver = here.driver()
    ids = []
    for register, minutes in zip(start_wh, (40, 20), strict=True):
        here.box.register_wh = register
        ids.append(here.start(driver.tag, at=ago(minutes=minutes))[0])
    for which in order:
        here.box.register_wh = start_wh[which] + 60
        here.stop(ids[which], "Local", at=ago(minutes=(30, 10)[which]))
    wait_for(lambda: sum(energies(here)) == 120, 10, f"{energies(here)}")


def test_all_told_twice_is_booked_once(here: Stand):
    driver = here.driver()
    start = {"connectorId": 1, "idTag": driver.tag, "meterStart": 1_000, "timestamp": ago(minutes=9)}
    ids = {here.box.call("StartTransaction", start)["transactionId"] for _ in range(3)}
    assert len(ids) == 1
    (transaction_id,) = ids
    values = [{"timestamp": ago(minutes=5), "sampledValue": [{"value": "1300"}]}]
    meter = {"connectorId": 1, "transactionId": transaction_id, "meterValue": values}
    stop = {"transactionId": transaction_id, "meterStop": 1_500, "timestamp": ago(minutes=1), "reason": "Local"}
    for action, payload in [("MeterValues", meter)] * 2 + [("StopTransaction", stop)] * 3:
        here.box.call(action, payload)
    assert here.box.call("StartTransaction", start)["transactionId"] == transaction_id
    here.status("Available")
    here.session(end_reason="unplugged", energy_wh=500)


@pytest.mark.parametrize("stray", [-1, 0, 4711])
def test_an_end_of_no_known_charge_is_kept_apart_and_readable(here: Stand, stray: int):
    driver = here.driver()
    transaction_id = here.charge(driver.tag)
    here.box.register_wh += 77
    assert here.stop(stray, "Local") == {}
    wait_for(lambda: [one for one in inputs(here) if one.get("transaction_id") == str(stray)])
    here.session(end_time=None, energy_wh=100)
    here.stop(transaction_id, "Local")
    booked(here, 177)


def test_an_end_told_after_the_next_driver_has_begun_is_booked_to_its_own_session(here: Stand):
    first, second = here.driver(), here.driver()
    lost = here.charge(first.tag)
    with here.box.offline():
        pass
    here.box.register_wh += 50
    begun, _ = here.start(second.tag)
    here.box.call("StopTransaction", {"transactionId": lost, "meterStop": 1_150, "timestamp": ago(seconds=5)})
    here.box.register_wh += 30
    here.stop(begun, "EVDisconnected")
    booked(here, 150, 30)
    assert [one["end_reason"] for one in here.world.sessions(here.site)] == ["ghost", "unplugged"]


def test_a_register_that_falls_within_a_charge_and_between_two_loses_nothing_that_was_told(here: Stand):
    driver = here.driver()
    transaction_id = here.charge(driver.tag)
    here.box.register_wh = 20
    here.box.meter_values(transaction_id, 0)
    here.stop(transaction_id, "Local")
    booked(here, 100)
    here.box.register_wh = 5
    transaction_id, _ = here.start(driver.tag)
    here.box.register_wh += 60
    here.stop(transaction_id, "Local")
    booked(here, 160)


@pytest.mark.parametrize(
    ("start_at", "stop_at"),
    [
        ("1970-01-01T00:00:12Z", "1970-01-01T00:10:00Z"),
        ("1970-01-01T00:00:12Z", ago(seconds=1)),
        (ago(days=1), ahead(days=1)),
        (ahead(days=1), ago(days=1)),
        (ahead(days=400), "1970-01-01T00:00:12Z"),
    ],
    ids=["never set", "set within the charge", "a day forward", "a day back", "far back"],
)
def test_a_charge_points_clock_that_steps_books_the_same(here: Stand, start_at: str, stop_at: str):
    driver = here.driver()
    unset = start_at.startswith("1970")  # Then it says the same at each start.
    for _ in range(2 if unset else 1):
        transaction_id, info = here.start(driver.tag, at=start_at, meterStart=1_000)
        assert info["status"] == "Accepted"
        repeated = here.start(driver.tag, at=start_at, meterStart=1_000)[0]
        assert repeated == transaction_id
        here.box.register_wh = 1_300
        here.stop(transaction_id, "Local", at=stop_at)
        here.status("Available")
    booked(here, *[300] * (2 if unset else 1))
    wait_for(lambda: all(session["end_time"] for session in here.world.sessions(here.site)))
    for session in here.world.sessions(here.site):
        assert 0 <= minutes_of(session) < 1


def test_a_bridges_clock_that_steps_books_the_same_at_the_same_time(tmp_path: Path, seed: Path):
    off_by = tmp_path / "off-by"
    off_by.write_text("0")
    world = World(tmp_path / "world", seed, bridge_options=BRIDGE)
    plan = world.bridge.plan
    options = plan.command[plan.command.index("ocpp_bridge") + 1 :]
    command = [sys.executable, "-m", "tests.e2e.bridge_of_another_clock", str(off_by), *options]
    world.bridge = Child(replace(plan, command=command))
    with world, stand(world) as here:
        driver = here.driver()
        transaction_id = here.charge(driver.tag)
        for days in (1, -1, -20_000):
            off_by.write_text(str(days * 86_400))
            here.box.drop()
            here.box.meter_values(transaction_id, 100)
        assert abs(datetime.fromisoformat(here.box.boot()["currentTime"]) - datetime.fromisoformat(ago())) < SOON
        here.stop(transaction_id, "Local")
        here.status("Available")
        session = here.session(end_reason="unplugged", energy_wh=400)
        assert 0 <= minutes_of(session) < 1


def test_a_bridge_whose_disk_is_full_books_once_what_it_refused_meanwhile(here: Stand):
    driver = here.driver()
    transaction_id = here.charge(driver.tag)
    here.box.register_wh += 100
    with full_disk(here.world.bridge):
        with pytest.raises(Refused, match="InternalError"):
            here.stop(transaction_id, "Local", at=ago(seconds=9))
        assert here.box.call("Heartbeat", {})["currentTime"]
    here.stop(transaction_id, "Local", at=ago(seconds=9))
    booked(here, 200)


def test_an_api_whose_disk_is_full_gets_all_of_it_once_afterwards(here: Stand):
    driver = here.driver()
    transaction_id = here.charge(driver.tag)
    stray = {"transactionId": -1, "meterStop": 0, "timestamp": ago(), "idTag": driver.tag}
    by_copy = lambda: here.box.call("StopTransaction", stray)["idTagInfo"]["status"] == "Accepted"  # noqa: E731
    wait_for(by_copy, 10, "the bridge's copy knows the tag")
    with full_disk(here.world.api):
        here.box.meter_values(transaction_id, 100)
        here.box.register_wh += 100
        here.stop(transaction_id, "Local", idTag=driver.tag)
        here.status("Available")
        begun, info = here.start(driver.tag)
        assert info["status"] == "Accepted"
    here.box.register_wh += 40
    here.stop(begun, "EVDisconnected")
    booked(here, 300, 40)


SOON = timedelta(minutes=1)


def minutes_of(session: dict[str, Any]) -> float:
    """From plug to end; negative: it ended before."""
    begun, ended = (datetime.fromisoformat(session[name]) for name in ("plugged_time", "end_time"))
    return (ended - begun).total_seconds() / 60


@contextmanager
def full_disk(child: Child) -> Iterator[None]:
    """No process of it may write to any file."""
    for pid in processes(child):
        resource.prlimit(pid, resource.RLIMIT_FSIZE, (1, resource.RLIM_INFINITY))
    try:
        yield
    finally:
        for pid in processes(child):
            resource.prlimit(pid, resource.RLIMIT_FSIZE, UNLIMITED)


def processes(child: Child) -> list[int]:
    """Of its group."""
    found = []
    for each in Path("/proc").iterdir():
        if each.name.isdigit():
            try:
                if os.getpgid(int(each.name)) == child.pid:
                    found.append(int(each.name))
            except ProcessLookupError:
                continue
    return found
