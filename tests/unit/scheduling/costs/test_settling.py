"""A session is paid in the decision that ends it, once, as it was priced when it began."""

from dataclasses import replace
from datetime import UTC, datetime, timedelta

import pytest

from model.money.amount import Slice, amount, energy_of
from model.money.ledger import EntryKind
from model.money.tariff import Window
from model.settings import WEEKDAYS, Settings, UnknownTags
from scheduling.effects import Alert, Warn
from scheduling.inputs import PutCharger, PutLocation, Source, TransactionDone
from tests.fakes.yard import Yard

EVENING = (Window(days=WEEKDAYS, start="17:00", end="20:00", price=60_000),)


def booked(yard: Yard) -> list[tuple[str, EntryKind, int, int]]:
    return [(one.entry_id, one.kind, one.amount, one.balance) for one in yard.ledger]


def charge(yard: Yard, energy_wh: int, name: str = "ann", transaction_id: str = "t1", seconds: float = 3600) -> None:
    """A charge from start to unplugging."""
    yard.starts(name, transaction_id)
    yard.pass_s(seconds)
    yard.stops(transaction_id, meter_stop_wh=1000 + energy_wh, reason="EVDisconnected")
    yard.status("available")


def test_a_session_is_booked_when_it_ends_and_costs_what_it_drew(paid_yard: Yard) -> None:
    charge(paid_yard, 12_345)
    record = paid_yard.record(1)
    assert (record.cost, record.charged, record.currency, record.price) == (370, 370, "EUR", 30_000)
    assert record.slices == (Slice(price=30_000, energy_wh=12_345),)
    assert booked(paid_yard) == [("yard:c1:1", EntryKind.SESSION, -370, 630)]
    assert paid_yard.people["ann"].balance.amount == 630


def test_nothing_is_booked_while_it_runs_and_the_cost_grows(paid_yard: Yard) -> None:
    paid_yard.starts("ann")
    assert paid_yard.record(1).cost == 0
    paid_yard.pass_s(3600)
    paid_yard.stops("t1", meter_stop_wh=6000)  # plugged in still
    assert paid_yard.record(1).cost == 150
    assert paid_yard.ledger == []


def test_told_again_it_is_booked_once(paid_yard: Yard) -> None:
    charge(paid_yard, 5000)
    for _ in range(3):
        paid_yard.stops("t1", meter_stop_wh=6000, reason="EVDisconnected")
        paid_yard.status("available")
    assert booked(paid_yard) == [("yard:c1:1", EntryKind.SESSION, -150, 850)]


def test_energy_told_after_the_end_is_one_more_entry(paid_yard: Yard) -> None:
    paid_yard.starts("ann")
    paid_yard.pass_s(3600)
    paid_yard.metered(0)
    paid_yard.end(by="owner")
    assert paid_yard.ledger == []
    paid_yard.stops("t1", meter_stop_wh=6000)
    paid_yard.stops("t1", meter_stop_wh=6010)  # a second word on it: late
    paid_yard.stops("t1", meter_stop_wh=8000)
    assert [one.entry_id for one in paid_yard.ledger] == ["yard:c1:1", "yard:c1:1:adjustment:1"]
    assert sum(one.amount for one in paid_yard.ledger) == -paid_yard.record(1).charged == -210
    assert paid_yard.people["ann"].balance.amount == 790


def test_amounts_of_later_entries_do_not_round_anew(paid_yard: Yard) -> None:
    """Three times 333 Wh at 0.301: 0.1002 each, 0.3007 together."""
    paid_yard.change(price=301_000)
    paid_yard.starts("ann")
    paid_yard.pass_s(60)
    paid_yard.end(by="owner")
    for stop_wh in (1333, 1666, 1999):
        paid_yard.stops("t1", meter_stop_wh=stop_wh)
    assert -sum(one.amount for one in paid_yard.ledger) == paid_yard.record(1).cost == 301


