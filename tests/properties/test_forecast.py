"""Whatever a site looks like: a forecast comes, its range is in order, more before never makes it shorter."""

from dataclasses import replace
from datetime import UTC, datetime, timedelta

from hypothesis import given, settings
from hypothesis import strategies as st

from model.charger import Charger, OpenSession, Phase
from model.entry import Entry, Member, Score
from model.foreseen import Wait
from model.habits import Habits
from model.settings import Settings
from model.site import Site
from scheduling.forecasting.forecast import foresee_full, foresee_wait

NOW = datetime(2026, 3, 2, 9, 0, tzinfo=UTC)
FOREVER = float("inf")
QUICK = settings(max_examples=12, deadline=None)

counts = st.lists(st.integers(0, 9), max_size=89).map(tuple)
slots = st.lists(st.integers(0, 30), min_size=48, max_size=48).map(tuple)
habits = st.builds(
    Habits,
    charging=counts,
    charging_cut=counts,
    charging_share=counts,
    charging_share_cut=counts,
    moving=counts,
    moving_share=counts,
    coming=counts,
    letting_go=counts,
)


@st.composite
def entries(draw: st.DrawFn, number: int) -> Entry:
    joined_at = NOW - timedelta(minutes=draw(st.integers(0, 600)))
    asleep = draw(st.one_of(st.none(), st.integers(0, 300)))
    return Entry(
        entry_id=number,
        member=Member(user_id=f"u{number}", username=f"u{number}", groups=draw(st.sampled_from([(), ("a",)]))),
        joined_at=joined_at,
        score=Score(value=draw(st.floats(0, 1e8)), joined_min=0, shift_min=0),
        snoozed_until=None if asleep is None else NOW + timedelta(minutes=asleep),
        usual_charging_s=draw(st.sampled_from([0, 60, 7200, 90_000])),
        usual_full_s=draw(st.sampled_from([0, 600])),
    )


@st.composite
def chargers(draw: st.DrawFn, number: int) -> Charger:
    phase = draw(st.sampled_from([None, *Phase]))
    since = NOW - timedelta(minutes=draw(st.integers(-5, 900)))
    session = phase and OpenSession(
        number=1,
        phase=phase,
        entry=draw(st.one_of(st.none(), entries(1000 + number))),
        assigned_at=since,
        plugged_at=since,
        full_at=since if phase is Phase.FULL else None,
    )
    return Charger(
        charger_id=f"c{number}",
        session=session,
        plugged=draw(st.booleans()),
        status_at=since,
        out_of_service=draw(st.integers(0, 5)) == 0,
        groups=draw(st.sampled_from([(), (), ("a",), ("b",)])),
    )


@st.composite
def sites(draw: st.DrawFn, *, plain: bool = False) -> Site:
    queue = tuple(draw(entries(number)) for number in range(1, 1 + draw(st.integers(1, 12))))
    found = {f"c{number}": draw(chargers(number)) for number in range(draw(st.integers(0, 6)))}
    usual = draw(habits)
    if not plain:
        usual = replace(usual, joins={"mon": draw(slots)}, days={"mon": draw(st.integers(1, 7))}, squares={"mon": 900})
        usual = replace(usual, leaving=draw(counts), staying=draw(counts), shifts=draw(counts)[:29])
    else:
        queue = tuple(replace(one, snoozed_until=None) for one in queue)
        found = {key: replace(one, groups=()) for key, one in found.items()}
    hours: dict[str, tuple[tuple[str, str], ...]] = {}
    if draw(st.booleans()):
        hours = {"mon": (("08:00", "10:00"), ("11:00", "15:30"))}
    return Site(
        location_id="lot",
        queue=queue,
        chargers=found,
        habits=usual,
        last_entry=99,
        settings=Settings(
            queue_hours=hours, reset_queue_daily=draw(st.booleans()), locked_places=draw(st.integers(0, 4))
        ),
    )


def bounds(wait: Wait) -> list[float]:
    found = wait.range
    if found is None:
        return [FOREVER] * 3
    return [FOREVER if each is None else each for each in (found.low_min, found.median_min, found.high_min)]


@QUICK
@given(sites(), st.data())
def test_a_range_is_in_order_for_everybody(site: Site, data: st.DataObject) -> None:
    who = data.draw(st.sampled_from(site.queue))
    wait = foresee_wait(site, who, NOW)
    low, median, high = bounds(wait)
    assert 0 <= low <= median <= high
    assert 0 <= wait.today <= 1
    assert (wait.range is None) <= (wait.today <= 0.1)
    for charger in site.chargers.values():
        full = foresee_full(site, charger, NOW, data.draw(st.integers(0, 50_000)), data.draw(st.integers(0, 11_000)))
        if full is not None:
            assert 0 <= full.low_min <= (full.median_min or 0) <= (full.high_min or 0)


@QUICK
@given(sites(plain=True))
def test_more_before_never_makes_it_shorter(site: Site) -> None:
    last = site.queue[-1]
    for others in range(len(site.queue)):
        fewer = replace(site, queue=(*site.queue[:others], last))
        more = replace(
            site, queue=site.queue[: others + 1] if others + 1 == len(site.queue) else (*site.queue[: others + 1], last)
        )
        assert all(
            one <= other
            for one, other in zip(
                bounds(foresee_wait(fewer, last, NOW)), bounds(foresee_wait(more, last, NOW)), strict=True
            )
        )


@QUICK
@given(sites(plain=True), chargers(50))
def test_one_more_charger_never_makes_it_longer(site: Site, charger: Charger) -> None:
    last = site.queue[-1]
    more = replace(site, chargers={**site.chargers, "c50": replace(charger, groups=())})
    pairs = zip(bounds(foresee_wait(more, last, NOW)), bounds(foresee_wait(site, last, NOW)), strict=True)
    assert all(one <= other for one, other in pairs)


@QUICK
@given(sites(plain=True))
def test_a_free_charger_and_nobody_before_is_no_wait(site: Site) -> None:
    free = Charger(charger_id="c50")
    alone = replace(site, queue=site.queue[-1:], chargers={**site.chargers, "c50": free})
    assert bounds(foresee_wait(alone, alone.queue[0], NOW)) == [0, 0, 0]
