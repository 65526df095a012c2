"""Services: exports made in the background: asked for, carried on by whoever has time, looked at, fetched in parts.

Rows are gathered batch by batch, each kept with how far it is; then the file is made of them and cut into parts. A
worker that dies is followed by another, which goes on where the last batch was kept.
"""

from dataclasses import replace
from datetime import datetime, timedelta

import structlog

from model import paths
from model.errors import Conflict, KilowaitError, NotFound, TooMany
from model.export import ExportJob, ExportStatus, Wanted
from model.store.errors import StoreError, StoreFull
from model.store.port import Store, Transaction
from model.store.query import Filter, Order, Query
from services.export.job_document import job_document, job_of, packed_rows, rows_in
from services.export.making import LONGEST, Making, render
from services.export.table import Batch, Row
from services.idempotency import UNKEYED, Once
from services.ports import Clock, Randomness
from services.slot import Slot

KEPT_FOR = timedelta(hours=24)
LEASE = timedelta(minutes=10)
PART_BYTES = 512 * 1024
MOST_ROWS = 500_000
MOST_WAITING = 20
MOST_OF_A_USER = 3
MOST_STALLS = 5
GATHERED_PERCENT = 90
DELETED_AT_ONCE = 10
_LOG = structlog.get_logger(__name__)


class Given(Exception):
    """Another worker has taken the export over, or it is gone."""