def test_the_prices_of_the_start_hold_until_the_end(paid_yard: Yard) -> None:
    paid_yard.starts("ann")
    paid_yard.pass_s(600)
    paid_yard.change(price=90_000, idle_price=0, tariffs=EVENING)
    paid_yard.decide(PutCharger(charger_id="c1", price=1))
    paid_yard.pass_s(3000)
    paid_yard.stops("t1", meter_stop_wh=11_000, reason="EVDisconnected")
    assert (paid_yard.record(1).cost, paid_yard.record(1).price) == (300, 30_000)


def test_energy_over_a_change_of_price_is_divided(paid_yard: Yard) -> None:
    paid_yard.change(tariffs=EVENING)
    paid_yard.now = datetime(2026, 3, 2, 15, 0, tzinfo=UTC)  # 16:00 in Vienna
    charge(paid_yard, 8000, seconds=4 * 3600)
    assert paid_yard.record(1).slices == (Slice(price=30_000, energy_wh=2000), Slice(price=60_000, energy_wh=6000))
    assert paid_yard.record(1).cost == 60 + 360


def test_what_was_drawn_before_a_pause_is_not_spread_over_it(paid_yard: Yard) -> None:
    """Two transactions of one stay: the time between them is nobody's."""
    paid_yard.change(tariffs=EVENING)
    paid_yard.now = datetime(2026, 3, 2, 15, 0, tzinfo=UTC)
    paid_yard.starts("ann", "t1")
    paid_yard.pass_s(3600)
    paid_yard.stops("t1", meter_stop_wh=3000)
    paid_yard.pass_s(4 * 3600)  # 21:00
    paid_yard.starts("ann", "t2", meter_start_wh=3000)
    paid_yard.pass_s(3600)
    paid_yard.stops("t2", meter_stop_wh=4000, reason="EVDisconnected")
    assert paid_yard.record(1).slices == (Slice(price=30_000, energy_wh=3000),)


def test_a_charge_told_late_is_priced_by_the_charge_points_own_clock(paid_yard: Yard) -> None:
    paid_yard.change(tariffs=EVENING)
    paid_yard.now = datetime(2026, 3, 2, 21, 0, tzinfo=UTC)
    drawn = datetime(2026, 3, 2, 16, 0, tzinfo=UTC)  # 17:00 in Vienna
    began = paid_yard.start_input("ann", "t1", offline=True)
    paid_yard.decide(replace(began, source=replace(began.source, occurred_at=drawn)))
    source = paid_yard.source()
    ended = Source(
        charge_point_id="CP1", stream="s1", seq=source.seq, received_at=paid_yard.now,
        occurred_at=drawn + timedelta(hours=2),
    )  # fmt: skip
    paid_yard.decide(TransactionDone(source=ended, transaction_id="t1", meter_stop_wh=5000, reason="EVDisconnected"))
    assert paid_yard.record(1).slices == (Slice(price=60_000, energy_wh=4000),)


def test_overstay_is_paid_only_for_the_time_somebody_waited(paid_yard: Yard) -> None:
    paid_yard.starts("ann")
    paid_yard.pass_s(3600)
    paid_yard.stops("t1", meter_stop_wh=11_000)
    paid_yard.status("finishing")
    paid_yard.pass_s(900 + 600)  # nobody waits
    paid_yard.join("bob")
    paid_yard.pass_s(299)
    paid_yard.status("available")
    record = paid_yard.record(1)
    assert (record.idle_s, record.idle_price, record.cost) == (300, 10_000, 300 + 50)
    assert booked(paid_yard) == [("yard:c1:1", EntryKind.SESSION, -350, 650)]


def test_within_grace_nothing_is_paid(paid_yard: Yard) -> None:
    paid_yard.starts("ann")
    paid_yard.join("bob")
    paid_yard.stops("t1", meter_stop_wh=11_000)
    paid_yard.pass_s(800)
    paid_yard.status("available")
    assert (paid_yard.record(1).idle_s, paid_yard.record(1).cost) == (0, 300)


