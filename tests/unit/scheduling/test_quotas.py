"""Quotas (B8): what a driver may charge a local day and month, refused when joining and at the charger."""

from dataclasses import replace
from datetime import UTC, date, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

from model.errors import Conflict
from model.quota import Limit, Of, Per, Quota, Usage, Used, booked, limits_of
from scheduling.effects import Message, StopRemotely
from scheduling.inputs import QuotaReached, Reserve, StartCharging
from scheduling.rights.quotas import lefts
from tests.fakes.yard import Yard

DAY_WH = Limit(per=Per.DAY, of=Of.ENERGY, most=10_000)
MONTH_WH = Limit(per=Per.MONTH, of=Of.ENERGY, most=10_000, group="staff")
DAY_SESSIONS = Limit(per=Per.DAY, of=Of.SESSIONS, most=1)


def allowed(yard: Yard, name: str, *limits: Limit) -> None:
    yard.people[name] = replace(yard.driver(name), limits=limits)


def charges(yard: Yard, name: str, energy_wh: int, transaction_id: str = "t1") -> None:
    yard.starts(name, transaction_id, meter_start_wh=0)
    yard.stops(transaction_id, energy_wh, reason="EVDisconnected")


def refusal(yard: Yard, name: str) -> Conflict:
    before = yard.site
    with pytest.raises(Conflict) as caught:
        yard.join(name)
    assert yard.site == before
    return caught.value


@pytest.mark.parametrize(
    ("own", "groups", "found"),
    [
        (Quota(), (), []),
        (Quota(day_wh=5), (), [("day", "wh", 5, "")]),
        (Quota(), (("a", Quota(day_wh=7)), ("b", Quota(day_wh=3, month_sessions=9))),
         [("day", "wh", 3, "b"), ("month", "sessions", 9, "b")]),
        (Quota(day_wh=50), (("a", Quota(day_wh=7, month_wh=90)),), [("day", "wh", 50, ""), ("month", "wh", 90, "a")]),
        (Quota(day_sessions=0), (("a", Quota(day_sessions=4)),), [("day", "sessions", 0, "")]),
    ],
)  # fmt: skip
def test_ones_own_limit_replaces_that_of_groups_of_which_the_lowest_holds(own, groups, found):
    assert [(one.per, one.of, one.most, one.group) for one in limits_of(own, groups)] == found


@pytest.mark.parametrize(
    ("limit", "charged", "code"),
    [
        (DAY_WH, 9_999, None), (DAY_WH, 10_000, "quota_used"), (MONTH_WH, 12_345, "quota_used"),
        (DAY_SESSIONS, 1, "quota_used"), (DAY_SESSIONS, 0, None), (replace(DAY_SESSIONS, most=2), 9_999, None),
    ],
)  # fmt: skip
def test_who_has_used_their_quota_up_does_not_join(point_yard: Yard, limit: Limit, charged: int, code: str | None):
    allowed(point_yard, "ann", limit)
    charges(point_yard, "ann", charged)
    if code is None:
        point_yard.join("ann")
    else:
        assert refusal(point_yard, "ann").code == code


def test_nothing_at_all_may_be_allowed(point_yard: Yard):
    allowed(point_yard, "ann", replace(DAY_WH, most=0))
    assert refusal(point_yard, "ann").code == "quota_used"


def test_the_refusal_says_which_quota_how_much_and_until_when(point_yard: Yard):
    allowed(point_yard, "ann", MONTH_WH, DAY_WH)
    charges(point_yard, "ann", 12_500)
    said = refusal(point_yard, "ann").message
    month = (point_yard.now.date().replace(day=1) + timedelta(days=32)).replace(day=1)
    assert "of group staff, 10 kWh a month" in said
    assert "12.5 kWh charged" in said
    assert f"{(month - timedelta(days=1)).isoformat()}T" in said  # midnight in Vienna is the evening before in UTC


def test_the_next_local_day_begins_anew(point_yard: Yard):
    allowed(point_yard, "ann", DAY_WH)
    charges(point_yard, "ann", 10_000)
    assert point_yard.site.next_due_at is not None
    point_yard.wait_until(point_yard.site.next_due_at - timedelta(seconds=1))
    assert refusal(point_yard, "ann").code == "quota_used"
    point_yard.wait_s(2)
    point_yard.join("ann")
    assert point_yard.on() == "ann offered"


def test_at_the_charger_the_card_is_refused_with_the_reason(point_yard: Yard):
    allowed(point_yard, "ann", DAY_WH)
    charges(point_yard, "ann", 10_000)
    answer = point_yard.starts("ann", "t2")
    assert (answer.outcome, answer.tag_status, answer.reason) == ("noted", "Blocked", "quota_used")
    assert [one for one in point_yard.effects if isinstance(one, StopRemotely)]
    assert point_yard.people["ann"].usage.of_day(point_yard.now.date()).sessions == 1


