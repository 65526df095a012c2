"""Services: what was measured as rows: session by session, newest first, each in the order of time."""

import json
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, datetime

from model.export import Wanted
from model.session import Session
from model.store.port import Reads
from services.export.sessions import END, cursor_behind, part_done, place_ids, session_filter, zone_of
from services.export.table import BATCH_ROWS, Batch, Column, Row, Table, local_ms, thousandths
from services.meter.reading import Measurements
from services.sites.reading import Sites
from services.sites.session_list import list_sessions

COLUMNS = (
    Column("location"), Column("charger"), Column("session_id", 0), Column("time"), Column("measurand"),
    Column("phase"), Column("place"), Column("context"), Column("value", 3), Column("unit"),
)  # fmt: skip
_EPOCH = datetime(1970, 1, 1, tzinfo=UTC)


@dataclass(frozen=True, slots=True)
class MeasurementRows:
    """Of one session, or of those that are wanted."""

    reads: Reads
    sites: Sites
    measurements: Measurements
    wanted: Wanted
    about: tuple[tuple[str, str], ...]

    @property
    def table(self) -> Table:
        """What they are."""
        return Table("Measurements", COLUMNS, self.about)

    def batches(self, cursor: str = "") -> Iterator[Batch]:
        """A session, or a part of it, at a time."""
        if cursor == END:
            return
        if self.wanted.session_number is not None:
            session = self.sites.session(self.wanted.location_id, self.wanted.charger_id, self.wanted.session_number)
            yield from self._session(session, json.loads(cursor)[2] if cursor else 0, "", "", END, 1.0)
            return
        key, token, offset = (*json.loads(cursor), 0)[:3] if cursor else ("", "", 0)
        places = place_ids(self.sites, self.wanted)
        for number, location_id in enumerate(places):
            if (location_id or "") < key:
                continue
            more = True
            while more:
                wanted = session_filter(self.wanted, location_id)
                page = list_sessions(self.reads, wanted, 1, token)
                more = bool(page.next_page_token)
                behind = cursor_behind(places, number, page.next_page_token)
                for one in page.items:
                    done = (number + (part_done(self.wanted, one) if more else 1.0)) / len(places)
                    yield from self._session(one, offset, location_id or "", token, behind, done)
                token, offset = page.next_page_token, 0

    def _session(
        self, session: Session, offset: int, place: str, token: str, behind: str, done: float
    ) -> Iterator[Batch]:
        """Its rows from ``offset`` on; ``behind`` is the cursor of what follows it."""
        rows = self._rows(session)
        while True:
            some = rows[offset : offset + BATCH_ROWS]
            offset += BATCH_ROWS
            last = offset >= len(rows)
            yield Batch(some, behind if last else json.dumps([place, token, offset]), done)
            if last:
                return

    def _rows(self, session: Session) -> list[Row]:
        zone = zone_of(self.sites, session.location_id)
        found = self.measurements.samples(session.location_id, session.charger_id, session.number)
        values = sorted((at_ms, series, milli) for series, line in found.items() for at_ms, milli in line.items())
        texts: dict[int, str] = {}
        rows: list[Row] = []
        for at_ms, series, milli in values:
            text = texts.get(at_ms)
            if text is None:
                text = texts[at_ms] = local_ms(at_ms, zone, _EPOCH)
            rows.append((
                session.location_id, session.charger_id, session.number, text, series.measurand, series.phase,
                series.location, series.context, thousandths(milli), series.unit,
            ))  # fmt: skip
        return rows
