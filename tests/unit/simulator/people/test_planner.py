import hashlib
import statistics
from collections import Counter

import msgspec
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from simulator.cars import CATALOGUE
from simulator.people import DayOrder, plan_day
from simulator.people.planner import Start
from tests.bench.workplace import visits

MANY = plan_day(DayOrder(drivers=3_000))


def hours(seconds):
    return seconds / 3600


@settings(max_examples=25)
@given(st.integers(), st.integers(1, 60))
def test_the_same_order_plans_the_same_day(seed, drivers):
    order = DayOrder(seed=seed, drivers=drivers)
    assert plan_day(order) == plan_day(order)
    more = plan_day(msgspec.structs.replace(order, drivers=drivers + 1))
    assert set(plan_day(order)) < set(more)


def test_a_day_is_the_same_on_every_machine():
    planned = msgspec.json.encode(plan_day(DayOrder(seed=42, drivers=50)))
    assert hashlib.sha256(planned).hexdigest()[:16] == "31b581f635fe2b47"


def test_another_seed_plans_another_day():
    assert plan_day(DayOrder(seed=1)) != plan_day(DayOrder(seed=2))


def test_every_visit_can_be():
    for visit in MANY:
        assert 0 <= visit.arrives_s < visit.leaves_s < 24 * 3600
        assert 500 <= visit.need_wh <= CATALOGUE[visit.car].battery_wh
    assert [visit.arrives_s for visit in MANY] == sorted(visit.arrives_s for visit in MANY)
    assert len({visit.driver for visit in MANY}) == len(MANY)


def test_energy_and_stay_are_as_published():
    needs_wh = [visit.need_wh for visit in MANY]
    assert statistics.mean(needs_wh) == pytest.approx(14_680, rel=0.04)
    assert statistics.mean(hours(visit.leaves_s - visit.arrives_s) for visit in MANY) == pytest.approx(6.89, rel=0.03)
    assert statistics.median(needs_wh) < statistics.mean(needs_wh), "few need much"
    tenth, *_, most = statistics.quantiles(needs_wh, n=20)
    assert 4_000 < tenth < 6_000
    assert 35_000 < most < 45_000


def test_the_working_day_is_like_the_one_the_rules_are_measured_on():
    """The bench's workplace: the same hour of arrival, the same kind of stay, needs of the same size."""
    theirs = visits(seed=1)
    ours = [visit for visit in MANY if hours(visit.leaves_s - visit.arrives_s) > 7]
    begin = [hours(one.arrives_at.hour * 3600 + one.arrives_at.minute * 60) for one in theirs]
    stay = [hours((one.leaves_at - one.arrives_at).total_seconds()) for one in theirs]
    assert statistics.median(hours(one.arrives_s) for one in ours) == pytest.approx(statistics.median(begin), abs=0.5)
    assert statistics.mean(hours(one.leaves_s - one.arrives_s) for one in ours) == pytest.approx(
        statistics.mean(stay), abs=1.5
    )
    assert 1 < statistics.mean(one.need_wh for one in ours) / statistics.mean(one.need_wh for one in theirs) < 1.6


def test_people_arrive_in_the_morning_and_again_around_noon():
    by_hour = Counter(visit.arrives_s // 3600 for visit in MANY)
    assert by_hour.most_common(1)[0][0] == 8
    assert by_hour[13] > by_hour[10] < by_hour[8]
    assert sum(by_hour[hour] for hour in range(6, 11)) > len(MANY) / 2
    assert by_hour[3] == by_hour[22] == 0


def test_manners_are_as_frequent_as_ordered():
    order = DayOrder(drivers=2_000, no_shows=0.2, overstays=0.5, by_app=0.25, tap_first=0.5, tap_to_stop=0)
    planned = plan_day(order)
    assert sum(visit.no_show for visit in planned) == pytest.approx(400, abs=60)
    assert sum(visit.overstays for visit in planned) == pytest.approx(1_000, abs=90)
    starts = Counter(visit.start for visit in planned)
    assert starts[Start.APP] == pytest.approx(500, abs=70)
    assert starts[Start.TAP_FIRST] == pytest.approx(750, abs=80)
    assert not any(visit.taps_to_stop for visit in planned)


def test_cards_are_given_in_turn():
    planned = plan_day(DayOrder(drivers=3, tags=("ANNA", "BERT")))
    assert {visit.driver: visit.tag for visit in planned} == {
        "driver-0001": "ANNA",
        "driver-0002": "BERT",
        "driver-0003": "ANNA",
    }


@pytest.mark.parametrize(
    "body",
    [{"drivers": 0}, {"drivers": 5_001}, {"speed": 0}, {"speed": 1e9}, {"no_shows": 2}, {"tags": [""]}, {"tag": "A"},
     {"tags": ["A" * 37]}, {"seed": "x"}, {"speed": None}],
)  # fmt: skip
def test_orders_that_cannot_be_are_refused(body):
    with pytest.raises(msgspec.ValidationError):
        msgspec.convert(body, DayOrder)
