"""Services: what a building takes now, and what it took."""

from dataclasses import replace
from datetime import datetime, timedelta

from model import paths
from model.building import NewestReading
from model.errors import Invalid, NotFound
from model.meter.samples import count, merged
from model.store.port import Store
from services.building.document import BuildingBook, book_of
from services.building.keeping import LONGEST
from services.building.series import lines_of
from services.meter.reading import MOST_VALUES, Line, Wanted
from services.meter.segments import segments_in
from services.ports import Clock
from services.sites.reading import Sites

DAY = timedelta(days=1)
MOST_TIME = timedelta(days=31)
"""At once: each hour is a document."""


class BuildingReadings:
    """A location that is closed keeps what was measured, as long as all its samples are kept."""

    def __init__(self, store: Store, clock: Clock, sites: Sites) -> None:
        self._store = store
        self._clock = clock
        self._sites = sites

    def now(self) -> datetime:
        """By which a reading is old."""
        return self._clock.now()

    def newest(self, location_id: str) -> NewestReading | None:
        """The newest reading, however old (1 read); None: nothing was ever told. Raises ``NotFound``."""
        self._sites.cached(location_id)
        return self._book(location_id).newest

    def needed(self, location_id: str) -> NewestReading:
        """The same. Raises ``NotFound`` where nothing was ever told, too."""
        newest = self.newest(location_id)
        if newest is None:
            raise NotFound("no_building_meter", "No meter of this location's building was heard of yet.")
        return newest

    def series(self, location_id: str, wanted: Wanted) -> list[Line]:
        """Readings as lines: of the last day where no time is given. Raises ``NotFound``; ``Invalid``
        (``invalid_period``, ``too_many_samples``).
        """
        self._sites.cached(location_id)
        wanted = self._within_bounds(wanted)
        collection = paths.building_meter(location_id)
        tail = self._book(location_id).tail  # First: what it holds may be a segment a moment later.
        segments = segments_in(self._store, collection, wanted.since, wanted.until, LONGEST)
        found = wanted.of(merged(*segments, tail.samples))
        if wanted.most_points is None and count(found) > MOST_VALUES:
            raise Invalid(
                "too_many_samples", f"More than {MOST_VALUES} values: ask for `points`, or for a part of the time."
            )
        return lines_of(found, wanted.most_points)

    def _within_bounds(self, wanted: Wanted) -> Wanted:
        until = wanted.until or self._clock.now() + timedelta(seconds=61)
        since = wanted.since or until - DAY
        if until <= since:
            raise Invalid("invalid_period", "`to` must be later than `from`.", field="to")
        if until - since > MOST_TIME + DAY:
            raise Invalid("invalid_period", f"At most {MOST_TIME.days} days at once.", field="from")
        return replace(wanted, since=since, until=until)

    def _book(self, location_id: str) -> BuildingBook:
        document = self._store.get(paths.building(location_id))
        return BuildingBook() if document is None else book_of(document.data)
