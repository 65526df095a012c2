"""Managers hear of a measured value past its limit: once a crossing, whoever sees it and however often it is told."""

from dataclasses import replace

import pytest

from model.store.errors import StoreBusy
from model.threshold import Threshold
from scheduling.inputs import PutLocation
from services.chargepoints.intake import read_event
from services.meter.thresholds import Thresholds
from services.site_services import site_services
from services.sites.replay import replay
from tests.fakes.site_world import ADMIN, SETTINGS, YARD, World
from wire.events import Meter

LIMITS = {
    "Temperature": Threshold(above=70.0, hysteresis=2.0, for_s=20),
    "Current.Imbalance": Threshold(above=10.0, for_s=0),
}


@pytest.fixture
def hot() -> World:
    world = World()
    world.location()
    world.charge_point()
    world.services.keeping.put_location(YARD, PutLocation(settings=replace(SETTINGS, alerts=LIMITS)), ADMIN)
    return world


def heats(world, *celsius, unit="Celsius", every_s=10):
    """A post for each reading; the events."""
    events = []
    for value in celsius:
        world.clock.advance(seconds=every_s)
        sample = {"at": world.clock.now().isoformat(), "measurand": "Temperature", "unit": unit, "value": str(value)}
        events.append(world.event("CP1", "meter", connector=1, samples=[sample]))
        world.post(events[-1])
    return events


def alerts(world):
    return [kind for user_id, kind in world.told() if not user_id and kind == "alert.measured"]


def test_a_heat_is_told_once_and_again_only_after_it_has_cooled(hot):
    heats(hot, 65, 71, 72, 73)
    assert alerts(hot) == ["alert.measured"]
    assert hot.charger().crossings["Temperature"].past
    heats(hot, *[80] * 30)
    assert alerts(hot) == []
    heats(hot, 69, 71, 67)
    assert not hot.charger().crossings["Temperature"].past
    heats(hot, 71, 71, 71)
    assert alerts(hot) == ["alert.measured"]


def test_the_managers_read_what_was_measured(hot):
    heats(hot, 71, 71, 75.5)
    hot.nudged()
    [sent] = [one for one in hot.notifier.sent if one.kind == "alert.measured"]
    assert sent.text == (
        "Charger c1 at Yard measured a value past its limit."
        " (measurand Temperature, value 75.5, unit Celsius, limit 70.0)"
    )


def test_other_units_count_too(hot):
    heats(hot, 170, 170, 170, unit="Fahrenheit")
    assert alerts(hot) == ["alert.measured"]


def test_an_imbalance_of_phases_is_told(hot):
    at = hot.clock.now().isoformat()
    samples = [
        {"at": at, "measurand": "Current.Import", "unit": "A", "phase": phase, "value": value}
        for phase, value in (("L1", "16"), ("L2", "15"), ("L3", "5"))
    ]
    hot.tell("CP1", "meter", connector=1, samples=samples)
    assert alerts(hot) == ["alert.measured"]


def test_a_post_told_twice_and_another_process_tell_nothing_twice(hot):
    events = heats(hot, 71, 71, 75)
    assert alerts(hot) == ["alert.measured"]
    version = hot.site().version
    hot.post(*events)
    other = site_services(hot.store, hot.clock, hot.randomness, hot.bus)
    other.events.post("b1", "s1", events)
    assert (alerts(hot), hot.site().version) == ([], version)


def test_two_processes_that_see_the_same_crossing_tell_it_once(hot):
    stale = hot.services.sites.get(YARD)
    events = heats(hot, 71, 71, 75)
    assert alerts(hot) == ["alert.measured"]
    read = [one for raw in events if isinstance(one := read_event(raw, hot.clock.now()).event, Meter)]
    version = hot.site().version
    assert Thresholds(hot.desk).look(stale, read) == 1
    assert (alerts(hot), hot.site().version) == ([], version)


def test_a_busy_store_loses_no_crossing(hot, monkeypatch):
    heats(hot, 71, 71)
    with monkeypatch.context() as patched:

        def busy(*_args, **_kwargs):
            raise StoreBusy(attempts=1, waited_s=1, retry_after_s=1)

        patched.setattr(hot.desk, "decide", busy)
        with pytest.raises(StoreBusy):
            heats(hot, 75)
    heats(hot, 75, 75, 75)
    assert alerts(hot) == ["alert.measured"]


def test_without_limits_and_without_crossings_nothing_is_decided(hot):
    version = hot.site().version
    heats(hot, *[50] * 5, "nan", "hot", "-1e400", "")
    assert hot.site().version == version
    hot.services.keeping.put_location(YARD, PutLocation(settings=SETTINGS), ADMIN)
    heats(hot, 90, 90, 90, 90)
    assert alerts(hot) == []


def test_a_trembling_value_cannot_flood(hot):
    limits = {"Temperature": Threshold(above=70, hysteresis=0, for_s=0)}
    hot.services.keeping.put_location(YARD, PutLocation(settings=replace(SETTINGS, alerts=limits)), ADMIN)
    samples = []
    for number in range(400):
        hot.clock.advance(seconds=1)
        value = "71" if number % 2 else "69"
        samples.append({"at": hot.clock.now().isoformat(), "measurand": "Temperature", "unit": "C", "value": value})
    version = hot.site().version
    hot.tell("CP1", "meter", connector=1, samples=samples)
    assert hot.site().version == version + 1
    assert len(alerts(hot)) <= 25


def test_crossings_replay(hot):
    heats(hot, 71, 71, 75, 60, 71, 71, 71)
    report = replay(hot.store, YARD)
    assert report.replayed > 0
    assert report.different == ()
