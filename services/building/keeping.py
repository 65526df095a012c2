"""Services: readings of a building's meter, as a bridge tells them: one write a report, none where all is known."""

from collections.abc import Sequence
from datetime import datetime, timedelta

from model import paths
from model.building import BuildingReading, NewestReading
from model.errors import Conflict
from model.store.port import Store, Transaction
from services.building.document import SEGMENT, BuildingBook, book_document, book_of
from services.building.series import samples_of
from services.meter.segments import segment_document, unknown
from services.meter.tail import Tail, filed
from services.ports import Clock
from services.sites.reading import Sites

AHEAD = timedelta(seconds=60)
"""So far may a bridge's clock be ahead of ours: what is further ahead would stay the newest."""
BEHIND = timedelta(days=31)
LONGEST = BEHIND + timedelta(days=1)
"""No segment lasts longer, so that to look at a day does not read all days since: see `_begun`."""


class BuildingKeeping:
    """The site is read from the cache, and never written."""

    def __init__(self, store: Store, clock: Clock, sites: Sites) -> None:
        self._store = store
        self._clock = clock
        self._sites = sites

    def told(self, bridge_id: str, location_id: str, readings: Sequence[BuildingReading]) -> int:
        """Keep what is new; in any order. How many readings were believed: those far ahead, or older than a month, are
        left out. Raises ``NotFound``, ``Conflict`` (``location_retired``).
        """
        site = self._sites.cached(location_id)
        if site.retired:
            raise Conflict("location_retired", "This location is closed for good.", field="location_id")
        now = self._clock.now()
        believed = [one for one in readings if now - BEHIND <= one.at <= now + AHEAD]
        if not believed:
            return 0
        newest = max(believed, key=lambda one: one.at)
        candidate = NewestReading(reading=newest, bridge_id=bridge_id, received_at=now)
        path, kept_days = paths.building(location_id), site.settings.samples_kept_days

        def attempt(transaction: Transaction) -> None:
            document = transaction.get(path)
            before = BuildingBook() if document is None else book_of(document.data)
            fresh = unknown(transaction, paths.building_meter(location_id), before.tail, samples_of(believed), LONGEST)
            is_newer = before.newest is None or newest.at > before.newest.reading.at
            if not fresh and not is_newer:
                return
            begun, old = _begun(before.tail, now)
            tail, full = filed(begun, fresh, now, SEGMENT)
            after = BuildingBook(newest=candidate if is_newer else before.newest, tail=tail)
            transaction.put(path, book_document(after, kept_days))
            for number, segment in ((begun.segments, old), (tail.segments, full)):
                if segment is not None:
                    place = paths.building_segment(location_id, number)
                    transaction.put(place, segment_document(segment, kept_days))

        self._store.transact(attempt)
        return len(believed)


def _begun(tail: Tail, now: datetime) -> tuple[Tail, Tail | None]:
    """The tail; or an empty one, and the one before as a segment where it is of before a long silence."""
    if tail.last is None or tail.last >= now - BEHIND:
        return tail, None
    until = tail.last if tail.until is None else max(tail.last, tail.until)
    return Tail(segments=tail.segments + 1, until=until), tail
