"""Hand-made days: what session records say of them, figure by figure."""

import random
from datetime import UTC, date, datetime, timedelta
from typing import Any

import pytest

from model.calendar import calendar_of
from model.charger import EndReason
from model.money.tariff import Tariff
from model.session import Session
from model.summary import ChargerDay, Outcomes, Takings
from services.reports.counting import count_day

VIENNA = calendar_of("Europe/Vienna")
DAY = date(2026, 3, 2)
START, END = VIENNA.start(DAY), VIENNA.end(DAY)


def at(clock: str, days: int = 0) -> datetime:
    """A time of the day in Vienna, where it is an hour later than UTC."""
    hour, minute = clock.split(":")
    return datetime(2026, 3, 2, tzinfo=UTC) + timedelta(days=days, hours=int(hour) - 1, minutes=int(minute))


def session(number: int, assigned: datetime, **known: Any) -> Session:
    record: dict[str, Any] = {"location_id": "yard", "charger_id": "C1", "user_id": "u1", **known}
    return Session(number=number, assigned_at=assigned, **record)


def charge(number: int, begins: str, ends: str, energy_wh: int, charged: int = 0, **known: Any) -> Session:
    record: dict[str, Any] = {
        "plugged_at": at(begins),
        "ended_at": at(ends),
        "end_reason": EndReason.UNPLUGGED,
        **known,
    }
    return session(number, record["plugged_at"], energy_wh=energy_wh, charged=charged, **record)


WORKDAY = [
    charge(1, "07:00", "09:30", 12_000, 360, currency="EUR", full_at=at("09:00")),
    session(2, at("09:35"), ended_at=at("09:45"), end_reason=EndReason.LAPSED),
    session(3, at("09:45"), ended_at=at("09:46"), end_reason=EndReason.DECLINED),
    session(4, at("09:46"), accepted_at=at("09:50"), ended_at=at("10:05"), end_reason=EndReason.NO_SHOW),
    session(
        5, at("10:05"), plugged_at=at("10:15"), ended_at=at("12:15"), end_reason=EndReason.UNPLUGGED,
        energy_wh=8_000, charged=240, currency="EUR",
    ),
    charge(6, "13:00", "14:00", 3_000, 0, walk_up=True),
    charge(7, "14:00", "14:30", 1_000, 0, user_id=""),
]  # fmt: skip


def test_a_working_day() -> None:
    counted = count_day(WORKDAY, START, END, END, ["C1", "c2"])
    assert counted.chargers == {
        "c1": ChargerDay(
            charger_id="C1",
            takings=Takings(sessions=4, energy_wh=24_000, earnings={"EUR": 600}),
            charging_s=3600 * (2 + 2 + 1) + 1800,
            full_s=1800,
            held_s=60 * (10 + 1 + 19 + 10),
        ),
        "c2": ChargerDay(charger_id="c2"),
    }
    assert counted.outcomes == Outcomes(served=2, walk_ups=1, no_shows=1, declines=1, silences=1)
    assert counted.running == ()
    assert counted.until == END


def test_the_order_in_which_sessions_come_does_not_matter() -> None:
    shuffled = random.Random(4).sample(WORKDAY, len(WORKDAY))
    assert count_day(shuffled, START, END, END) == count_day(WORKDAY, START, END, END)


def test_a_charge_over_midnight_gives_each_day_its_hours_and_the_second_its_energy() -> None:
    night = session(
        1, at("21:50"), plugged_at=at("22:00"), full_at=at("01:00", 1), ended_at=at("06:00", 1),
        end_reason=EndReason.UNPLUGGED, energy_wh=20_000, charged=600, currency="EUR",
    )  # fmt: skip
    first = count_day([night], START, END, END)
    second = count_day([night], END, VIENNA.end(date(2026, 3, 3)), VIENNA.end(date(2026, 3, 3)))
    assert first.chargers["c1"] == ChargerDay(charger_id="C1", charging_s=7200, held_s=600)
    assert first.running == (("c1", 1),)
    assert first.outcomes == Outcomes(served=1)
    taken = Takings(sessions=1, energy_wh=20_000, earnings={"EUR": 600})
    assert second.chargers["c1"] == ChargerDay(charger_id="C1", takings=taken, charging_s=3600, full_s=18_000)
    assert second.outcomes == Outcomes()
    assert second.running == ()