class ExportJobs:
    """Safe to share between threads and processes."""

    def __init__(self, store: Store, clock: Clock, randomness: Randomness, making: Making) -> None:
        self._store = store
        self._clock = clock
        self._randomness = randomness
        self._making = making

    def ask(self, wanted: Wanted, user_id: str, once: Once = UNKEYED) -> ExportJob:
        """Have it made. Raises ``Invalid``, ``NotFound``; ``TooMany`` where as many wait as may."""
        self._making.check(wanted, LONGEST)
        export_id = self._randomness.token(12)

        def attempt(transaction: Transaction) -> ExportJob:
            now = self._clock.now()
            once.check(transaction, now)
            waiting = [job_of(one.data) for one in transaction.query(_waiting(MOST_WAITING))]
            if len(waiting) >= MOST_WAITING or sum(one.user_id == user_id for one in waiting) >= MOST_OF_A_USER:
                raise TooMany("too_many_exports", "Too many exports are being made: wait for them.", retry_after_s=60)
            job = ExportJob(
                export_id=export_id,
                user_id=user_id,
                wanted=wanted,
                created_at=now,
                expires_at=now + KEPT_FOR,
                waiting_since=now,
            )
            transaction.create(paths.export(export_id), job_document(job))
            once.remember(transaction, job, now)
            return job

        return self._store.transact(attempt)

    def get(self, export_id: str) -> ExportJob:
        """How far it is (1 read). Raises ``NotFound``."""
        document = self._store.get(paths.export(export_id))
        job = None if document is None else job_of(document.data)
        if job is None or job.expires_at <= self._clock.now():
            raise NotFound("export_not_found", "There is no such export, or its day is over.")
        return job

    def part(self, job: ExportJob, number: int) -> bytes:
        """One part of the finished file, from 1 on (1 read). Raises ``Conflict``, ``NotFound``."""
        if job.status is not ExportStatus.DONE:
            raise Conflict("export_not_done", f"This export is {job.status.value}; it has no file.")
        path = paths.export_part(job.export_id, "file", number)
        document = self._store.get(path) if 1 <= number <= job.parts else None
        if document is None:
            raise NotFound("no_such_part", f"This export has the parts 1 to {job.parts}.")
        return bytes(document.data["data"])

    def run(self, slot: Slot | None = None) -> int:
        """Carry on what waits, the oldest first; how many were taken up. One read where nothing waits."""
        slot, done = slot or Slot(), 0
        for document in slot.of(self._store.query(_waiting(MOST_WAITING))):
            job = self._taken(document.path)
            if job is None:
                continue
            done += 1
            try:
                self._carry_on(job, slot)
            except Given:
                _LOG.info("export_given_up", export_id=job.export_id)
            except StoreFull:
                self._fail(job.export_id, job.lease, "store_full")
            except KilowaitError as error:
                self._fail(job.export_id, job.lease, error.code)
            except Exception:  # noqa: BLE001 -- logged with its stack; the lease ends, and another run goes on
                _LOG.exception("export_failed", export_id=job.export_id)
        return done

    def _taken(self, path: str) -> ExportJob | None:
        """The export, if nobody works on it; it is ours for a while then."""

        def attempt(transaction: Transaction) -> ExportJob | None:
            document = transaction.get(path)
            job = None if document is None else job_of(document.data)
            now = self._clock.now()
            if job is None or job.waiting_since is None or (job.leased_until is not None and job.leased_until > now):
                return None
            taken = replace(
                job, status=ExportStatus.RUNNING, lease=job.lease + 1, stalls=job.stalls + 1, leased_until=now + LEASE
            )
            transaction.put(path, job_document(taken))
            return taken

        try:
            job = self._store.transact(attempt)
        except StoreError as error:
            _LOG.warning("export_not_taken", path=path, error=str(error))
            return None
        if job is not None and (job.stalls > MOST_STALLS or job.expires_at <= self._clock.now()):
            self._fail(job.export_id, job.lease, "gave_up")
            return None
        return job

    def _carry_on(self, job: ExportJob, slot: Slot) -> None:
        source = self._making.source(job.wanted)
        if not job.gathered:
            for batch in source.batches(job.cursor):
                job = self._kept(job, batch)
                if slot.over:
                    self._put(replace(job, leased_until=None))
                    return
            job = self._put(replace(job, gathered=True, percent=GATHERED_PERCENT))
        parts = size = 0
        waiting = bytearray()
        rows = (row for number in range(1, job.chunks + 1) for row in self._chunk(job, number))
        for piece in render(job.wanted, source, rows):
            waiting += piece
            while len(waiting) >= PART_BYTES:
                parts += 1
                self._write_part(job, parts, bytes(waiting[:PART_BYTES]))
                del waiting[:PART_BYTES]
            size += len(piece)
        if waiting:
            parts += 1
            self._write_part(job, parts, bytes(waiting))
        done = replace(job, status=ExportStatus.DONE, percent=100, parts=parts, size_bytes=size, leased_until=None)
        self._put(replace(done, waiting_since=None))
        for number in range(1, job.chunks + 1):
            self._store.delete(paths.export_part(job.export_id, "rows", number))

    def _kept(self, job: ExportJob, batch: Batch) -> ExportJob:
        """The export with a batch, which is written with it. Raises :class:`Given`, ``Conflict`` (too many rows)."""
        rows = job.rows + len(batch.rows)
        if rows > MOST_ROWS:
            raise Conflict("too_many_rows", f"An export has {MOST_ROWS} rows at most: ask for less.")
        chunks = job.chunks + bool(batch.rows)
        after = replace(
            job,
            cursor=batch.cursor,
            rows=rows,
            chunks=chunks,
            stalls=0,
            percent=max(job.percent, min(GATHERED_PERCENT - 1, int(GATHERED_PERCENT * batch.done))),
            leased_until=self._clock.now() + LEASE,
        )
        data = packed_rows(batch.rows)

        def attempt(transaction: Transaction) -> ExportJob:
            self._still_ours(transaction, job)
            if batch.rows:
                path = paths.export_part(job.export_id, "rows", chunks)
                transaction.put(path, {"data": data, "expires_at": job.expires_at})
            transaction.put(paths.export(job.export_id), job_document(after))
            return after

        return self._store.transact(attempt)

    def _put(self, job: ExportJob) -> ExportJob:
        def attempt(transaction: Transaction) -> None:
            self._still_ours(transaction, job)
            transaction.put(paths.export(job.export_id), job_document(job))

        self._store.transact(attempt)
        return job

    def _write_part(self, job: ExportJob, number: int, data: bytes) -> None:
        self._store.put(paths.export_part(job.export_id, "file", number), {"data": data, "expires_at": job.expires_at})

    def _chunk(self, job: ExportJob, number: int) -> list[Row]:
        document = self._store.get(paths.export_part(job.export_id, "rows", number))
        if document is None:
            raise Given
        return rows_in(document.data["data"])

    def _still_ours(self, transaction: Transaction, job: ExportJob) -> None:
        document = transaction.get(paths.export(job.export_id))
        if document is None or job_of(document.data).lease != job.lease:
            raise Given

    def _fail(self, export_id: str, lease: int, problem: str) -> None:
        """Nothing more is done; what was kept goes first, for the store may be full."""
        _LOG.warning("export_ended", export_id=export_id, problem=problem)
        try:
            job = self.get(export_id)
            parts = Query(f"{paths.export(export_id)}/{paths.EXPORT_PARTS}", limit=DELETED_AT_ONCE)
            while found := self._store.query(parts):
                for part in found:
                    self._store.delete(part.path)
            if job.lease == lease:
                failed = replace(job, status=ExportStatus.FAILED, problem=problem, cursor="", leased_until=None)
                self._put(replace(failed, waiting_since=None, chunks=0, rows=0))
        except (StoreError, KilowaitError, Given) as error:
            _LOG.warning("export_not_ended", export_id=export_id, error=str(error))


def _waiting(most: int) -> Query:
    long_ago = datetime.fromisoformat("2000-01-01T00:00:00+00:00")
    return Query(paths.EXPORTS, (Filter("waiting_since", ">=", long_ago),), (Order("waiting_since"),), limit=most)
