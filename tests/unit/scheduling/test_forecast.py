"""What is foreseen, drawn: who charges since when, who waits, what is usual; and the minutes that follow."""

from dataclasses import replace
from datetime import UTC, datetime, timedelta

import pytest

from model.charger import Charger, Condition, OpenSession, Phase
from model.entry import Entry, Member, Score
from model.foreseen import Wait
from model.habits import Habits
from model.settings import Settings
from model.site import Site
from scheduling.forecasting.forecast import foresee_full, foresee_wait
from scheduling.forecasting.spread import counted
from scheduling.wording.explain import wait_sentence

NOW = datetime(2026, 3, 2, 9, 0, tzinfo=UTC)  # A Monday.


def many(value: float, times: int = 390) -> tuple[int, ...]:
    (step,) = [len(counted((), value)) - 1]
    return (*[0] * step, times)


USUAL = Habits(charging=many(120), charging_share=many(100), moving=many(10), moving_share=many(100), coming=many(5))
"""Everybody takes two hours, comes in five minutes and moves in ten."""


def entry(number: int, *, usual_min: int = 0, ago_min: float = 10, **more: object) -> Entry:
    member = Member(user_id=f"u{number}", username=f"u{number}", groups=more.pop("groups", ()))  # type: ignore[arg-type]
    score = Score(value=NOW.timestamp() / 60 + number, joined_min=0, shift_min=0)
    made = Entry(
        entry_id=number,
        member=member,
        joined_at=NOW - timedelta(minutes=ago_min),
        score=score,
        usual_charging_s=60 * usual_min,
        usual_full_s=600 if usual_min else 0,
    )
    return replace(made, **more)  # type: ignore[arg-type]


def charging(since_min: float, *, usual_min: int = 0, full_min: float | None = None, name: str = "c1") -> Charger:
    full_at = None if full_min is None else NOW - timedelta(minutes=full_min)
    session = OpenSession(
        number=1,
        phase=Phase.CHARGING if full_at is None else Phase.FULL,
        entry=entry(900 + int(name[1:]), usual_min=usual_min, ago_min=since_min + 5),
        assigned_at=NOW - timedelta(minutes=since_min + 5),
        plugged_at=NOW - timedelta(minutes=since_min),
        full_at=full_at,
    )
    return Charger(charger_id=name, session=session, plugged=True, status_at=NOW)


def site(*chargers: Charger, queue: tuple[Entry, ...] = (), **settings: object) -> Site:
    return Site(
        location_id="lot",
        chargers={one.charger_id: one for one in chargers},
        queue=queue,
        habits=USUAL,
        settings=Settings(**settings),  # type: ignore[arg-type]
        last_entry=99,
    )


def foreseen(place: Site, who: Entry | None = None) -> Wait:
    return foresee_wait(place, who or place.queue[-1], NOW)


FREE = Charger(charger_id="c1")
ME = entry(50)


@pytest.mark.parametrize(
    ("what", "place", "median_min"),
    [
        ("a free charger", site(FREE, queue=(ME,)), 0),
        ("charging for an hour", site(charging(60), queue=(ME,)), 73),
        ("charging, usually for four hours", site(charging(60, usual_min=240), queue=(ME,)), 200),
        ("charging for longer than ever", site(charging(600), queue=(ME,)), 190),
        ("full just now", site(charging(90, full_min=0), queue=(ME,)), 10),
        ("full for long", site(charging(90, full_min=200), queue=(ME,)), 60),
        ("two, one of them nearly ready", site(charging(10), charging(115, name="c2"), queue=(ME,)), 15),
        ("one more before me", site(charging(60), queue=(entry(1), ME)), 73 + 138),
        ("a free one, and one before me", site(FREE, queue=(entry(1), ME)), 138),
        ("who sleeps for five hours is passed", site(charging(60), queue=(
            entry(1, snoozed_until=NOW + timedelta(hours=5)), ME)), 73),
    ],
)  # fmt: skip
def test_the_middle_of_the_wait(what: str, place: Site, median_min: float) -> None:
    found = foreseen(place).range
    assert found is not None
    assert found.median_min == pytest.approx(median_min, abs=max(4, 0.12 * median_min)), what


def test_what_is_not_known_makes_the_range_wide() -> None:
    sure = foreseen(site(charging(10), queue=(ME,))).range
    unsure = foreseen(replace(site(charging(10), queue=(ME,)), habits=Habits())).range
    assert sure is not None
    assert unsure is not None
    assert unsure.low_min < sure.low_min
    assert (unsure.high_min or 0) > (sure.high_min or 0) + 60


def test_the_same_is_foreseen_again() -> None:
    place = site(charging(60), queue=(entry(1), entry(2), ME))
    assert foreseen(place) == foreseen(place)