def test_what_ends_at_midnight_counts_in_the_day_that_begins() -> None:
    ends = charge(1, "23:00", "24:00", 5_000, 0)
    assert count_day([ends], START, END, END).chargers["c1"].takings == Takings()
    assert count_day([ends], END, END + timedelta(days=1), END).chargers["c1"].takings.energy_wh == 5_000


def test_an_open_charge_counts_as_far_as_is_known() -> None:
    counted = count_day([session(1, at("08:00"), plugged_at=at("08:10"))], START, END, at("09:00"))
    assert counted.chargers["c1"] == ChargerDay(charger_id="C1", charging_s=3000, held_s=600)
    assert counted.running == (("c1", 1),)
    assert counted.until == at("09:00")


def test_a_day_with_a_clock_change_has_the_hours_it_has() -> None:
    for day, hours in ((date(2026, 3, 29), 23), (date(2026, 10, 25), 25)):
        starts, ends = VIENNA.start(day), VIENNA.end(day)
        long = session(1, starts - timedelta(hours=5), plugged_at=starts - timedelta(hours=5))
        assert count_day([long], starts, ends, ends).chargers["c1"].charging_s == hours * 3600


def test_earnings_are_kept_apart_by_currency() -> None:
    both = [charge(1, "07:00", "08:00", 1, 10, currency="HRK"), charge(2, "09:00", "10:00", 1, 20, currency="EUR")]
    assert count_day(both, START, END, END).chargers["c1"].takings.earnings == {"EUR": 20, "HRK": 10}


PREPAID = Tariff(price=30_000, prepaid=True)
SHOWN = Tariff(price=30_000)


@pytest.mark.parametrize(
    ("known", "amount"),
    [
        ({"tariff": PREPAID, "cost": 90, "charged": 90}, 90),
        ({"tariff": PREPAID, "cost": 90, "charged": 0}, 0),  # In another currency than the balance: not booked.
        ({"tariff": SHOWN, "cost": 90}, 90),
        ({"tariff": SHOWN, "cost": 90, "user_id": ""}, 0),
        ({"tariff": SHOWN, "cost": 90, "confirmed": False}, 0),
        ({"tariff": SHOWN, "cost": None}, 0),
        ({}, 0),
    ],
)
def test_what_a_charge_earned(known: dict[str, Any], amount: int) -> None:
    record: dict[str, Any] = {"charged": 0, "currency": "EUR", **known}
    counted = count_day([charge(1, "08:00", "09:00", 3_000, **record)], START, END, END)
    assert counted.chargers["c1"].takings.earnings == ({"EUR": amount} if amount else {})


def test_a_charge_of_which_only_beginning_and_end_are_known_was_a_charge() -> None:
    old = session(1, at("08:00"), ended_at=at("09:00"), end_reason=EndReason.UNPLUGGED, user_id="")
    counted = count_day([old], START, END, END).chargers["c1"]
    assert (counted.takings.sessions, counted.charging_s, counted.held_s) == (1, 3600, 0)


def test_a_charge_that_ended_before_it_began_counts_when_it_began() -> None:
    ended = session(1, at("00:30"), plugged_at=at("00:30"), ended_at=at("22:00", -1), energy_wh=5, charged=1)
    assert count_day([ended], START, END, END).chargers["c1"].takings == Takings(
        sessions=1, energy_wh=5, earnings={"": 1}
    )
    assert count_day([ended], START - timedelta(days=1), START, START).chargers == {}


def test_instants_in_an_impossible_order_never_count_below_zero() -> None:
    odd = charge(1, "08:00", "09:00", 1, 0, full_at=at("07:00"))
    late = session(2, at("10:00"), plugged_at=at("11:00"), ended_at=at("10:30"), end_reason=EndReason.STOPPED)
    counted = count_day([odd, late], START, END, END).chargers["c1"]
    assert (counted.charging_s, counted.full_s, counted.held_s) == (0, 3600, 1800)
