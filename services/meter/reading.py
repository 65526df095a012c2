"""Services: a session's samples as series: all of them, a part, or thinned for a chart."""

from dataclasses import dataclass
from datetime import datetime

from model import paths
from model.errors import Invalid
from model.meter.buckets import Point, points, thinned
from model.meter.labels import FACTOR, KWH_AS_WH
from model.meter.samples import Samples, Series, between, count, merged, milliseconds, span
from model.meter.words import REGISTER
from model.session import Session
from model.store.port import Store
from services.meter.segments import segments
from services.meter.tail import tail_of
from services.sites.reading import no_session
from services.sites.session_document import session_of

MOST_VALUES = 100_000
"""In one answer; more are asked for in parts, or thinned."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Wanted:
    """Which samples. Empty texts and None: all; ``most_points`` None: every one."""

    measurand: str = ""
    phase: str | None = None
    since: datetime | None = None
    until: datetime | None = None
    most_points: int | None = None

    def of(self, samples: Samples) -> Samples:
        """Those among ``samples``; they are not made fewer."""
        of_kind = {
            series: values
            for series, values in samples.items()
            if self.measurand in {"", series.measurand} and self.phase in {None, series.phase}
        }
        from_ms = None if self.since is None else milliseconds(self.since)
        until_ms = None if self.until is None else milliseconds(self.until)
        return between(of_kind, from_ms, until_ms)


EVERYTHING = Wanted()


@dataclass(frozen=True, slots=True)
class Line:
    """A series and its points, oldest first."""

    series: Series
    points: list[Point]


@dataclass(frozen=True, slots=True)
class Measured:
    """What was measured in a session, by series in their order."""

    session: Session
    lines: list[Line]


class Measurements:
    """Reads what was measured: the session, and each segment that reaches into the time."""

    def __init__(self, store: Store) -> None:
        self._store = store

    def read(self, location_id: str, charger_id: str, number: int, wanted: Wanted = EVERYTHING) -> Measured:
        """Raises ``NotFound``; ``Invalid`` (``too_many_samples``, ``invalid_period``)."""
        if wanted.since is not None and wanted.until is not None and wanted.until <= wanted.since:
            raise Invalid("invalid_period", "`to` must be later than `from`.", field="to")
        session, found = self._samples(location_id, charger_id, number, wanted)
        ends = span(found)
        if ends is None:
            return Measured(session, [])
        if wanted.most_points is None and count(found) > MOST_VALUES:
            raise Invalid(
                "too_many_samples", f"More than {MOST_VALUES} values: ask for `points`, or for a part of the time."
            )
        most = wanted.most_points
        return Measured(
            session,
            [
                Line(series, points(values) if most is None else thinned(values, *ends, most))
                for series, values in sorted(found.items())
            ],
        )

    def samples(self, location_id: str, charger_id: str, number: int) -> Samples:
        """All samples of a session, corrected. Raises ``NotFound``."""
        return self._samples(location_id, charger_id, number, EVERYTHING)[1]

    def _samples(self, location_id: str, charger_id: str, number: int, wanted: Wanted) -> tuple[Session, Samples]:
        """Segments may overlap, and a value be in two of them: each counts once."""
        document = self._store.get(paths.session(location_id, charger_id, number))
        if document is None:
            raise no_session(location_id, charger_id, number)
        session = session_of(document.data)
        kept = segments(self._store, session, wanted.since, wanted.until)
        whole = merged(*kept, tail_of(document.data).samples)
        return session, corrected(session, wanted.of(whole))


def corrected(session: Session, samples: Samples) -> Samples:
    """The samples with the corrections that are noted on their session."""
    if KWH_AS_WH not in session.corrections:
        return samples
    return {
        series: {at_ms: milli * FACTOR for at_ms, milli in values.items()} if series.measurand == REGISTER else values
        for series, values in samples.items()
    }