@pytest.mark.parametrize(
    "asked", [Reserve(user_id="ann", charger_id="c1"), StartCharging(user_id="ann", charger_id="c1")]
)
def test_neither_reserving_nor_starting_from_afar_passes_the_quota(point_yard: Yard, asked: Reserve | StartCharging):
    allowed(point_yard, "ann", DAY_WH)
    charges(point_yard, "ann", 10_000)
    with pytest.raises(Conflict, match="10 kWh a day") as caught:
        point_yard.decide(asked)
    assert caught.value.code == "quota_used"


def test_who_is_plugged_in_goes_on_whatever_the_quota(point_yard: Yard):
    allowed(point_yard, "ann", DAY_WH)
    point_yard.starts("ann", "t1", meter_start_wh=0)
    point_yard.stops("t1", 11_000)
    assert point_yard.on() == "ann full"
    assert point_yard.starts("ann", "t2", meter_start_wh=11_000).tag_status == "Accepted"


def test_a_session_counts_on_the_local_day_on_which_it_ends(point_yard: Yard):
    start = point_yard.now
    point_yard.starts("ann", meter_start_wh=0)
    point_yard.wait_s(24 * 3600)
    point_yard.stops(meter_stop_wh=8_000, reason="EVDisconnected")
    usage = point_yard.people["ann"].usage
    assert list(usage.days) == [(start + timedelta(days=1)).astimezone(ZoneInfo("Europe/Vienna")).date().isoformat()]
    assert usage.zone == "Europe/Vienna"


def test_energy_told_late_counts_on_the_day_on_which_the_session_ended(point_yard: Yard):
    charges(point_yard, "bob", 1_000, "t0")
    point_yard.starts("ann", "t1", meter_start_wh=0)
    point_yard.end()  # Ours ends now; what it drew is told the next day.
    ended = point_yard.now
    point_yard.wait_s(24 * 3600)
    assert point_yard.people["ann"].usage == Usage()
    point_yard.stops("t1", 7_000)
    assert point_yard.people["ann"].usage.of_day(ended.date()) == Used(energy_wh=7_000, sessions=1)


def test_what_drew_nothing_is_no_session_of_a_quota(point_yard: Yard):
    allowed(point_yard, "ann", DAY_SESSIONS)
    for number in range(3):
        charges(point_yard, "ann", 0, f"t{number}")
    assert point_yard.people["ann"].usage == Usage()
    point_yard.join("ann")


def test_a_running_charge_is_not_cut_unless_the_location_says_so(point_yard: Yard):
    allowed(point_yard, "ann", DAY_WH)
    point_yard.starts("ann", meter_start_wh=0)
    assert point_yard.record(1).quota_wh is None
    point_yard.metered(50_000)
    assert point_yard.decide(QuotaReached(charger_id="c1", number=1)).effects == ()


def test_where_it_says_so_the_charge_point_is_asked_to_stop(point_yard: Yard):
    point_yard.change(stop_at_quota=True)
    allowed(point_yard, "ann", DAY_WH, replace(MONTH_WH, most=8_000), DAY_SESSIONS)
    point_yard.starts("ann", meter_start_wh=0)
    assert point_yard.record(1).quota_wh == 8_000
    point_yard.metered(7_999)
    assert point_yard.decide(QuotaReached(charger_id="c1", number=1)).effects == ()
    point_yard.metered(8_000)
    decided = point_yard.decide(QuotaReached(charger_id="c1", number=1))
    assert [type(one) for one in decided.effects if isinstance(one, StopRemotely)] == [StopRemotely]
    assert ("ann", Message.QUOTA_USED) in point_yard.messages()
    assert point_yard.decide(QuotaReached(charger_id="c1", number=1)).effects == ()  # not again at once
    point_yard.pass_s(301)
    assert point_yard.decide(QuotaReached(charger_id="c1", number=1)).effects != ()


def test_a_raised_quota_lets_the_charge_go_on(point_yard: Yard):
    point_yard.change(stop_at_quota=True)
    allowed(point_yard, "ann", DAY_WH)
    point_yard.starts("ann", meter_start_wh=0)
    point_yard.metered(10_000)
    allowed(point_yard, "ann", replace(DAY_WH, most=20_000))
    assert point_yard.decide(QuotaReached(charger_id="c1", number=1)).effects == ()
    assert point_yard.record(1).quota_wh == 20_000
    allowed(point_yard, "ann")
    point_yard.metered(20_000)
    assert point_yard.decide(QuotaReached(charger_id="c1", number=1)).effects == ()
    assert point_yard.record(1).quota_wh is None


