"""The same requests on a build whose transactions are removed: the test of interleavings must find it out.

One pair in twelve belongs to `make test`, up to the first order that goes wrong; all to `make fuzz`.
"""

import pytest

from tests.interleaving.judge import judge
from tests.interleaving.pairs import Pair, shortlist
from tests.interleaving.scene import Stage, template_of

CONTENDED = [pair for pair in shortlist() if pair.contended]


@pytest.mark.parametrize(
    "pair",
    [pytest.param(pair, marks=[] if number % 12 == 0 else pytest.mark.fuzz) for number, pair in enumerate(CONTENDED)],
    ids=str,
)
def test_without_transactions_some_order_of_two_requests_ends_inconsistent(pair: Pair, tmp_path, points_line):
    stage = Stage(template_of(pair.cast), tmp_path, sqlite=False, processes=1, transactions=False)
    verdict = judge(pair, stage, until_wrong=True)
    points_line(f"without transactions: {verdict}")
    assert verdict.wrong > 0
