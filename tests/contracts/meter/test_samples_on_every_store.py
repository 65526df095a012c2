"""What was measured is kept whole on each of the stores: within its budget, once, in its place, for its time."""

import random

import pytest

from model import paths
from model.charger import Phase
from model.errors import Invalid, NotFound
from model.meter.codec import decode
from model.meter.samples import count
from model.settings import Settings
from model.store.query import Query
from scheduling.inputs import PutLocation
from services.meter.reading import Wanted
from tests.fakes.charging_hour import EVERY_S, ago, begun, charged, kept, posts, told
from tests.fakes.site_world import ADMIN, YARD, World


def segments(world):
    return [document.data for document in world.inner.query(Query(paths.meter(YARD, "c1", 1)))]


def session(world):
    return world.services.sites.session(YARD, "c1", 1)


def test_a_charging_hour_costs_six_segments_and_twelve_updates_of_its_session(yard):
    [first, *later] = posts(charged(yard, 3_610))
    yard.post(*first)
    with yard.store.measure() as cost:
        for batch in later:
            yard.post(*batch)
    assert (cost.writes, len(segments(yard))) == (12 + 6, 6)
    assert sum(len(chunk) for segment in segments(yard) for chunk in segment["chunks"]) < 60_000
    assert kept(yard) == 361 * 12
    assert session(yard).energy_wh == round(20.4 * 361)


def test_late_doubled_and_shuffled_samples_are_kept_once_in_their_place(yard):
    events = charged(yard, 1_800)
    shuffled = [*events, *random.Random(3).sample(events, 60)]
    random.Random(4).shuffle(shuffled)
    for start in range(0, len(shuffled), 37):
        yard.post(*shuffled[start : start + 37])
    assert kept(yard) == told(events)
    stored = [decode(chunk) for segment in segments(yard) for chunk in segment["chunks"]]
    assert sum(map(count, stored)) <= told(events)
    in_order = World()
    begun(in_order)
    for event in charged(in_order, 1_800):
        in_order.post(event)
    assert (
        yard.services.measurements.read(YARD, "c1", 1).lines == in_order.services.measurements.read(YARD, "c1", 1).lines
    )


def test_what_is_posted_again_writes_nothing(yard):
    events = charged(yard, 1_200)
    for batch in posts(events):
        yard.post(*batch)
    with yard.store.measure() as cost:
        for batch in posts(events):
            assert {result.outcome for result in yard.post(*batch).results} == {"applied"}
    assert cost.writes == 0
    assert kept(yard) == told(events)


def test_samples_that_come_after_the_end_belong_to_their_session_and_revive_nothing(yard):
    events = charged(yard, 600)
    yard.tell("CP1", "transaction_ended", transaction_id="t1", meter_stop_wh=2_300, tag=yard.ann.tag)
    yard.tell("CP1", "status", connector=1, status="available")
    yard.clock.advance(days=1)
    for event in events[:30]:
        yard.post(event)
    nameless = [{**event, "transaction_id": ""} for event in events[30:]]
    yard.post(*nameless)
    ended = session(yard)
    assert (kept(yard), ended.energy_wh, ended.power_w) == (told(events), 1_300, 0)
    assert yard.charger().session is None


def test_the_values_told_with_the_end_of_a_transaction_are_kept_too(yard):
    events = charged(yard, 60)
    samples = [sample for event in events for sample in event["samples"]]
    yard.tell("CP1", "transaction_ended", transaction_id="t1", meter_stop_wh=2_300, tag=yard.ann.tag, samples=samples)
    assert kept(yard) == told(events)
    assert session(yard).energy_wh == 1_300


def test_what_the_rules_decide_about_a_session_leaves_its_samples_as_they_are(yard):
    events = charged(yard, 120)
    yard.post(*events)
    yard.tell("CP1", "status", connector=1, status="finishing")
    assert yard.charger().session.phase is Phase.FULL
    yard.tell("CP1", "transaction_ended", transaction_id="t1", meter_stop_wh=2_000, tag=yard.ann.tag)
    yard.tell("CP1", "status", connector=1, status="available")
    assert kept(yard) == told(events)


def test_a_part_of_a_session_and_a_thinned_one_are_read(yard):
    for batch in posts(charged(yard, 3_600)):
        yard.post(*batch)
    read = yard.services.measurements.read
    since = ago(yard, minutes=10)
    [line] = read(YARD, "c1", 1, Wanted(measurand="Voltage", phase="L2", since=since)).lines
    assert len(line.points) == 600 // EVERY_S + 1
    [line] = read(YARD, "c1", 1, Wanted(measurand="Power.Active.Import", most_points=50)).lines
    assert (len(line.points), sum(point.values for point in line.points)) == (50, 360)
    assert all(point.least < point.milli < point.greatest for point in line.points)
    assert read(YARD, "c1", 1, Wanted(measurand="Voltage", phase="L9")).lines == []
    with pytest.raises(Invalid, match="later"):
        read(YARD, "c1", 1, Wanted(since=since, until=since))
    with pytest.raises(NotFound):
        read(YARD, "c1", 99)


@pytest.mark.parametrize("days", [1, 0])
def test_samples_go_when_their_time_is_over_and_the_session_stays(yard, days):
    put = PutLocation(settings=Settings(samples_kept_days=days))
    yard.services.keeping.put_location(YARD, put, ADMIN)
    events = charged(yard, 900)
    for batch in posts(events):
        yard.post(*batch)
    before = session(yard)
    yard.clock.advance(hours=23)
    yard.background.timers.clean()
    assert kept(yard) == told(events)
    yard.clock.advance(hours=2)
    yard.background.timers.clean()
    assert kept(yard) == (0 if days else told(events))
    assert session(yard) == before
