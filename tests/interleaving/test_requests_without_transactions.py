"""The same requests on a build whose transactions are removed: the test of interleavings must find it out."""

import pytest

from tests.interleaving.judge import judge
from tests.interleaving.pairs import Pair, shortlist
from tests.interleaving.scene import Stage, template_of


@pytest.mark.parametrize("pair", [pair for pair in shortlist() if pair.contended], ids=str)
def test_without_transactions_some_order_of_two_requests_ends_inconsistent(pair: Pair, tmp_path, points_line):
    stage = Stage(template_of(pair.cast), tmp_path, sqlite=False, processes=1, transactions=False)
    verdict = judge(pair, stage)
    points_line(f"without transactions: {verdict}")
    assert verdict.wrong > 0