@pytest.mark.parametrize(
    "broken",
    [
        replace(FREE, condition=Condition.FAULTED),
        replace(FREE, offline_since=NOW),
        replace(FREE, out_of_service=True),
        replace(FREE, retired=True),
    ],
)
def test_a_charger_that_does_not_work_is_not_counted_on(broken: Charger) -> None:
    found = foreseen(site(broken, queue=(ME,)))
    assert (found.range, found.today, found.chargers, found.soon) == (None, 0, 0, ())


def test_a_charger_for_others_is_not_counted_on() -> None:
    theirs = replace(FREE, groups=("fleet",))
    assert foreseen(site(theirs, queue=(ME,))).range is None
    both = foreseen(site(theirs, replace(charging(60, name="c2"), groups=()), queue=(ME,)))
    assert both.range is not None
    assert both.range.median_min == pytest.approx(73, abs=5)
    mine = foreseen(site(theirs, queue=(entry(1), entry(50, groups=("fleet",)))))
    assert mine.range is not None
    assert mine.range.high_min == 0, "who stands before may not use it"


def test_what_ends_after_closing_is_not_today() -> None:
    hours = {"mon": (("08:00", "09:30"),)}
    late = foreseen(site(charging(0), queue=(ME,), queue_hours=hours))
    assert (late.range, late.today) == (None, 0)
    noon = {"mon": (("08:00", "09:30"), ("12:00", "18:00"))}
    after = foreseen(site(charging(60), queue=(ME,), queue_hours=noon)).range
    assert after is not None
    assert after.median_min == 180, "not before it opens again"


def test_what_ends_after_midnight_is_not_today_where_the_queue_is_reset() -> None:
    crowd = tuple(entry(number) for number in range(1, 9))
    reset = foreseen(site(charging(0), queue=(*crowd, ME)))
    assert (reset.range, reset.today) == (None, 0)
    kept = foreseen(site(charging(0), queue=(*crowd, ME), reset_queue_daily=False)).range
    assert kept is not None
    assert kept.low_min > 15 * 60


def test_who_would_join_stands_behind_the_locked_places() -> None:
    crowd = tuple(entry(number) for number in range(1, 6))
    first = replace(ME, entry_id=100, score=replace(ME.score, value=0))
    assert foreseen(site(charging(0), queue=crowd), first).place == 4
    last = replace(first, score=replace(ME.score, value=1e12))
    assert (foreseen(site(charging(0), queue=crowd), last).place, foreseen(site(FREE), first).ahead) == (6, 0)


def test_who_may_come_and_rank_before_makes_it_longer() -> None:
    slots = tuple(20 if slot in {18, 19} else 0 for slot in range(48))
    busy = replace(USUAL, joins={"mon": slots}, days={"mon": 4}, squares={"mon": 400}, shifts=(0, 0, 5, 0, 0))
    quiet = site(charging(60), charging(60, name="c2"), queue=(entry(1), entry(2), entry(3), ME), locked_places=3)
    calm, pressed = foreseen(quiet).range, foreseen(replace(quiet, habits=busy)).range
    assert calm is not None
    assert pressed is not None
    assert pressed.low_min > calm.low_min + 100
    locked = replace(quiet, queue=quiet.queue[:2])
    assert foreseen(locked).range == foreseen(replace(locked, habits=busy)).range


@pytest.mark.parametrize(
    ("energy_wh", "power_w", "median_min"),
    [(0, 0, 95), (5000, 0, 95), (5000, 10_000, 95), (5000, 5000, 190), (5000, 100, 190), (2500, 10_000, 47)],
)
def test_a_car_is_full_after_the_rest_of_its_time_sooner_where_it_draws_more_now(
    energy_wh: int, power_w: int, median_min: float
) -> None:
    place = site(charging(30))
    found = foresee_full(place, place.chargers["c1"], NOW, energy_wh, power_w)
    assert found is not None
    assert found.median_min == pytest.approx(median_min, abs=0.08 * median_min)


def test_what_does_not_charge_does_not_become_full() -> None:
    assert foresee_full(site(FREE), charging(90, full_min=1), NOW) is None
    assert foresee_full(site(FREE), FREE, NOW) is None


def test_the_wait_is_explained_in_one_sentence() -> None:
    place = site(charging(60), charging(115, name="c2"), queue=(entry(1), ME))
    told = wait_sentence(foreseen(place), NOW, "Europe/Helsinki")
    assert told == "One is before you at 2 chargers; expected free: c2 about 11:15, c1 about 12:15."
    assert wait_sentence(foreseen(site(FREE, queue=(ME,))), NOW, "UTC", own=False) == (
        "Nobody is before them at one charger; expected free: c1 now."
    )
    late = foreseen(site(charging(0), queue=(ME,), queue_hours={"mon": (("08:00", "09:30"),)}))
    assert wait_sentence(late, NOW, "UTC").endswith("; it will hardly be before the queue closes today.")
    none = foreseen(site(queue=(ME,)))
    assert wait_sentence(none, NOW, "UTC") == (
        "No charger that you may use works just now, so nobody can tell how long it takes."
    )
