"""A site notes what usually happens there, as it happens."""

from collections.abc import Sequence

from scheduling.forecasting.habits import DAYS_KEPT, SESSIONS_FOR_USUAL, SLOTS, dispersion
from scheduling.forecasting.spread import step_of
from tests.fakes.yard import Yard

MINUTE = 60.0
DAY = 24 * 3600.0


def charge(yard: Yard, name: str, minutes: float, moving: float = 10) -> None:
    """From joining to driving off."""
    yard.join(name)
    yard.accept(name)
    yard.wait_s(4 * MINUTE)
    yard.starts(name, f"t{yard.seq}")
    yard.wait_s(minutes * MINUTE)
    yard.stops(f"t{yard.seq - 1}", 5000 + yard.seq)
    yard.wait_s(moving * MINUTE)
    yard.status("available")


def steps(counts: Sequence[int]) -> list[int]:
    return [step for step, count in enumerate(counts) if count]


def test_a_charge_tells_how_long_coming_charging_and_moving_takes(point_yard: Yard) -> None:
    charge(point_yard, "ann", 90)
    habits = point_yard.site.habits
    assert (steps(habits.coming), steps(habits.charging), steps(habits.moving)) == (
        [step_of(4)], [step_of(90)], [step_of(10)],
    )  # fmt: skip
    assert habits.charging_cut == habits.letting_go == ()
    assert steps(habits.staying) == [step_of(94)]


def test_a_car_that_is_gone_at_once_was_not_full(point_yard: Yard) -> None:
    charge(point_yard, "ann", 90, moving=0.5)
    habits = point_yard.site.habits
    assert (steps(habits.charging), steps(habits.charging_cut), habits.moving) == ([], [step_of(90)], ())
    assert steps(habits.leaving) == [step_of(94.5)]


def test_after_some_charges_a_driver_has_usual_times(point_yard: Yard) -> None:
    for _ in range(SESSIONS_FOR_USUAL):
        assert point_yard.driver("ann").record.timed < SESSIONS_FOR_USUAL
        charge(point_yard, "ann", 60)
    assert (point_yard.site.habits.charging_share, point_yard.driver("ann").record.charging_s) == ((), 3600)
    charge(point_yard, "ann", 120)
    assert steps(point_yard.site.habits.charging_share) == [step_of(200)]
    assert point_yard.driver("ann").record.charging_s == 4500
    charge(point_yard, "ann", 30, moving=0)
    assert point_yard.driver("ann").record.charging_s == 4500, "what was cut short is no shorter charge"


def test_who_lets_go_is_counted(point_yard: Yard) -> None:
    point_yard.join("ann", "bob")
    point_yard.wait_s(3 * MINUTE)
    point_yard.decline("ann")
    point_yard.wait_s(11 * MINUTE)
    assert steps(point_yard.site.habits.letting_go) == [step_of(3), step_of(10)]
    assert point_yard.site.habits.coming == ()


def test_who_leaves_the_queue_and_who_is_reset_is_counted(yard: Yard) -> None:
    yard.join("ann", "bob")
    yard.wait_s(50 * MINUTE)
    yard.leave("ann")
    yard.wait_s(DAY)
    assert steps(yard.site.habits.leaving) == [step_of(50)]
    assert len(steps(yard.site.habits.staying)) == 1


def test_joins_are_kept_by_weekday_once_the_day_is_over(yard: Yard) -> None:
    yard.join("ann", "bob")
    assert sum(yard.site.habits.joins_today) == 2
    assert yard.site.habits.joins == {}
    yard.wait_s(DAY)
    habits = yard.site.habits
    assert (sum(habits.joins["mon"]), len(habits.joins["mon"]), habits.squares["mon"]) == (2, SLOTS, 4)
    assert (habits.days, habits.joins_today) == ({"mon": 1}, ())
    assert sum(habits.shifts) == 2


def test_old_weeks_fade(yard: Yard) -> None:
    for _ in range(DAYS_KEPT):
        yard.join("ann", "bob")
        yard.wait_s(7 * DAY)
    habits = yard.site.habits
    assert (habits.days["mon"], sum(habits.joins["mon"])) == (DAYS_KEPT // 2, DAYS_KEPT)
    assert dispersion(habits) == 0.3, "the same two come every Monday"


def test_a_cancelled_offer_of_a_broken_charger_says_nothing_of_drivers(point_yard: Yard) -> None:
    point_yard.join("ann")
    point_yard.status("faulted")
    assert (point_yard.site.habits.letting_go, point_yard.site.habits.leaving) == ((), ())
