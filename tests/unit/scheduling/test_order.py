"""Who stands where."""

from dataclasses import replace
from datetime import timedelta

import pytest

from model.entry import Entry, Member, Score
from model.settings import Order, Settings
from scheduling.fairness.order import keeps_place, ordered, place_of, with_newcomer, with_return
from tests.fakes.clock import START
from tests.fakes.yard import Yard


def entry(entry_id: int, value: float, *, asleep: bool = False, front_min: float | None = None) -> Entry:
    return Entry(
        entry_id=entry_id,
        member=Member(user_id=f"u{entry_id}", username=f"u{entry_id}"),
        joined_at=START,
        score=Score(value=value, joined_min=value, shift_min=0),
        snoozed_until=START + timedelta(hours=1) if asleep else None,
        front_at=None if front_min is None else START + timedelta(minutes=front_min),
    )


def ids(queue: tuple[Entry, ...]) -> list[int]:
    return [one.entry_id for one in queue]


def test_behind_the_locked_places_the_lowest_score_comes_first():
    queue = tuple(entry(number, value) for number, value in enumerate([90, 80, 70, 60, 50, 40], 1))
    assert ids(ordered(queue, 3)) == [1, 2, 3, 6, 5, 4]


@pytest.mark.parametrize(("locked_places", "kept"), [(3, [1, 3]), (1, [1]), (0, [])])
def test_a_place_is_kept_by_the_lock_alone_where_a_lower_score_stands_behind(locked_places: int, kept: list[int]):
    queue = (entry(9, 500, front_min=0), *(entry(one, value) for one, value in ((1, 4), (2, 2), (3, 243), (4, 3))))
    assert [one.entry_id for one in queue if keeps_place(queue, one, locked_places)] == kept


def test_equal_scores_keep_the_order_of_joining():
    queue = tuple(entry(number, 10) for number in (3, 1, 2))
    assert ids(ordered(queue, 0)) == [1, 2, 3]


def test_a_newcomer_enters_at_place_four_at_best():
    queue: tuple[Entry, ...] = ()
    for number, value in enumerate([50, 40, 30, 20, 10], 1):
        queue = with_newcomer(queue, entry(number, value), 3)
    assert ids(queue) == [1, 2, 3, 5, 4]


@pytest.mark.parametrize(("locked", "expected"), [(0, [4, 3, 2, 1]), (1, [1, 4, 3, 2]), (9, [1, 2, 3, 4])])
def test_a_location_chooses_how_many_places_are_locked(locked, expected):
    queue: tuple[Entry, ...] = ()
    for number, value in enumerate([40, 30, 20, 10], 1):
        queue = with_newcomer(queue, entry(number, value), locked)
    assert ids(queue) == expected


def test_who_sleeps_takes_none_of_the_locked_places():
    queue = (entry(1, 90, asleep=True), entry(2, 80), entry(3, 70), entry(4, 60), entry(5, 50))
    assert ids(with_newcomer(queue, entry(6, 10), 3)) == [1, 2, 3, 4, 6, 5]


def test_front_ranks_before_the_locked_places_earliest_first():
    queue = (entry(1, 10), entry(2, 20), entry(3, 30), entry(4, 40, front_min=5), entry(5, 50, front_min=1))
    assert ids(ordered(queue, 3)) == [5, 4, 1, 2, 3]


def test_front_takes_none_of_the_locked_places():
    queue = tuple(entry(number, 90 - number, front_min=number if number < 4 else None) for number in range(1, 8))
    assert ids(with_newcomer(queue, entry(8, 0), 3)) == [1, 2, 3, 4, 5, 6, 8, 7]


def test_who_comes_back_stands_behind_those_who_stood_before():
    queue = (entry(1, 10, asleep=True), entry(3, 5), entry(4, 6))
    assert ids(with_return(queue, entry(2, 99, asleep=True), (1,), 3)) == [1, 2, 3, 4]


def test_who_stood_before_and_fell_back_since_takes_nobody_along():
    queue = (entry(3, 5), entry(4, 6), entry(1, 99))
    assert ids(with_return(queue, entry(2, 7, asleep=True), (1,), 3)) == [2, 3, 4, 1]


def test_place_of_counts_from_one():
    queue = (entry(7, 1), entry(9, 2))
    assert (place_of(queue, 7), place_of(queue, 9), place_of(queue, 8)) == (1, 2, None)


def test_who_got_less_of_their_need_is_asked_before_who_came_earlier(yard: Yard):
    yard.join("a1", "a2", "a3", "much")
    yard.driver("little", ask_kwh=40.0, as_of=yard.now)
    yard.join("little")
    assert yard.places() == ["a1", "a2", "a3", "little", "much"]


def test_fifo_ignores_the_share():
    yard = Yard(settings=Settings(order=Order.FIFO, locked_places=0))
    yard.join("first")
    yard.driver("little", ask_kwh=40.0, as_of=yard.now)
    yard.driver("much", got_kwh=90.0, as_of=yard.now)
    yard.join("much", "little")
    assert yard.places() == ["first", "much", "little"]
    assert [one.score.shift_min for one in yard.site.queue] == [0, 0, 0]


def test_the_inputs_of_the_score_stay_with_the_entry(yard: Yard):
    yard.driver("ann", got_kwh=3.0, debt_kwh=1.0, ask_kwh=10.0, as_of=yard.now)
    yard.join("ann")
    score = yard.entry("ann").score
    assert (score.got_kwh, score.debt_kwh, score.ask_kwh, score.mean) == (3.0, 1.0, 10.0, 1.0)
    assert score.ratio == pytest.approx((3 + 1 + 10) / (10 + 10))
    assert score.value == pytest.approx(score.joined_min + score.shift_min)


def test_changing_the_locked_places_reorders_the_queue(yard: Yard):
    yard.join("a1", "a2", "a3")
    yard.driver("little", ask_kwh=40.0, as_of=yard.now)
    yard.join("little")
    assert yard.places()[3] == "little"
    yard.change(locked_places=0)
    assert yard.places()[0] == "little"


def test_the_queue_of_an_entry_is_never_rescored_by_time(yard: Yard):
    yard.join("ann")
    before = yard.entry("ann")
    yard.wait_s(3 * 3600)
    yard.join("bob")
    assert yard.entry("ann") == replace(before)
