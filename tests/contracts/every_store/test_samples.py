"""What was measured is kept whole on each of the stores: within its budget, once, in its place, for its time."""

import random

import msgspec
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
from wire.codec import event_from_plain, to_plain
from wire.columns import as_row
from wire.events import Meter


def segments(world):
    return [document.data for document in world.inner.query(Query(paths.meter(YARD, "c1", 1)))]


def session(world):
    return world.services.sites.session(YARD, "c1", 1)


def test_a_charging_hour_costs_six_segments_and_twelve_updates_of_its_session(busy):
    [first, *later] = posts(charged(busy, 3_610))
    busy.post(*first)
    with busy.store.measure() as cost:
        for batch in later:
            busy.post(*batch)
    assert (cost.writes, len(segments(busy))) == (12 + 6, 6)
    assert sum(len(chunk) for segment in segments(busy) for chunk in segment["chunks"]) < 60_000
    assert kept(busy) == 361 * 12
    assert session(busy).energy_wh == round(20.4 * 361)


def test_late_doubled_and_shuffled_samples_are_kept_once_in_their_place(busy):
    events = charged(busy, 1_800)
    shuffled = [*events, *random.Random(3).sample(events, 60)]
    random.Random(4).shuffle(shuffled)
    for start in range(0, len(shuffled), 37):
        busy.post(*shuffled[start : start + 37])
    assert kept(busy) == told(events)
    stored = [decode(chunk) for segment in segments(busy) for chunk in segment["chunks"]]
    assert sum(map(count, stored)) <= told(events)
    in_order = World()
    begun(in_order)
    for event in charged(in_order, 1_800):
        in_order.post(event)
    assert (
        busy.services.measurements.read(YARD, "c1", 1).lines == in_order.services.measurements.read(YARD, "c1", 1).lines
    )


def test_what_is_posted_again_writes_nothing(busy):
    events = charged(busy, 1_200)
    for batch in posts(events):
        busy.post(*batch)
    with busy.store.measure() as cost:
        for batch in posts(events):
            assert {result.outcome for result in busy.post(*batch).results} == {"applied"}
    assert cost.writes == 0
    assert kept(busy) == told(events)


def test_what_was_told_in_rows_is_known_when_it_is_told_one_by_one(busy):
    events = charged(busy, 600)
    for batch in posts([in_a_row(event) for event in events]):
        assert {result.outcome for result in busy.post(*batch).results} == {"applied"}
    told_so = session(busy)
    with busy.store.measure() as cost:
        busy.post(*events)
    assert (cost.writes, kept(busy), session(busy)) == (0, told(events), told_so)
    assert told_so.energy_wh > 0


def in_a_row(event):
    """The same readings, as bridges post them."""
    meter = event_from_plain(event)
    assert isinstance(meter, Meter)
    said, values = as_row(meter.samples)
    assert said
    return to_plain(
        msgspec.structs.replace(meter, occurred_at=meter.samples[0].at, samples=(), columns=said, values=values)
    )


def test_samples_that_come_after_the_end_belong_to_their_session_and_revive_nothing(busy):
    events = charged(busy, 600)
    busy.tell("CP1", "transaction_ended", transaction_id="t1", meter_stop_wh=2_300, tag=busy.ann.tag)
    busy.tell("CP1", "status", connector=1, status="available")
    busy.clock.advance(days=1)
    for event in events[:30]:
        busy.post(event)
    nameless = [{**event, "transaction_id": ""} for event in events[30:]]
    busy.post(*nameless)
    ended = session(busy)
    assert (kept(busy), ended.energy_wh, ended.power_w) == (told(events), 1_300, 0)
    assert busy.charger().session is None


def test_the_values_told_with_the_end_of_a_transaction_are_kept_too(busy):
    events = charged(busy, 60)
    samples = [sample for event in events for sample in event["samples"]]
    busy.tell("CP1", "transaction_ended", transaction_id="t1", meter_stop_wh=2_300, tag=busy.ann.tag, samples=samples)
    assert kept(busy) == told(events)
    assert session(busy).energy_wh == 1_300


def test_what_the_rules_decide_about_a_session_leaves_its_samples_as_they_are(busy):
    events = charged(busy, 120)
    busy.post(*events)
    busy.tell("CP1", "status", connector=1, status="finishing")
    assert busy.charger().session.phase is Phase.FULL
    busy.tell("CP1", "transaction_ended", transaction_id="t1", meter_stop_wh=2_000, tag=busy.ann.tag)
    busy.tell("CP1", "status", connector=1, status="available")
    assert kept(busy) == told(events)


def test_a_part_of_a_session_and_a_thinned_one_are_read(busy):
    for batch in posts(charged(busy, 3_600)):
        busy.post(*batch)
    read = busy.services.measurements.read
    since = ago(busy, minutes=10)
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
def test_samples_go_when_their_time_is_over_and_the_session_stays(busy, days):
    put = PutLocation(settings=Settings(samples_kept_days=days))
    busy.services.keeping.put_location(YARD, put, ADMIN)
    events = charged(busy, 900)
    for batch in posts(events):
        busy.post(*batch)
    before = session(busy)
    busy.clock.advance(hours=23)
    busy.background.timers.clean()
    assert kept(busy) == told(events)
    busy.clock.advance(hours=2)
    busy.background.timers.clean()
    assert kept(busy) == (0 if days else told(events))
    assert session(busy) == before
