"""Exports in the background: gone on with after a crash, bounded, kept for a day, and the same file as at once."""

import sqlite3
import threading
from collections.abc import Callable
from contextlib import closing
from dataclasses import replace
from datetime import timedelta
from itertools import product
from pathlib import Path

import pytest

from model import paths
from model.errors import Conflict, Invalid, NotFound, TooMany
from model.export import ExportJob, ExportStatus, Format, Wanted, What
from model.store.memory import MemoryStore
from model.store.port import Query, Store
from model.store.sqlite import SqliteStore
from services.export import html_file
from services.export import jobs as jobs_module
from services.export.exports import ExportThread
from services.export.job_document import packed_rows
from services.export.jobs import LEASE, MOST_STALLS, ExportJobs
from services.export.making import Making
from services.indexes import INDEXES
from services.slot import Slot
from services.transfer.exporting import export
from services.transfer.importing import import_file
from tests.fakes.busy_yard import begin, lived
from tests.fakes.site_world import YARD, World


def spent() -> Slot:
    """Time for one step."""
    moments = iter((0.0, 0.0))
    return Slot(1, lambda: next(moments, 9.0))


@pytest.fixture(scope="module")
def lived_in(tmp_path_factory: pytest.TempPathFactory) -> Path:
    path = tmp_path_factory.mktemp("lived") / "store.jsonl"
    export(lived(World()).store, path, lambda _count: None)
    return path


@pytest.fixture
def yard(lived_in: Path) -> Callable[[Store], World]:
    def make(store: Store) -> World:
        import_file(store, lived_in, lambda _count: None)
        world = World(inner=store)
        world.clock.advance(days=3)
        return world

    return make


@pytest.fixture
def world(yard: Callable[[Store], World]) -> World:
    return yard(MemoryStore())


@pytest.fixture
def wanted(world: World) -> Wanted:
    since = begin(world) - timedelta(days=800)
    return Wanted(
        what=What.SESSIONS, format=Format.CSV, location_id=YARD, since=since, until=since + timedelta(days=810)
    )


def jobs_of(world: World) -> ExportJobs:
    return world.services.exports.jobs


def downloaded(world: World, job: ExportJob) -> bytes:
    done = jobs_of(world).get(job.export_id)
    assert (done.status, done.percent, done.problem) == (ExportStatus.DONE, 100, "")
    whole = b"".join(jobs_of(world).part(done, number) for number in range(1, done.parts + 1))
    assert len(whole) == done.size_bytes
    return whole


def at_once(world: World, wanted: Wanted) -> bytes:
    found = world.services
    return b"".join(Making(world.store, found.sites, found.history, found.measurements).file(wanted))


