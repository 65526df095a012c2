"""Services: the events of one location of a post: their order, and what of them goes before readings. Pure."""

from services.chargepoints.intake import Arrived
from wire.events import Meter, TransactionEnded, TransactionStarted


def up_to_starts(batch: list[Arrived], meter: list[Arrived]) -> tuple[list[Arrived], list[Arrived]]:
    """Each charge point's events up to the last start of a transaction that readings follow, and all others.

    Without such a start, as is usual, the whole batch is one decision.
    """
    read_at = {one.charge_point_id: one.seq for one in sorted(meter, key=_seq)}
    first: dict[str, int] = {}
    for one in batch:
        if isinstance(one.event, TransactionStarted) and one.seq < read_at.get(one.charge_point_id, -1):
            first[one.charge_point_id] = max(one.seq, first.get(one.charge_point_id, -1))
    before = [one for one in batch if one.seq <= first.get(one.charge_point_id, -1)]
    after = [one for one in batch if one.seq > first.get(one.charge_point_id, -1)]
    return before, after


def has_samples(one: Arrived) -> bool:
    """Whether it tells readings: an end of a transaction may, too."""
    return isinstance(one.event, Meter) or (isinstance(one.event, TransactionEnded) and bool(one.event.samples))


def in_order(batch: list[Arrived]) -> list[Arrived]:
    """Each charge point's events by seq, at the places its events had among the others'."""
    by_point: dict[str, list[Arrived]] = {}
    for one in batch:
        by_point.setdefault(one.charge_point_id, []).append(one)
    ordered = {name: iter(sorted(events, key=lambda one: one.seq)) for name, events in by_point.items()}
    return [next(ordered[one.charge_point_id]) for one in batch]


def _seq(one: Arrived) -> int:
    return one.seq
