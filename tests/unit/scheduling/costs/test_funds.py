"""Who has no balance begins nothing, and a charge is stopped before the balance is used up."""

from dataclasses import replace

import pytest

from model.errors import Conflict
from scheduling.costs.growing import grown
from scheduling.effects import Message, StopRemotely
from scheduling.inputs import FundsReached, PutCharger, StartCharging
from scheduling.outcome import Decided
from scheduling.rights.admission import admit_at
from tests.fakes.yard import Yard


def drawn(yard: Yard, energy_wh: int, power_w: int = 0) -> None:
    """Live energy comes in."""
    record = grown(yard.record(1), energy_wh, yard.now)
    yard.sessions["c1", 1] = replace(record, power_w=power_w)


def look(yard: Yard, ahead_s: float = 0) -> Decided:
    return yard.decide(FundsReached(charger_id="c1", number=1, ahead_s=ahead_s))


def stops(yard: Yard) -> int:
    return len([one for one in yard.effects if isinstance(one, StopRemotely)])


@pytest.mark.parametrize(("amount", "overdraft", "may"), [(1, 0, True), (0, 0, False), (-5, 5, False), (-5, 6, True)])
def test_joining_needs_something_to_spend(paid_yard: Yard, amount: int, overdraft: int, may: bool) -> None:
    paid_yard.change(overdraft=overdraft)
    paid_yard.has("ann", amount)
    paid_yard.starts("bob")
    if may:
        paid_yard.join("ann")
        assert paid_yard.places() == ["ann"]
        return
    with pytest.raises(Conflict) as refused:
        paid_yard.join("ann")
    assert refused.value.code == "balance_exhausted"


def test_where_a_charger_is_free_of_charge_one_may_join_without(paid_yard: Yard) -> None:
    paid_yard.has("ann", 0)
    paid_yard.decide(PutCharger(charger_id="c2", price=0, idle_price=0))
    paid_yard.join("ann")


def test_where_it_is_not_prepaid_nobody_looks_at_balances(paid_yard: Yard) -> None:
    paid_yard.change(prepaid=False)
    paid_yard.has("ann", -10)
    paid_yard.join("ann")


def test_a_balance_in_another_currency_does_not_count(paid_yard: Yard) -> None:
    paid_yard.has("ann", 1000, "CHF")
    with pytest.raises(Conflict) as refused:
        paid_yard.join("ann")
    assert refused.value.code == "other_currency"


def test_a_start_is_refused_at_the_charger_and_from_the_app(paid_yard: Yard) -> None:
    paid_yard.has("ann", 0)
    answer = paid_yard.starts("ann")
    assert (answer.tag_status, answer.reason) == ("Blocked", "balance_exhausted")
    assert stops(paid_yard) == 1
    with pytest.raises(Conflict) as refused:
        paid_yard.decide(StartCharging(user_id="ann", charger_id="c1"))
    assert refused.value.code in {"balance_exhausted", "in_use"}


def test_who_was_called_while_there_was_something_left_may_not_start_without(paid_yard: Yard) -> None:
    paid_yard.join("ann")
    paid_yard.accept("ann")
    paid_yard.has("ann", 0)
    assert paid_yard.starts("ann").reason == "balance_exhausted"


def test_who_charges_may_still_stop_with_the_card(paid_yard: Yard) -> None:
    paid_yard.starts("ann")
    paid_yard.has("ann", 0)
    verdict = admit_at(
        paid_yard.site, paid_yard.charger(), paid_yard.tagged("ann"), paid_yard.people["ann"], paid_yard.now
    )
    assert verdict.admitted


def test_a_charge_that_has_used_the_balance_up_is_stopped(paid_yard: Yard) -> None:
    paid_yard.starts("ann")
    assert paid_yard.record(1).funds == 1000
    drawn(paid_yard, 33_334)
    look(paid_yard)
    assert stops(paid_yard) == 1
    assert paid_yard.messages() == [("ann", Message.BALANCE_USED)]


def test_it_is_stopped_before_it_would_be(paid_yard: Yard) -> None:
    paid_yard.starts("ann")
    drawn(paid_yard, 32_000, power_w=11_000)
    assert not look(paid_yard, ahead_s=300).effects
    look(paid_yard, ahead_s=500)
    assert stops(paid_yard) == 1


def test_it_is_asked_again_after_a_while_and_not_at_once(paid_yard: Yard) -> None:
    paid_yard.starts("ann")
    drawn(paid_yard, 40_000)
    look(paid_yard)
    paid_yard.pass_s(60)
    assert not look(paid_yard).effects
    paid_yard.pass_s(300)
    look(paid_yard)
    assert stops(paid_yard) == 1


def test_what_was_topped_up_meanwhile_counts(paid_yard: Yard) -> None:
    paid_yard.starts("ann")
    drawn(paid_yard, 40_000)
    paid_yard.has("ann", 5000)
    assert not look(paid_yard).effects
    assert paid_yard.record(1).funds == 5000


def test_looking_at_a_session_that_is_over_or_another_changes_nothing(paid_yard: Yard) -> None:
    assert not look(paid_yard).changed
    paid_yard.starts("ann")
    number = FundsReached(charger_id="C1", number=2, ahead_s=0)
    assert not paid_yard.decide(number).changed
    assert not paid_yard.decide(FundsReached(charger_id="nowhere", number=1, ahead_s=0)).changed
    paid_yard.stops("t1", reason="EVDisconnected")
    assert not look(paid_yard).changed
