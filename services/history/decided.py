"""Services: the changes that decisions keep, in their place in each charger's history. Pure."""

from collections.abc import Iterable, Iterator

import msgspec

from model.decision import Decision
from model.ids import fold
from model.status_change import KnownChange, StatusChange
from services.history.day_document import Filed


def in_place(decisions: Iterable[Decision], filed: Filed) -> Iterator[tuple[str, KnownChange]]:
    """(folded charger id, change) of each decision behind those that are filed, numbered on from there.

    What a decision heard of late is not put before what had been shown by then: no time is told twice.
    """
    ends = {key: (last.number, last.at) for key, last in filed.chargers.items()}
    for decision in decisions:
        for plain in decision.moves:
            change = msgspec.convert(plain, StatusChange)
            key = fold(change.charger_id)
            number, at = ends.get(key, (0, change.at))
            known = KnownChange(
                number=number + 1,
                at=max(at, change.at),
                before=change.before,
                after=change.after,
                cause=change.cause,
                detail=change.detail,
                end_reason=change.end_reason,
                session_number=change.session_number,
                version=decision.version,
                actor_kind=decision.actor.kind,
                actor_id=decision.actor.id,
            )
            ends[key] = (known.number, known.at)
            yield key, known
