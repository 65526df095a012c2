"""Times and reads of a year's reports; every figure of the report is held against what was generated."""

import time
from collections.abc import Callable
from dataclasses import dataclass, field, replace
from datetime import date, timedelta
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import TypeVar

from model import paths
from model.charger import EndReason
from model.decision import Actor, Decision
from model.documents import to_json
from model.store.counting import CountingStore
from model.store.sqlite import SqliteStore
from services.indexes import INDEXES
from services.reports.reading import Reports, Year
from services.reports.summarising import Summaries
from services.sites.cache import SiteCache
from services.sites.decision_document import decision_document
from services.sites.reading import Sites
from services.sites.session_document import session_document
from services.sites.site_document import site_document
from services.transfer.files import new_file
from services.transfer.importing import import_file
from services.transfer.lines import write
from tests.bench.reports.year import END, LOCATION, YEAR, Expected, LivedYear, told_late
from tests.fakes.clock import FakeClock

T = TypeVar("T")
READS_MOST = 400
"""Of a location's year."""
LATE = 25


@dataclass
class Measured:
    """Seconds and reads of each step, printed as they come."""

    beyond: list[str] = field(default_factory=list)

    def step(self, name: str, work: Callable[[], T], shown: Callable[[T], str] = lambda _: "") -> T:
        begun = time.perf_counter()
        result = work()
        print(f"{name:34}{time.perf_counter() - begun:8.2f} s   {shown(result)}", flush=True)
        return result

    def wrong(self, words: str) -> None:
        self.beyond.append(words)


def run() -> list[str]:
    """Print the table; a sentence where a report reads too much or says something else than what was generated."""
    measured = Measured()
    with TemporaryDirectory() as folder:
        file = Path(folder) / "year.jsonl"
        lived = measured.step("a year of 50 chargers generated", LivedYear, _size)
        measured.step("written as an export", lambda: _write(lived, file), lambda count: f"{count:,} documents")
        with SqliteStore(Path(folder) / "store.db", indexes=INDEXES) as inner:
            store = CountingStore(inner)
            measured.step("imported", lambda: import_file(store, file, lambda _: None))
            _reported(measured, store, lived)
    return measured.beyond


def _reported(measured: Measured, store: CountingStore, lived: LivedYear) -> None:
    clock = FakeClock(END)
    summaries = Summaries(store, clock)
    reports = Reports(store, clock, Sites(store, clock, SiteCache()))
    measured.step("summarised from nothing", summaries.run, lambda steps: f"{steps:,} steps")
    wednesday = date(YEAR, 12, 10)
    _read(measured, store, "year's report", lambda: reports.year(YEAR, LOCATION))
    _read(measured, store, "week's report", lambda: reports.week(wednesday, LOCATION))
    _read(measured, store, "day's report", lambda: reports.day(wednesday, LOCATION))
    _hold(measured, reports.year(YEAR, LOCATION), lived.expected, "the year's report")
    _tell_late(store, lived)
    with store.measure() as count:
        measured.step(f"{LATE} late sessions summarised", summaries.run, lambda steps: f"{steps} steps")
    print(f"{'':34}{'':10}   {count.reads:,} reads, {count.writes} writes")
    _hold(measured, reports.year(YEAR, LOCATION), lived.expected, "the report after late sessions")


def _read(measured: Measured, store: CountingStore, name: str, read: Callable[[], object]) -> None:
    with store.measure() as count:
        measured.step(name, read, lambda _: f"{count.reads} reads, at most {READS_MOST}")
    if count.reads > READS_MOST:
        measured.wrong(f"{name}: {count.reads} reads, budget {READS_MOST}")


def _hold(measured: Measured, year: Year, expected: Expected, what: str) -> None:
    """Each of 12 x 50 figures is what was generated."""
    for station in year.stations:
        for month, found in enumerate(station.months, start=1):
            key = month, station.charger_id
            wanted = expected.sessions[key], expected.energy_wh[key], expected.earnings[key]
            if (found.sessions, found.energy_wh, found.earnings["EUR"]) != wanted:
                measured.wrong(f"{what}: {station.charger_id} in month {month}: {found}, generated {wanted}")
    if year.total.sessions != expected.sessions.total() or not year.total.sessions:
        measured.wrong(f"{what}: {year.total.sessions} sessions, generated {expected.sessions.total()}")


def _tell_late(store: CountingStore, lived: LivedYear) -> None:
    """Charges of the whole year that are told of at its end."""
    at = END + timedelta(minutes=1)
    sessions = told_late(LATE)
    version = lived.site.version + 1
    site = replace(lived.site, version=version)
    decision = Decision(
        location_id=LOCATION,
        version=version,
        at=at,
        actor=Actor(kind="bridge"),
        inputs=[],
        changes={"sessions": [one.told for one in sessions]},
    )
    for one in sessions:
        lived.expected.add(one.session)
        store.put(paths.session(LOCATION, one.session.charger_id, one.session.number), session_document(one.session))
    store.put(paths.location(LOCATION), site_document(site, to_json(site)))
    store.put(paths.decision(LOCATION, version), decision_document(decision))


def _write(lived: LivedYear, file: Path) -> int:
    with new_file(file) as into:
        return max(write(iter(lived.documents()), into))


def _size(lived: LivedYear) -> str:
    lapsed = sum(one.end_reason is EndReason.LAPSED for one in lived.sessions)
    return f"{len(lived.sessions):,} sessions ({lapsed:,} offers lapsed), {len(lived.decisions):,} decisions"
