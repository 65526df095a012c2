"""However late sessions come, however often the job runs and wherever it is cut short: summaries equal a recount."""

from collections.abc import Callable
from dataclasses import replace
from datetime import date, timedelta

from hypothesis import example, given
from hypothesis import strategies as st

from services.reports.documents import day_path, read_cursor, read_day, read_year
from services.reports.sums import total_of
from tests.fakes.told_sessions import BEGINNING, LOT, Stopped, ToldSessions

HOURS = st.integers(0, 120)
STEPS = st.lists(
    st.one_of(
        st.tuples(st.just("passes"), st.integers(1, 40), st.just(0)),
        st.tuples(st.just("charge"), HOURS, st.integers(0, 70)),
        st.tuples(st.just("correct"), st.integers(0, 9), st.integers(1, 9_000)),
        st.tuples(st.just("ends"), st.integers(0, 9), HOURS),
        st.tuples(st.just("runs"), st.just(0), st.just(0)),
        st.tuples(st.just("crashes"), st.integers(1, 6), st.booleans()),
        st.tuples(st.just("races"), st.integers(1, 6), st.just(0)),
    ),
    min_size=4,
    max_size=25,
)


def play(lot: ToldSessions, what: str, first: int, second: int) -> None:
    """One step of a history."""
    numbers = sorted(lot.sessions)
    match what:
        case "passes":
            lot.clock.advance(hours=first)
            lot.decide()
        case "charge":
            lot.tell(lot.clock.now() - timedelta(hours=first), second, 100 * second + 7, charger=1 + first % 2)
        case "correct" if numbers:
            lot.correct(numbers[first % len(numbers)], second)
        case "ends" if numbers:
            lot.end(numbers[first % len(numbers)], lot.clock.now() - timedelta(hours=second))
        case "runs":
            lot.summaries.run()
        case "crashes":
            cut_short(lot, first, behind=bool(second))
        case "races":
            raced(lot, first)
        case _:
            pass


def on_the(number: int, act: Callable[[], None]) -> Callable[[], None]:
    """Something that happens at the so-many-eth call."""
    left = [number]

    def hook() -> None:
        left[0] -= 1
        if left[0] == 0:
            act()

    return hook


def cut_short(lot: ToldSessions, number: int, *, behind: bool) -> None:
    """The process ends before or behind one of the job's transactions."""

    def stop() -> None:
        raise Stopped

    setattr(lot.store, "after" if behind else "before", on_the(number, stop))
    try:
        lot.summaries.bring_up(lot.site)
    except Stopped:
        pass
    finally:
        lot.store.before = lot.store.after = lambda: None


def raced(lot: ToldSessions, number: int) -> None:
    """Another one does all of the job between two steps of this one, and something is told meanwhile."""

    def another() -> None:
        lot.store.before = lambda: None
        lot.tell(lot.clock.now() - timedelta(hours=30), 2, 500)
        lot.summaries.run()

    lot.store.before = on_the(number, another)
    lot.summaries.run()
    lot.store.before = lambda: None


@given(STEPS)
@example([("charge", 36, 60), ("runs", 0, 0), ("ends", 0, 30)])
def test_summaries_equal_a_recount(steps: list[tuple[str, int, int]]) -> None:
    lot = ToldSessions()
    for step in steps:
        play(lot, *step)
    lot.decide()
    lot.bring_up()
    assert lot.summarised() == lot.recounted()
    observed_s = (lot.clock.now() - BEGINNING).total_seconds()
    assert lot.folded() == (list(range(1, lot.site.version + 1)), observed_s)
    year = total_of(
        takings for month in read_year(lot.inner, LOT, 2026) if month for day in month.days.values()
        for takings in day.values()
    )  # fmt: skip
    ended = [one for one in lot.sessions.values() if one.ended_at is not None]
    assert (year.sessions, year.energy_wh) == (len(ended), sum(one.energy_wh for one in ended))
    assert year.earnings["EUR"] == sum(one.charged for one in ended)


def test_a_late_session_changes_the_days_it_was_in_and_no_other() -> None:
    lot = ToldSessions()
    lot.tell(BEGINNING - timedelta(days=3), 1, 4_000)
    lot.clock.advance(days=2)
    lot.decide()
    lot.bring_up()
    before = lot.summarised()
    lot.tell(BEGINNING - timedelta(hours=20), 30, 9_000, charger=2)
    lot.bring_up()
    after = lot.summarised()
    assert {day for day in after if before[day].chargers != after[day].chargers} == {"2026-03-26", "2026-03-27"}
    assert after["2026-03-27"].chargers["c2"].takings.energy_wh == 9_000
    assert after == lot.recounted()


def test_a_location_with_a_past_is_counted_from_its_first_session() -> None:
    lot = ToldSessions()
    lot.tell(BEGINNING - timedelta(days=40), 2, 1_000)
    lot.bring_up()
    assert len(lot.summarised()) == 41
    assert lot.summarised() == lot.recounted()


def test_where_nothing_happened_the_job_writes_nothing() -> None:
    lot = ToldSessions()
    lot.bring_up()
    with lot.store.measure() as count:
        lot.summaries.run()
    assert (count.reads, count.writes) == (2, 0)


def test_a_zone_that_changes_loses_no_charge_and_counts_none_twice() -> None:
    lot = ToldSessions()
    for zone in ("Pacific/Apia", "America/Los_Angeles", "Europe/Vienna"):
        for _ in range(8):
            lot.clock.advance(hours=7)
            lot.tell(lot.clock.now() - timedelta(hours=1), 1, 1_000)
        lot.site = replace(lot.site, time_zone=zone)
        lot.summaries.run()
    lot.decide()
    lot.bring_up()
    assert len(lot.calendar().zones) == 4
    assert lot.summarised() == lot.recounted()
    assert sum(one.chargers["c1"].takings.energy_wh for one in lot.summarised().values()) == 24_000


def test_counting_anew_heals_a_summary_that_was_damaged() -> None:
    lot = ToldSessions()
    lot.tell(BEGINNING - timedelta(days=1), 2, 1_000)
    lot.bring_up()
    lot.inner.delete(day_path(LOT, date(2026, 3, 26)))
    lot.summaries.count_anew(LOT)
    cursor = read_cursor(lot.inner, LOT)
    assert cursor is not None
    assert cursor.dirty == (date(2026, 3, 26), date(2026, 3, 27))
    lot.bring_up()
    assert lot.summarised() == lot.recounted()
    assert read_day(lot.inner, LOT, date(2026, 3, 26)) is not None


def test_a_location_that_fails_does_not_stop_the_others() -> None:
    lot = ToldSessions()
    lot.inner.put("locations/AAA", {"location_id": "broken", "body": b""})
    lot.tell(BEGINNING - timedelta(hours=3), 1, 1_000)
    assert lot.summaries.run() > 0
    assert lot.summarised() == lot.recounted()
