"""Services: charge points that knock and are not known, listed to be adopted. Being listed lets nobody in."""

from collections.abc import Iterable
from dataclasses import replace
from datetime import timedelta

from model import paths
from model.documents import from_document, to_document
from model.errors import Invalid
from model.ids import check_id
from model.store.port import Store, Transaction
from model.store.query import Query
from model.unknown_charge_point import DoorBook, UnknownChargePoint
from services.ports import Clock
from wire.attempts import Attempt

KEPT_FOR = timedelta(days=7)
MOST_UNKNOWN = 100
"""Of one bridge. Where more come, those that came least often, and longest ago, are forgotten."""


class UnknownChargePoints:
    """What bridges turned away, as they report it."""

    def __init__(self, store: Store, clock: Clock) -> None:
        self._store = store
        self._clock = clock

    def report(self, bridge_id: str, attempts: Iterable[Attempt]) -> None:
        """Add what one bridge saw. Identities that no charge point could have are left out."""
        seen = [_noun(bridge_id, each) for each in attempts if _is_possible(each)]
        path = paths.attempts(bridge_id)

        def write(transaction: Transaction) -> None:
            document = transaction.get(path)
            before = DoorBook(bridge_id=bridge_id) if document is None else from_document(DoorBook, document.data)
            after = replace(before, unknown=self._merged(before.unknown, seen))
            if after != before:
                transaction.put(path, to_document(after))

        self._store.transact(write)

    def all(self) -> list[UnknownChargePoint]:
        """All that knocked within the last week and are still not known, the latest first; one entry an identity."""
        found: dict[str, UnknownChargePoint] = {}
        oldest = self._clock.now() - KEPT_FOR
        for document in self._store.query(Query(paths.ATTEMPTS)):
            for each in from_document(DoorBook, document.data).unknown:
                other = found.get(each.charge_point_id)
                if each.last_at > oldest and (other is None or each.last_at > other.last_at):
                    found[each.charge_point_id] = each
        documents = self._store.get_many(paths.charge_point(name) for name in found)
        known = {name for name, document in zip(found, documents, strict=True)
                 if document is not None and not document.data.get("removed", False)}  # fmt: skip
        unknown = [each for name, each in found.items() if name not in known]
        return sorted(unknown, key=lambda each: (each.last_at, each.charge_point_id), reverse=True)

    def _merged(
        self, before: tuple[UnknownChargePoint, ...], seen: list[UnknownChargePoint]
    ) -> tuple[UnknownChargePoint, ...]:
        now = self._clock.now()
        kept = {each.charge_point_id: each for each in before if each.last_at > now - KEPT_FOR}
        for each in seen:
            last_at = min(each.last_at, now)
            known = kept.get(each.charge_point_id)
            kept[each.charge_point_id] = replace(
                each,
                attempts=each.attempts + (known.attempts if known else 0),
                first_at=known.first_at if known else min(each.first_at, last_at),
                last_at=last_at,
            )
        best = sorted(kept.values(), key=lambda each: (min(each.attempts, 2), each.last_at), reverse=True)
        return tuple(sorted(best[:MOST_UNKNOWN], key=lambda each: each.charge_point_id))


def _is_possible(attempt: Attempt) -> bool:
    try:
        check_id(attempt.charge_point_id, "charge_point_id")
    except Invalid:
        return False
    return True


def _noun(bridge_id: str, attempt: Attempt) -> UnknownChargePoint:
    return UnknownChargePoint(
        charge_point_id=attempt.charge_point_id,
        bridge_id=bridge_id,
        attempts=attempt.count,
        first_at=attempt.first_at,
        last_at=attempt.last_at,
        subprotocols=attempt.subprotocols,
        family=attempt.family,
        is_tls=attempt.is_tls,
        has_password=attempt.has_password,
    )
