"""Days lived at a real desk: what the decisions of a day say of its queue, figure by figure."""

from datetime import UTC, date, datetime, timedelta

import pytest

from model import paths
from model.documents import to_json
from model.settings import Settings
from model.summary import ChargerDay, Counted, DaySummary, Need, Outcomes, QueueDay, Takings
from scheduling.inputs import PutLocation
from services.reports.documents import day_document, read_day
from services.reports.period import Period, Times, Waits
from services.reports.summarising import Summaries
from services.sites.decision_document import decision_document
from services.sites.packing import PLAIN_BYTES
from tests.fakes.site_world import ADMIN, DRIVER, SETTINGS, YARD, World

MONDAY = date(2026, 3, 2)
"""The day of the world's clock, which begins at 9:00 in Vienna."""


@pytest.fixture
def yard(world: World) -> World:
    """One charger at a charge point, available since the beginning."""
    world.location(settings=SETTINGS)
    world.charge_point()
    return world


def joins(world: World, name: str) -> str:
    """The driver's tag."""
    user = world.driver(name)
    world.services.queueing.join(YARD, user.user_id, DRIVER)
    return user.tag


def ends(world: World, transaction_id: str, stop_wh: int) -> None:
    world.tell(
        "CP1", "transaction_ended", transaction_id=transaction_id, meter_stop_wh=stop_wh, reason="EVDisconnected"
    )
    world.tell("CP1", "status", connector=1, status="available")


def summarised(world: World, day: date = MONDAY) -> QueueDay:
    while Summaries(world.store, world.clock).run():
        pass
    found = read_day(world.store, YARD, day)
    assert found is not None
    return found.queue


def period(world: World, day: date = MONDAY) -> Period:
    summarised(world, day)
    [found] = world.services.reports.day(day, YARD)
    return found


def test_a_morning_of_two_drivers_and_one_charger(yard: World) -> None:
    ann = joins(yard, "ann")  # offered at once
    bob = joins(yard, "bob")  # waits from 9:00 on
    yard.clock.advance(minutes=5)
    yard.starts(ann)  # 9:05
    yard.clock.advance(minutes=60)
    ends(yard, "t1", 8_000)  # 10:05, and bob is offered the charger
    yard.clock.advance(minutes=9)
    yard.starts(bob, "t2", 8_000)  # 10:14
    yard.clock.advance(minutes=46)
    ends(yard, "t2", 11_000)  # 11:00
    queue = summarised(yard)
    assert queue == QueueDay(
        observed_s=7200,
        waiting_s=65 * 60,
        most_waiting=1,
        contested_charger_s=65 * 60,
        waits_s=(300, 74 * 60),
        needs={"u-ann": Need(got_wh=7_000, ask_wh=10_000), "u-bob": Need(got_wh=3_000, ask_wh=10_000)},
        present_s={"c1": 7200},
    )
    found = period(yard)
    assert found.chargers[0].times == Times(
        present_s=7200, charging_s=106 * 60, occupied_s=0, held_s=14 * 60, empty_s=0
    )
    assert found.outcomes == Outcomes(served=2)
    assert found.queue.waits == Waits(2, 39.5 * 60, 300, 74 * 60)
    assert found.queue.mean_depth == pytest.approx(65 / 120)
    assert found.queue.idle_share == 0
    assert found.fairness.worst_decile == pytest.approx(0.3)
    assert found.fairness.jain == pytest.approx(1.0 / (2 * (0.49 + 0.09)))
    assert (found.takings.sessions, found.takings.energy_wh) == (2, 10_000)


def test_who_lets_offers_go_asks_for_nothing(yard: World) -> None:
    joins(yard, "ann")
    yard.services.queueing.answer_offer(YARD, "u-ann", "decline", DRIVER)
    found = period(yard)
    assert found.outcomes == Outcomes(declines=1)
    assert found.fairness.drivers == 0
    assert found.takings.sessions == 0


def test_a_car_that_nobody_knows_occupies_the_charger(yard: World) -> None:
    yard.clock.advance(minutes=10)
    yard.tell("CP1", "status", connector=1, status="preparing")
    yard.clock.advance(minutes=20)
    yard.tell("CP1", "status", connector=1, status="available")
    yard.clock.advance(minutes=30)
    yard.services.keeping.set_state(YARD, "c1", "unavailable", ADMIN)
    found = period(yard)
    assert found.chargers[0].times == Times(3600, charging_s=0, occupied_s=1200, held_s=0, empty_s=2400)
    assert found.queue.idle_share is None, "nobody waited"


