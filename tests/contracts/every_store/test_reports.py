"""Summaries on each of the stores: late sessions counted, two jobs at once, and a year's report in few reads."""

from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta

import pytest

from model.store.counting import CountingStore
from model.store.port import Store
from services.reports.reading import Reports
from services.sites.cache import SiteCache
from services.sites.reading import Sites
from tests.fakes.told_sessions import BEGINNING, LOT, ToldSessions


@pytest.fixture
def lot(store: Store) -> ToldSessions:
    return ToldSessions(inner=store)


def test_late_sessions_are_counted_in_the_days_they_were_in(lot: ToldSessions) -> None:
    lot.tell(BEGINNING - timedelta(hours=30), 20, 7_000)
    lot.clock.advance(days=3)
    lot.decide()
    lot.bring_up()
    lot.tell(BEGINNING + timedelta(hours=5), 40, 9_000, charger=2)
    lot.correct(1, 500)
    lot.bring_up()
    assert lot.summarised() == lot.recounted()
    assert lot.folded() == ([1, 2, 3, 4, 5], 3 * 86_400)
    counting = CountingStore(lot.inner)
    with counting.measure() as count:
        year = Reports(counting, lot.clock, Sites(counting, lot.clock, SiteCache())).year(2026, LOT)
    assert (year.total.sessions, year.total.energy_wh, year.total.earnings["EUR"]) == (2, 16_500, 165)
    assert count.reads == 14


def test_two_jobs_at_once_count_nothing_twice(lot: ToldSessions) -> None:
    for hours in range(6):
        lot.tell(BEGINNING - timedelta(hours=9 * hours), 1, 1_000)
    with ThreadPoolExecutor(2) as threads:
        jobs = [threads.submit(lot.summaries.run) for _ in range(2)]
        assert sum(job.result() for job in jobs) > 0
    lot.bring_up()
    assert lot.summarised() == lot.recounted()
    assert lot.folded()[0] == list(range(1, 8))
