"""What runs at a charge point as far as the bridge can tell, and what it makes of tags by that."""

from ocpp_bridge.translation import OpenTransaction
from ocpp_bridge.watching.open_transactions import OpenTransactions


def opened(*transactions: tuple[int, int, str]) -> OpenTransactions:
    return OpenTransactions(OpenTransaction(number, connector, tag, 0) for number, connector, tag in transactions)


def tags(transactions: OpenTransactions) -> dict[int, str]:
    return {connector: one.tag for connector, one in transactions.running().items()}


def test_the_newest_of_a_connector_runs() -> None:
    assert tags(opened((1, 1, "A"), (2, 2, "B"), (3, 1, "C"))) == {1: "C", 2: "B"}


def test_nothing_runs_at_a_vacant_connector_until_something_begins_there() -> None:
    transactions = opened((1, 1, "A"), (2, 2, "B"))
    transactions.seen(1, vacant=True)
    transactions.seen(1, vacant=True)
    assert tags(transactions) == {2: "B"}
    transactions.open(OpenTransaction(3, 1, "C", 0))
    assert tags(transactions) == {1: "C", 2: "B"}
    transactions.seen(2, vacant=True)
    transactions.seen(2, vacant=False)
    assert tags(transactions) == {1: "C", 2: "B"}


def test_a_refused_start_does_not_run_and_proves_nothing_of_its_tag() -> None:
    transactions = opened((1, 1, "A"))
    assert transactions.started_by(1) == "A"
    transactions.judged(1, refused=True)
    assert tags(transactions) == {}
    assert transactions.started_by(1) is None
    transactions.judged(1, refused=False)
    assert (tags(transactions), transactions.started_by(1)) == ({1: "A"}, "A")
    assert transactions.started_by(9) is None


def test_what_is_said_of_transactions_that_are_not_open_is_not_kept() -> None:
    transactions = opened((1, 1, "A"))
    for number in range(1_000):
        transactions.judged(number, refused=True)
        transactions.seen(number, vacant=True)
    transactions.open(OpenTransaction(500, 2, "B", 0))
    assert tags(transactions) == {2: "B"}
