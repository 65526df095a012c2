"""Queue hours, and joining before opening. The yard is in Vienna; its Monday 2 March 2026 begins at 23:00 UTC."""

from datetime import UTC, datetime

import pytest

from model.errors import Conflict
from model.settings import Settings
from scheduling.hours import is_open, may_join, next_opening, open_s
from scheduling.states import Standing
from tests.fakes.yard import Yard

VIENNA = "Europe/Vienna"
OFFICE = {"mon": (("07:00", "12:00"), ("13:00", "18:00")), "tue": (("07:00", "18:00"),)}
HOURS = Settings(queue_hours=OFFICE)


def local(day: int, hour: int, minute: int = 0) -> datetime:
    """An instant of March 2026 by Vienna's clock (UTC + 1)."""
    return datetime(2026, 3, day, hour - 1, minute, tzinfo=UTC)


@pytest.fixture
def early() -> Yard:
    """Monday, 06:30, one charger."""
    yard = Yard(settings=HOURS, now=local(2, 6, 30))
    yard.unit()
    return yard


@pytest.mark.parametrize(
    ("at", "opened", "joinable"),
    [
        (local(2, 6, 59), False, True),
        (local(2, 7), True, True),
        (local(2, 11, 59), True, True),
        (local(2, 12), False, True),
        (local(2, 13), True, True),
        (local(2, 18), False, False),
        (local(3, 1), False, True),
        (local(4, 12), False, False),
    ],
)
def test_open_and_joinable(at, opened, joinable):
    assert is_open(HOURS, VIENNA, at) is opened
    assert may_join(HOURS, VIENNA, at) is joinable


def test_without_hours_it_is_always_open():
    assert is_open(Settings(), VIENNA, local(8, 3))
    assert may_join(Settings(), VIENNA, local(8, 3))
    assert next_opening(Settings(), VIENNA, local(8, 3)) is None


@pytest.mark.parametrize(
    ("at", "opens"),
    [
        (local(2, 6), local(2, 7)),
        (local(2, 12, 30), local(2, 13)),
        (local(2, 18), local(3, 7)),
        (local(4, 9), local(9, 7)),
    ],
)
def test_the_next_opening(at, opens):
    assert next_opening(HOURS, VIENNA, at) == opens


def test_twenty_four_o_clock_is_the_end_of_the_day():
    late = Settings(queue_hours={"mon": (("20:00", "24:00"),)})
    assert is_open(late, VIENNA, local(2, 23, 59))
    assert not is_open(late, VIENNA, datetime(2026, 3, 2, 23, 0, tzinfo=UTC))


def test_opening_in_the_gap_of_a_clock_change_is_the_gaps_end():
    gap = Settings(queue_hours={"sun": (("02:30", "04:00"),)})
    change = datetime(2026, 3, 29, 1, 0, tzinfo=UTC)
    assert next_opening(gap, VIENNA, datetime(2026, 3, 29, 0, 30, tzinfo=UTC)) == change


def test_who_comes_early_joins_and_is_asked_at_opening(early: Yard):
    early.join("ann")
    assert early.standing("ann") is Standing.WAITING
    assert early.site.next_due_at == local(2, 7)
    early.wait_until(local(2, 7))
    assert early.on() == "ann offered"


def test_after_closing_nobody_joins(early: Yard):
    early.wait_until(local(2, 18))
    with pytest.raises(Conflict) as refused:
        early.join("ann")
    assert refused.value.code == "queue_closed"


def test_outside_its_hours_nothing_is_offered(early: Yard):
    early.wait_until(local(2, 11, 50))
    early.level("charging")
    early.join("ann")
    early.wait_until(local(2, 12, 10))
    early.level("available")
    assert early.on() == ""
    early.wait_until(local(2, 13))
    assert early.on() == "ann offered"


def test_an_offer_made_before_closing_runs_to_its_own_deadline(early: Yard):
    early.wait_until(local(2, 17, 55))
    early.join("ann")
    early.wait_until(local(2, 18, 4))
    early.accept("ann")
    early.level("charging")
    assert early.on() == "ann charging"


def test_before_opening_who_waits_keeps_nobody_from_walking_up():
    yard = Yard(settings=HOURS, now=local(2, 6))
    yard.connector()
    yard.join("ann")
    assert yard.starts("bob").tag_status == "Accepted"
    assert yard.on() == "bob charging"


@pytest.mark.parametrize(
    ("since", "until", "hours"),
    [
        (local(2, 6), local(2, 8), 1),
        (local(2, 11), local(2, 14), 2),
        (local(2, 17), local(3, 8), 2),
        (local(4, 0 + 1), local(8, 20), 0),
    ],
)
def test_open_time_of_a_span(since, until, hours):
    assert open_s(HOURS, VIENNA, since, until) == hours * 3600


def test_open_time_without_hours_is_all_of_it():
    assert open_s(Settings(), VIENNA, local(2, 6), local(2, 8)) == 7200
