"""The bench's own judgement: what is over budget, what is not flat and what was never counted is said, and exits 1."""

import sys
from types import SimpleNamespace

import pytest

from tests.bench import __main__ as bench
from tests.bench import site
from tests.bench.budgets import Budget, Cost, Row, Size, beyond, decision, table
from tests.bench.documents import BUDGETS, on_sqlite

SMALL, LARGE = Size(5, 10), Size(500, 100_000)


def row(*costs: Cost, budget: Budget = decision()) -> Row:  # noqa: B008 - frozen
    return Row("join", budget, dict(zip((SMALL, LARGE), costs, strict=False)))


def test_up_to_the_budget_nothing_is_said():
    assert beyond([row(Cost(4, 8), Cost(4, 8))]) == []


@pytest.mark.parametrize("cost", [Cost(5, 8), Cost(4, 9), Cost(1326, 209)])
def test_one_document_more_is_said_with_kind_size_and_budget(cost):
    [words] = beyond([row(cost, budget=Budget(4, 8, flat=False))])
    assert words.startswith(f"join at 5/10: {cost} ")
    assert words.endswith("budget 4 + 8")


def test_a_count_that_grows_within_its_budget_is_said_too():
    [words] = beyond([row(Cost(2, 3), Cost(3, 3))])
    assert words == "join is not flat: 5/10: 2 + 3, 500/100,000: 3 + 3"


def test_what_was_never_counted_is_said():
    assert beyond([row()]) == ["join: nothing was counted"]


def test_each_further_person_may_cost_one_read_and_two_writes():
    assert [(one.reads, one.writes) for one in (decision(), decision(1), decision(3))] == [(4, 8), (5, 10), (7, 14)]


def test_the_table_shows_every_kind_and_size():
    text = table([row(Cost(2, 3))], [SMALL, LARGE])
    assert "5/10" in text
    assert "2 + 3" in text
    assert text.endswith("-")


@pytest.mark.parametrize(("size_bytes", "fields"), [(1024 * 1024, 7), (1000, 100)])
def test_a_site_that_fits_no_document_is_said(size_bytes, fields):
    assert site.beyond(1000, 7) == []
    assert len(site.beyond(size_bytes, fields)) == 1


@pytest.mark.parametrize(("words", "status"), [([], 0), (["too much"], 1)])
def test_the_bench_exits_1_beyond_a_budget(monkeypatch, capsys, words, status):
    monkeypatch.setitem(sys.modules, "tests.bench.stub", SimpleNamespace(run=lambda: list(words)))
    monkeypatch.setattr(bench, "BENCHES", {"stub": "a stand-in"})
    assert bench.main([]) == status
    assert bench.main(["stub"]) == status
    assert capsys.readouterr().out.count("BEYOND BUDGET  stub: too much") == 2 * status


def test_a_bench_that_is_not_there_is_named(capsys):
    assert bench.main(["dokuments"]) == 2
    assert "dokuments" in capsys.readouterr().err


def test_at_the_smallest_size_every_kind_is_counted_and_within_its_budget():
    costs = on_sqlite(SMALL)
    assert costs.keys() == BUDGETS.keys()
    assert beyond(Row(kind, BUDGETS[kind], {SMALL: cost}) for kind, cost in costs.items()) == []
    assert all(cost.writes for kind, cost in costs.items() if BUDGETS[kind] == decision())
