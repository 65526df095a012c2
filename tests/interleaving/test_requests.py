"""Two requests through the whole back end, in every order of their storage steps and sends: each end is consistent.

`make test` runs every order with one switch, each pair on one of two stages (every third on the slower one), and of the
most contended pairs those with two; `make fuzz` runs all.
"""

import pytest
from _pytest.mark import ParameterSet

from tests.interleaving.asks import ACCEPT, DECLINE, JOIN, REFUSED, UNPLUG
from tests.interleaving.judge import Verdict, judge, one_after_the_other
from tests.interleaving.pairs import Pair, by_one, by_two, everything, shortlist
from tests.interleaving.scene import Cast, Stage, Stands, template_of

ONE_PROCESS, TWO_PROCESSES = 1, 2
STAGES = {"memory": (False, ONE_PROCESS), "sqlite": (True, TWO_PROCESSES)}
OTHER_STAGES = {"memory, two processes": (False, TWO_PROCESSES), "sqlite, one process": (True, ONE_PROCESS)}
CLOSEST = [
    Pair(JOIN, JOIN, Cast(ann=Stands.NOWHERE)),
    Pair(ACCEPT, DECLINE, Cast(ann=Stands.OFFERED, waiter=True), alone=True),
    Pair(JOIN, UNPLUG, Cast(ann=Stands.NOWHERE, bob=Stands.CHARGING)),
]


def staged(pairs: list[Pair]) -> list[ParameterSet]:
    """Every pair on every stage; `make test` takes one of them."""
    return [
        pytest.param(pair, stage, id=f"{name}-{pair}", marks=[] if name == _one(number) else pytest.mark.fuzz)
        for number, pair in enumerate(pairs)
        for name, stage in STAGES.items()
    ]


def _one(number: int) -> str:
    return "memory" if number % 3 else "sqlite"


def judged(pair: Pair, stage: tuple[bool, int], folder, points_line, *, two_switches: bool = False) -> Verdict:
    sqlite, processes = stage
    made = Stage(template_of(pair.cast), folder, sqlite=sqlite, processes=processes, transactions=True)
    verdict = judge(pair, made, two_switches=two_switches)
    points_line(str(verdict))
    assert not verdict.wrong, "\n".join(verdict.words)
    return verdict


@pytest.mark.parametrize(("pair", "stage"), staged(shortlist()))
def test_no_order_of_two_requests_ends_inconsistent(pair: Pair, stage, quick_folder, points_line):
    judged(pair, stage, quick_folder, points_line)


@pytest.mark.parametrize(("pair", "stage"), staged(CLOSEST))
def test_nor_does_one_that_switches_twice(pair: Pair, stage, quick_folder, points_line):
    verdict = judged(pair, stage, quick_folder, points_line, two_switches=True)
    assert verdict.points > 50


@pytest.mark.parametrize("pair", [*by_two(), *by_one()], ids=str)
def test_a_request_that_comes_first_succeeds_where_its_driver_stands(pair: Pair, tmp_path):
    """Otherwise the pairs above would interleave refusals."""
    stage = Stage(template_of(pair.cast), tmp_path, sqlite=False, processes=ONE_PROCESS, transactions=True)
    a_first, b_first = (one_after_the_other(pair, stage, order) for order in ("ab", "ba"))
    if pair.cast.ann in pair.a.of:
        assert a_first.a != REFUSED
    if (pair.cast.ann if pair.alone else pair.cast.bob) in pair.b.of:
        assert b_first.b != REFUSED


@pytest.mark.fuzz
@pytest.mark.parametrize("pair", everything(), ids=str)
@pytest.mark.parametrize("stage", OTHER_STAGES.values(), ids=OTHER_STAGES)
def test_no_order_of_any_pair_anywhere_ends_inconsistent(pair: Pair, stage, quick_folder, points_line):
    judged(pair, stage, quick_folder, points_line)


@pytest.mark.fuzz
@pytest.mark.parametrize("pair", shortlist(), ids=str)
@pytest.mark.parametrize("stage", STAGES.values(), ids=STAGES)
def test_nor_does_any_that_switches_twice(pair: Pair, stage, quick_folder, points_line):
    judged(pair, stage, quick_folder, points_line, two_switches=True)