@pytest.mark.parametrize("number", [2, 99])
def test_a_word_on_a_charge_that_is_over_changes_nothing(point_yard: Yard, number: int):
    assert point_yard.decide(QuotaReached(charger_id="c1", number=number)).answers[0].reason == "over"
    assert point_yard.decide(QuotaReached(charger_id="nowhere", number=1)).answers[0].reason == "over"


@pytest.mark.parametrize(
    ("zone", "now", "day_anew", "month_anew"),
    [
        ("Europe/Vienna", datetime(2026, 3, 29, 0, 30, tzinfo=UTC), "2026-03-29T22:00", "2026-03-31T22:00"),
        ("Europe/Vienna", datetime(2026, 10, 24, 22, 30, tzinfo=UTC), "2026-10-25T23:00", "2026-10-31T23:00"),
        ("UTC", datetime(2024, 2, 29, 12, tzinfo=UTC), "2024-03-01T00:00", "2024-03-01T00:00"),
        ("UTC", datetime(2026, 12, 31, 23, 59, tzinfo=UTC), "2027-01-01T00:00", "2027-01-01T00:00"),
        ("America/Sao_Paulo", datetime(2018, 11, 3, 12, tzinfo=UTC), "2018-11-04T03:00", "2018-12-01T02:00"),
        ("Pacific/Kiritimati", datetime(2026, 1, 31, 9, 59, tzinfo=UTC), "2026-01-31T10:00", "2026-01-31T10:00"),
    ],
)  # fmt: skip
def test_when_a_limit_begins_anew(zone: str, now: datetime, day_anew: str, month_anew: str):
    found = lefts((DAY_WH, MONTH_WH), Usage(), now, zone)
    assert [one.anew_at.isoformat()[:16] for one in found] == [day_anew, month_anew]


days = st.dates(min_value=date(2026, 1, 25), max_value=date(2026, 3, 5))


@given(st.lists(st.tuples(days, st.integers(0, 90_000), st.integers(0, 1)), max_size=30))
def test_each_day_and_month_that_is_kept_is_the_sum_of_all_that_was_booked_in_it(told):
    """However late it is told, and from whichever side of the world."""
    usage = Usage()
    for day, energy_wh, sessions in told:
        usage = booked(usage, day, energy_wh, sessions, "UTC")
    for name, kept in usage.days.items():
        mine = [one for one in told if one[0].isoformat() == name]
        assert kept == Used(energy_wh=sum(one[1] for one in mine), sessions=sum(one[2] for one in mine))
    for name, kept in usage.months.items():
        mine = [one for one in told if one[0].isoformat().startswith(name)]
        assert kept == Used(energy_wh=sum(one[1] for one in mine), sessions=sum(one[2] for one in mine))
    assert list(usage.days) == sorted({one[0].isoformat() for one in told})[-3:]
    assert list(usage.months) == sorted({one[0].isoformat()[:7] for one in told})[-2:]


@given(
    st.sampled_from(["Europe/Vienna", "America/Sao_Paulo", "Pacific/Kiritimati"]),
    st.lists(
        st.tuples(st.sampled_from([1, 3, 7, 13, 25]), st.sampled_from([0, 500, 9_000]), st.sampled_from([0, 5, 30])),
        min_size=1, max_size=6,
    ),
)  # fmt: skip
def test_usage_equals_the_sum_of_the_sessions_that_ended_on_that_day(zone: str, drives):
    """Over the change of clocks and a month's end; some transactions end long after our session did."""
    yard = Yard(time_zone=zone, now=datetime(2026, 3, 27, 20, tzinfo=UTC))
    yard.connector()
    for number, (hours, energy_wh, late_h) in enumerate(drives):
        yard.starts("ann", f"t{number}", meter_start_wh=0)
        yard.wait_s(hours * 3600)
        if late_h:
            yard.end()
            yard.wait_s(late_h * 3600)
        yard.stops(f"t{number}", energy_wh, reason="EVDisconnected")
        yard.status("available")
    sums: dict[str, Used] = {}
    for record in yard.sessions.values():
        if record.ended_at is not None and record.energy_wh:
            name = record.ended_at.astimezone(ZoneInfo(zone)).date().isoformat()
            before = sums.get(name, Used())
            sums[name] = Used(energy_wh=before.energy_wh + record.energy_wh, sessions=before.sessions + 1)
    assert yard.people["ann"].usage.days == dict(sorted(sums.items())[-3:])
