"""The bench of documents on Firestore, at its smallest size: counted on the wire, within the same budgets."""

from tests.bench.budgets import Row, Size, beyond
from tests.bench.documents import BUDGETS
from tests.bench.documents_firestore import on_firestore
from tests.emulators.firestore_proxy import FirestoreProxy

SMALL = Size(5, 10)


def test_on_firestore_every_kind_is_within_its_budget(firestore_host: str, project: str):
    with FirestoreProxy(firestore_host) as proxy:
        costs = on_firestore(SMALL, proxy, project)
    assert costs.keys() == BUDGETS.keys()
    assert beyond(Row(kind, BUDGETS[kind], {SMALL: cost}) for kind, cost in costs.items()) == []
    assert proxy.calls["Commit"] > len(BUDGETS), "what was counted went through the proxy"
