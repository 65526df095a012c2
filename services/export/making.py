"""Services: what was asked for, checked, as rows of one of three kinds and as a file of one of four formats."""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import timedelta
from itertools import chain
from zoneinfo import ZoneInfo

from model.errors import Invalid
from model.export import Format, Wanted, What
from model.ids import fold
from model.store.port import Reads
from services.export.chart import Bars, Chart, Lanes, Lines
from services.export.csv_file import csv_file
from services.export.html_file import html_file
from services.export.json_file import json_file
from services.export.measurements import MeasurementRows
from services.export.sessions import SessionRows
from services.export.status_history import StatusRows
from services.export.table import Row, Source, local_text
from services.export.xlsx_file import xlsx_file
from services.history.reading import History, invalid_period
from services.meter.reading import Measurements
from services.sites.reading import Sites, no_charger

LONGEST_AT_ONCE = timedelta(days=366)
LONGEST = timedelta(days=40 * 366)
TYPES = {
    Format.CSV: "text/csv; charset=utf-8",
    Format.JSON: "application/json",
    Format.XLSX: "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet",
    Format.HTML: "text/html; charset=utf-8",
}


@dataclass(frozen=True, slots=True)
class Making:
    """Where rows come from."""

    reads: Reads
    sites: Sites
    history: History
    measurements: Measurements

    def check(self, wanted: Wanted, longest: timedelta = LONGEST_AT_ONCE) -> None:
        """Raises ``Invalid``, ``NotFound`` for what cannot be exported. Reads the site, and a session that is named."""
        if wanted.charger_id and not wanted.location_id:
            raise Invalid("location_required", "A charger is one of a location: name it too.", field="location")
        if wanted.what is What.STATUS_HISTORY and not wanted.location_id:
            raise Invalid("location_required", "Name the location whose history it is.", field="location")
        if wanted.location_id:
            site = self.sites.get(wanted.location_id)
            if wanted.charger_id and fold(wanted.charger_id) not in site.chargers:
                raise no_charger(site.location_id, wanted.charger_id)
        if wanted.session_number is not None:
            self.sites.session(wanted.location_id, wanted.charger_id, wanted.session_number)
            return
        if wanted.since is None or wanted.until is None:
            missing = "from" if wanted.since is None else "until"
            raise Invalid("period_required", "Say from when until when.", field=missing)
        if wanted.until <= wanted.since:
            raise invalid_period()
        if wanted.until - wanted.since > longest:
            raise Invalid("period_too_long", f"{longest.days} days at most; for more, POST an export.", field="until")

    def source(self, wanted: Wanted) -> Source:
        """The rows that are wanted."""
        about = self._about(wanted)
        match wanted.what:
            case What.SESSIONS:
                return SessionRows(self.reads, self.sites, wanted, about)
            case What.STATUS_HISTORY:
                return StatusRows(self.history, self.sites, wanted, about)
            case What.MEASUREMENTS:
                return MeasurementRows(self.reads, self.sites, self.measurements, wanted, about)

    def file(self, wanted: Wanted) -> Iterator[bytes]:
        """The file in pieces. The first rows are read before this returns, so that what cannot be is refused."""
        source = self.source(wanted)
        batches = source.batches()
        first = next(batches, None)
        rows = chain.from_iterable(batch.rows for batch in chain([] if first is None else [first], batches))
        pieces = render(wanted, source, rows)
        return chain([next(pieces)], pieces)

    def _about(self, wanted: Wanted) -> tuple[tuple[str, str], ...]:
        """What it was asked for, the same whenever it is asked."""
        zone = ZoneInfo("UTC")
        lines = []
        if wanted.location_id:
            site = self.sites.get(wanted.location_id)
            zone = ZoneInfo(site.time_zone)
            lines += [("location", site.location_id), ("time_zone", site.time_zone)]
        if wanted.charger_id:
            lines.append(("charger", wanted.charger_id))
        if wanted.session_number is not None:
            lines.append(("session_id", str(wanted.session_number)))
        for name, instant in (("from", wanted.since), ("until", wanted.until)):
            if instant is not None:
                lines.append((name, local_text(instant, zone) or ""))
        return tuple(lines)


def render(wanted: Wanted, source: Source, rows: Iterable[Row]) -> Iterator[bytes]:
    """Rows as a file of the format that is wanted, in pieces."""
    match wanted.format:
        case Format.CSV:
            return csv_file(source.table, rows)
        case Format.JSON:
            return json_file(source.table, rows)
        case Format.XLSX:
            return xlsx_file(source.table, rows)
        case Format.HTML:
            return html_file(source.table, rows, chart_of(wanted))


def chart_of(wanted: Wanted) -> Chart:
    """The chart that goes with the rows."""
    match wanted.what:
        case What.SESSIONS:
            return Bars(day_column=3, value_column=11, unit="kWh")
        case What.STATUS_HISTORY:
            if wanted.since is None or wanted.until is None:
                raise ValueError("a period has both ends")
            return Lanes(wanted.since, wanted.until, name_column=1, time_column=3, before_column=4, after_column=5)
        case What.MEASUREMENTS:
            return Lines(time_column=3, name_columns=(4, 5), value_column=8, unit_column=9)


def file_name(wanted: Wanted) -> str:
    """A name that says what is in it."""
    days = [str(instant.date()) for instant in (wanted.since, wanted.until) if instant is not None]
    number = "" if wanted.session_number is None else str(wanted.session_number)
    parts = [wanted.what.value, wanted.location_id, wanted.charger_id, number, *days]
    return f"{'_'.join(part for part in parts if part)}.{wanted.format.value}"