def test_a_need_that_a_closing_leaves_unmet_counts_on_the_day_that_closed(yard: World) -> None:
    ann = joins(yard, "ann")
    yard.starts(ann)
    joins(yard, "bob")
    yard.clock.advance(hours=20)  # 5:00 the next day; a tick was lost
    yard.background.timers.tick()
    ends(yard, "t1", 31_000)
    monday, tuesday = summarised(yard), summarised(yard, date(2026, 3, 3))
    assert monday.needs == {"u-bob": Need(ask_wh=10_000)}
    assert tuesday.needs["u-ann"] == Need(got_wh=30_000, ask_wh=10_000)
    assert monday.waiting_s == 15 * 3600
    assert monday.observed_s == 15 * 3600
    assert tuesday.observed_s == 5 * 3600
    joins(yard, "bob")  # The need that was noted on Monday is booked on bob's record now, and not asked again.
    assert sum(need.ask_wh for need in summarised(yard, date(2026, 3, 3)).needs.values()) == 10_000


def test_together_needs_are_what_the_sites_own_sums_grew_by(yard: World) -> None:
    for number in range(4):
        tag = joins(yard, f"d{number}")
        yard.starts(tag, f"t{number}", 1_000 * number)
        yard.clock.advance(minutes=7)
        ends(yard, f"t{number}", 1_000 * number + 900)
    needs = summarised(yard).needs.values()
    fairness = yard.site().fairness
    assert sum(need.got_wh for need in needs) == fairness.energy_wh == 3_600
    # The sums fade by the calendar: in half an hour by a thousandth.
    assert sum(need.ask_wh for need in needs) / 1000 == pytest.approx(fairness.ask_kwh, rel=2e-3)


def test_nobody_counts_as_waiting_while_the_queue_is_closed(world: World) -> None:
    opens = Settings(queue_hours={"mon": (("10:00", "18:00"),)})
    world.location(settings=opens)
    world.charge_point()
    joins(world, "ann")  # at 9:00, for 10:00
    world.clock.advance(hours=1)
    world.background.timers.tick()
    world.clock.advance(minutes=5)
    world.services.queueing.leave(YARD, "u-ann", DRIVER)
    queue = summarised(world)
    assert queue.waiting_s == 3600
    assert queue.contested_charger_s == 0


def test_a_charger_that_comes_and_goes_counts_for_as_long_as_it_stood_there(world: World) -> None:
    world.location(chargers=1)
    world.clock.advance(hours=1)
    world.services.keeping.retire_charger(YARD, "c1", ADMIN)
    world.clock.advance(hours=1)
    world.services.keeping.put_location(YARD, PutLocation(name="later"), ADMIN)
    queue = summarised(world)
    assert (queue.observed_s, queue.present_s) == (7200, {"c1": 3600})


def test_days_are_of_the_zone_that_the_location_has_by_then(yard: World) -> None:
    yard.clock.advance(hours=3)
    yard.services.keeping.put_location(YARD, PutLocation(time_zone="America/Los_Angeles"), ADMIN)
    yard.clock.advance(hours=30)
    yard.background.timers.tick()
    while Summaries(yard.store, yard.clock).run():
        pass
    [monday], [tuesday] = yard.services.reports.day(MONDAY, YARD), yard.services.reports.day(date(2026, 3, 3), YARD)
    assert monday.ends_at == tuesday.starts_at == datetime(2026, 3, 3, 8, tzinfo=UTC)
    assert monday.queue.observed_s == 24 * 3600, "from 9:00 in Vienna to midnight in Los Angeles"
    assert tuesday.ends_at - tuesday.starts_at == timedelta(days=1)


def test_decisions_of_an_earlier_build_leave_that_time_unknown(yard: World) -> None:
    yard.clock.advance(hours=1)
    joins(yard, "ann")
    for version in range(1, yard.site().version + 1):
        decision = yard.decision(version)
        decision.figures.clear()
        decision.changes.clear()
        yard.store.put(paths.decision(YARD, version), decision_document(decision))
    queue = summarised(yard)
    assert queue == QueueDay()
    assert period(yard).queue.mean_depth is None


def test_the_largest_day_is_one_document_of_less_than_100_kb() -> None:
    chargers = {
        f"charger-{number:03}": ChargerDay(
            charger_id=f"Charger-{number:03}",
            takings=Takings(sessions=5, energy_wh=65_432, earnings={"EUR": 1_963, "CHF": 12}),
            charging_s=43_210,
            full_s=4_321,
            held_s=3_210,
        )
        for number in range(200)
    }
    needs = {f"{number * 7919 % 10**12:012d}{number:010d}": Need(got_wh=12_345, ask_wh=10_987) for number in range(800)}
    seconds = dict.fromkeys(chargers, 86_399.123456)
    start = datetime(2026, 3, 1, 23, tzinfo=UTC)
    day = DaySummary(
        location_id="x" * 64,
        date=MONDAY,
        starts_at=start,
        ends_at=start + timedelta(days=1),
        counted=Counted(
            until=start, chargers=chargers, outcomes=Outcomes(), running=tuple((name, 12_345) for name in chargers)
        ),
        queue=QueueDay(
            waits_s=tuple(range(10_000, 11_000)), needs=needs, present_s=seconds, blocked_s=seconds, observed_s=86_400.0
        ),
    )
    assert len(to_json(day)) > PLAIN_BYTES, "it is compressed"
    assert len(day_document(day)["body"]) < 100_000