@pytest.mark.parametrize(("what", "kind"), list(product(What, Format)))
def test_a_file_made_in_the_background_is_the_same_as_at_once(
    world: World, wanted: Wanted, what: What, kind: Format, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(jobs_module, "PART_BYTES", 1000)
    wanted = replace(wanted, what=what, format=kind)
    job = world.services.exports.later(wanted, "u-root")
    assert jobs_of(world).get(job.export_id).status is ExportStatus.WAITING
    assert jobs_of(world).run() == 1
    assert downloaded(world, job) == at_once(world, wanted)
    assert jobs_of(world).run() == 0
    kinds = {one.id.partition(":")[0] for one in world.store.query(Query(paths.EXPORT_PARTS, group=True))}
    assert kinds == {"file"}


@pytest.mark.parametrize("what", What)
def test_progress_grows_and_a_new_worker_goes_on_after_every_batch(
    world: World, wanted: Wanted, what: What, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("services.export.sessions.MAX_PAGE", 1)
    monkeypatch.setattr("services.export.measurements.BATCH_ROWS", 7)
    wanted = replace(wanted, what=what)
    job = world.services.exports.later(wanted, "u-root")
    seen = [0]
    for _ in range(200):
        assert jobs_of(world).run(spent()) == 1
        now = jobs_of(world).get(job.export_id)
        assert now.percent >= seen[-1]
        seen.append(now.percent)
        if now.status is ExportStatus.DONE:
            break
    assert len(seen) > 5
    assert downloaded(world, job) == at_once(world, wanted)


@pytest.mark.parametrize("what", What)
def test_a_worker_that_dies_loses_and_doubles_nothing(
    world: World, wanted: Wanted, what: What, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("services.export.sessions.MAX_PAGE", 2)
    monkeypatch.setattr("services.export.measurements.BATCH_ROWS", 20)
    wanted = replace(wanted, what=what)
    job = world.services.exports.later(wanted, "u-root")
    calls = iter(range(1_000))

    def dies(rows):
        if next(calls) % 2:
            raise KeyboardInterrupt
        return packed_rows(rows)

    monkeypatch.setattr(jobs_module, "packed_rows", dies)
    for _ in range(100):
        try:
            if not jobs_of(world).run():
                break
        except KeyboardInterrupt:
            assert jobs_of(world).run() == 0, "it is leased"
            world.clock.advance(seconds=LEASE.total_seconds() + 1)
    assert downloaded(world, job) == at_once(world, wanted)


def test_a_worker_that_was_given_up_writes_nothing_more(
    world: World, wanted: Wanted, monkeypatch: pytest.MonkeyPatch
) -> None:
    finished: list[ExportJob] = []

    def slept(rows):
        if not finished:  # Its lease is over when it wakes, and another worker is done.
            world.clock.advance(seconds=LEASE.total_seconds() + 1)
            monkeypatch.undo()
            assert jobs_of(world).run() == 1
            finished.append(jobs_of(world).get(job.export_id))
        return packed_rows(rows)

    monkeypatch.setattr(jobs_module, "packed_rows", slept)
    job = world.services.exports.later(wanted, "u-root")
    assert jobs_of(world).run() == 1
    assert [jobs_of(world).get(job.export_id)] == finished
    assert downloaded(world, job) == at_once(world, wanted)


def test_what_never_comes_further_is_given_up(world: World, wanted: Wanted, monkeypatch: pytest.MonkeyPatch) -> None:
    def broken(*_: object) -> None:
        raise RuntimeError("broken")

    job = world.services.exports.later(wanted, "u-root")
    monkeypatch.setattr(ExportJobs, "_carry_on", broken)
    for _ in range(MOST_STALLS + 1):
        jobs_of(world).run()
        world.clock.advance(seconds=LEASE.total_seconds() + 1)
    failed = jobs_of(world).get(job.export_id)
    assert (failed.status, failed.problem) == (ExportStatus.FAILED, "gave_up")
    assert jobs_of(world).run() == 0
    with pytest.raises(Conflict, match="failed"):
        jobs_of(world).part(failed, 1)


def test_too_many_rows_end_it(world: World, wanted: Wanted, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(jobs_module, "MOST_ROWS", 5)
    job = world.services.exports.later(wanted, "u-root")
    jobs_of(world).run()
    failed = jobs_of(world).get(job.export_id)
    assert (failed.status, failed.problem) == (ExportStatus.FAILED, "too_many_rows")
    assert world.store.query(Query(paths.EXPORT_PARTS, group=True)) == []


def test_a_store_that_is_full_ends_it_and_gets_its_room_back(
    yard: Callable[[Store], World], tmp_path: Path, wanted: Wanted, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(jobs_module, "PART_BYTES", 20_000)
    monkeypatch.setattr(html_file, "STYLE", "/* a file larger than what is left */" * 10_000)
    file = tmp_path / "store.db"
    wanted = replace(wanted, what=What.MEASUREMENTS, format=Format.HTML)
    with SqliteStore(file, indexes=INDEXES) as store:
        job = yard(store).services.exports.later(wanted, "u-root")
    with closing(sqlite3.connect(file)) as connection:
        connection.execute("PRAGMA wal_checkpoint(TRUNCATE)")
        connection.execute("VACUUM")
        (pages,) = connection.execute("PRAGMA page_count").fetchone()
    with SqliteStore(file, indexes=INDEXES, max_pages=pages + 12) as store:
        world = World(inner=store)
        world.clock.advance(days=3)
        assert jobs_of(world).run() == 1
        failed = jobs_of(world).get(job.export_id)
        assert (failed.status, failed.problem) == (ExportStatus.FAILED, "store_full")
        assert store.query(Query(paths.EXPORT_PARTS, group=True)) == []
        store.put("leases/room", {"again": "x" * 8192})
    with SqliteStore(file, indexes=INDEXES) as store:
        world = World(inner=store)
        world.clock.advance(days=3)
        world.randomness.token(12)  # The one of the first.
        again = world.services.exports.later(wanted, "u-root")
        assert jobs_of(world).run() == 1
        assert downloaded(world, again) == at_once(world, wanted)


def test_it_is_kept_for_a_day(world: World, wanted: Wanted) -> None:
    job = world.services.exports.later(wanted, "u-root")
    jobs_of(world).run()
    world.clock.advance(hours=23)
    assert downloaded(world, job)
    world.clock.advance(hours=1)
    with pytest.raises(NotFound):
        jobs_of(world).get(job.export_id)
    world.background.timers.clean()
    assert world.store.query(Query(paths.EXPORTS)) == []
    assert world.store.query(Query(paths.EXPORT_PARTS, group=True)) == []


def test_nobody_has_more_made_than_a_few_at_a_time(world: World, wanted: Wanted) -> None:
    for _ in range(3):
        world.services.exports.later(wanted, "u-ann")
    with pytest.raises(TooMany):
        world.services.exports.later(wanted, "u-ann")
    world.services.exports.later(wanted, "u-bob")
    assert jobs_of(world).run() == 4
    world.services.exports.later(wanted, "u-ann")


def test_what_cannot_be_is_refused_at_once(world: World, wanted: Wanted) -> None:
    with pytest.raises(Invalid, match="days at most"):
        world.services.exports.later(replace(wanted, since=wanted.since and wanted.since - timedelta(days=15_000)), "u")
    with pytest.raises(NotFound):
        world.services.exports.later(replace(wanted, location_id="nowhere"), "u")
    with pytest.raises(NotFound):
        jobs_of(world).get("none")
    job = world.services.exports.later(wanted, "u")
    with pytest.raises(Conflict, match="waiting"):
        jobs_of(world).part(job, 1)
    jobs_of(world).run()
    done = jobs_of(world).get(job.export_id)
    with pytest.raises(NotFound, match="parts 1 to 1"):
        jobs_of(world).part(done, 2)


def test_the_thread_begins_as_soon_as_somebody_asks(world: World, wanted: Wanted) -> None:
    done = threading.Event()
    real = world.services.exports.jobs.run

    def run(slot=None):
        found = real(slot)
        if found:
            done.set()
        return found

    world.services.exports.jobs.run = run  # type: ignore[method-assign]
    thread = ExportThread(world.services.exports)
    thread.start()
    job = world.services.exports.later(wanted, "u-root")
    assert done.wait(10)
    assert thread.stop()
    assert downloaded(world, job) == at_once(world, wanted)
