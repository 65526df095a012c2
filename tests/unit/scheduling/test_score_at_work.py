"""The bench of the score: it can fail, and its worlds are told apart by what they should be told apart by only."""

import pytest

from model.settings import Order
from tests.bench import score
from tests.bench.workplace import DRIVERS, OVERSTAYER, Workplace, visits

WEEK = [visit for visit in visits(1) if visit.arrives_at.day < 9]


def test_the_bench_fails_unless_colleagues_lose_less_than_under_fifo(monkeypatch, capsys: pytest.CaptureFixture[str]):
    def lived(order: Order, _days: object) -> score.Outcome:
        lost_kwh = {Order.FIFO: 2.0, Order.SCORE: 2.0}[order]
        return score.Outcome(overstayer=1, colleagues=1, worst_tenth=1, lost_kwh=lost_kwh, delivered_kwh=1)

    monkeypatch.setattr(score, "lived", lived)
    assert score.run() == ["colleagues lose 2.0 kWh a day under the score, 2.0 under FIFO"]
    assert "need met: the overstayer" in capsys.readouterr().out


def test_all_worlds_live_the_same_days():
    assert visits(1) == visits(1)
    assert visits(1) != visits(2)
    assert len({visit.name for visit in visits(1)}) == DRIVERS


def test_a_week_goes_through_the_rules_and_nobody_gets_more_than_they_need():
    tallies = Workplace(Order.SCORE, overstays=True).live(WEEK)
    assert OVERSTAYER in tallies
    assert all(0 <= tally.got_wh <= tally.need_wh + 1 for tally in tallies.values())
    assert 0.5 < sum(tally.met for tally in tallies.values()) / len(tallies) < 1