def test_what_goes_beyond_the_limit_is_waived(paid_yard: Yard) -> None:
    paid_yard.change(overdraft=200)
    charge(paid_yard, 50_000)
    assert booked(paid_yard) == [
        ("yard:c1:1", EntryKind.SESSION, -1500, -500),
        ("yard:c1:1:waived", EntryKind.WAIVED, 300, -200),
    ]
    assert paid_yard.record(1).charged == paid_yard.record(1).cost == 1500
    assert [one.number for one in paid_yard.ledger] == [2, 3]


def test_a_balance_that_is_below_the_limit_already_sinks_no_further(paid_yard: Yard) -> None:
    paid_yard.starts("ann")
    paid_yard.has("ann", -700)
    paid_yard.stops("t1", meter_stop_wh=2000, reason="EVDisconnected")
    assert [one.balance for one in paid_yard.ledger] == [-730, -700]


def test_where_it_is_not_prepaid_costs_are_shown_and_nothing_is_booked(point_yard: Yard) -> None:
    point_yard.change(price=30_000)
    charge(point_yard, 10_000)
    assert (point_yard.record(1).cost, point_yard.record(1).charged) == (300, 0)
    assert point_yard.ledger == []


def test_where_nothing_is_priced_there_is_no_cost(point_yard: Yard) -> None:
    charge(point_yard, 10_000)
    assert (point_yard.record(1).cost, point_yard.record(1).price) == (None, None)
    assert energy_of(point_yard.record(1).slices) == 10_000


def test_prepaid_switched_on_or_off_counts_for_charges_that_begin_later(paid_yard: Yard) -> None:
    paid_yard.starts("ann")
    paid_yard.change(prepaid=False)
    paid_yard.stops("t1", meter_stop_wh=2000, reason="EVDisconnected")
    assert len(paid_yard.ledger) == 1
    paid_yard.status("available")
    paid_yard.starts("bob", "t2")
    paid_yard.change(prepaid=True)
    paid_yard.stops("t2", meter_stop_wh=9000, reason="EVDisconnected")
    assert len(paid_yard.ledger) == 1


def test_nobodys_charge_is_not_booked(paid_yard: Yard) -> None:
    paid_yard.decide(PutLocation(settings=replace(paid_yard.site.settings, unknown_tags=UnknownTags.WALK_UP)))
    charge(paid_yard, 10_000, name="")
    assert (paid_yard.record(1).cost, paid_yard.ledger) == (300, [])


def test_a_charge_that_nobody_confirmed_is_not_booked() -> None:
    yard = Yard(settings=Settings(price=30_000, idle_price=10_000, grace_s=0, prepaid=True))
    yard.unit()
    yard.has("ann", 1000)
    yard.has("bob", 1000)
    yard.join("ann", "bob")
    yard.level("charging")
    yard.level("full")
    yard.pass_s(600)
    yard.level("available")
    assert (yard.record(1).cost, yard.record(1).confirmed, yard.ledger) == (100, False, [])


def test_a_balance_in_another_currency_is_left_alone_and_the_managers_told(paid_yard: Yard) -> None:
    paid_yard.starts("ann")
    paid_yard.has("ann", 1000, "CHF")
    paid_yard.stops("t1", meter_stop_wh=2000, reason="EVDisconnected")
    assert paid_yard.ledger == []
    assert [one.alert for one in paid_yard.effects if isinstance(one, Warn)] == [Alert.ANOMALY]


def test_an_account_that_is_gone_is_not_charged(paid_yard: Yard) -> None:
    paid_yard.starts("ann")
    paid_yard.metered(0)
    paid_yard.end(by="admin")
    del paid_yard.people["ann"]
    paid_yard.stops("t1", meter_stop_wh=9000)
    assert paid_yard.ledger == []
    assert paid_yard.record(1).cost == amount(paid_yard.record(1).slices) == 240


@pytest.mark.parametrize("stop_wh", [0, 999, 1000, 5_000_000_000])
def test_a_register_that_makes_no_sense_costs_nothing(paid_yard: Yard, stop_wh: int) -> None:
    paid_yard.starts("ann")
    paid_yard.stops("t1", meter_stop_wh=stop_wh, reason="EVDisconnected")
    assert (paid_yard.record(1).cost, paid_yard.ledger) == (0, [])
