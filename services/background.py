"""Services: what goes on beside requests: effects carried out, time passing. Nothing is started here."""

import uuid
from dataclasses import dataclass

from model.store.port import Store
from services.effects.outbox import Outbox
from services.effects.recent import RecentDecisions
from services.effects.worker import Worker
from services.export.exports import ExportThread
from services.export.jobs import ExportJobs
from services.money.bookkeeping import Bookkeeping
from services.ports import Bus, Clock, Notifier, PaymentProvider, Publisher
from services.publishing.publishing import Publishing
from services.publishing.thread import PublishingThread
from services.reports.summarising import Summaries
from services.site_services import SiteServices
from services.slot import Slot
from services.timers.runner import Runner
from services.timers.tick import Timers


@dataclass(frozen=True, slots=True, kw_only=True)
class Background:
    """``timers`` is what functions call; ``worker.take`` is where a local bus delivers the paths of decisions."""

    outbox: Outbox
    timers: Timers
    worker: Worker
    runner: Runner
    exports: ExportThread
    publishing: PublishingThread | None = None

    def start(self) -> None:
        """On one machine, in one process: carry out effects, what an earlier process left first, and let time pass."""
        for path in self.outbox.left_behind():
            self.worker.take(path)
        self.worker.start()
        self.runner.start()
        self.exports.start()
        if self.publishing is not None:
            self.publishing.start()

    def stop(self) -> bool:
        """End all, the timers first; False if one did not end in time (what it left is found at the next start)."""
        ended = self.runner.stop()
        ended = self.worker.stop() and ended
        ended = self.exports.stop() and ended
        return (self.publishing is None or self.publishing.stop()) and ended


@dataclass(frozen=True, slots=True, kw_only=True)
class Jobs:
    """What the cloud's functions call: each is one of these, in a process that answers no requests."""

    outbox: Outbox
    timers: Timers
    bus: Bus
    clock: Clock
    bookkeeping: Bookkeeping
    summaries: Summaries
    exports: ExportJobs
    publishing: Publishing | None = None


SUMMARIES_WITHIN_S = 1.0
"""Of each minute, on one machine: the same thread decides what is due."""
SITES_AT_ONCE = 8
"""A decision on Firestore is four round trips, spent waiting."""


def jobs(
    store: Store,
    clock: Clock,
    notifier: Notifier,
    bus: Bus,
    sites: SiteServices,
    payments: PaymentProvider | None = None,
    publisher: Publisher | None = None,
) -> Jobs:
    """One function's jobs. Nothing is remembered between calls: another instance may have sent it meanwhile."""
    outbox = Outbox(store, clock, notifier, bus, sites.desk, sites.sites, RecentDecisions())
    timers = Timers(store, clock, sites.desk, sites.units, outbox, at_once=SITES_AT_ONCE)
    bookkeeping = Bookkeeping(store, clock, payments)
    summaries = Summaries(store, clock)
    publishing = None if publisher is None else Publishing(store, clock, sites.sites, publisher, _holder())
    return Jobs(
        outbox=outbox,
        timers=timers,
        bus=bus,
        clock=clock,
        bookkeeping=bookkeeping,
        summaries=summaries,
        exports=sites.exports.jobs,
        publishing=publishing,
    )


def background(
    store: Store,
    clock: Clock,
    notifier: Notifier,
    bus: Bus,
    sites: SiteServices,
    payments: PaymentProvider | None = None,
    publisher: Publisher | None = None,
) -> Background:
    """One machine's background over its store, ports and services. Call it once: it listens at the desk."""
    recent = RecentDecisions()
    outbox = Outbox(store, clock, notifier, bus, sites.desk, sites.sites, recent)
    timers = Timers(store, clock, sites.desk, sites.units, outbox)
    summaries = Summaries(store, clock)
    runner = Runner(
        timers,
        clock,
        minutely=lambda: summaries.run(Slot(SUMMARIES_WITHIN_S)),
        daily=Bookkeeping(store, clock, payments).daily,
    )
    sites.desk.listen(recent.decided)
    sites.desk.listen(runner.decided)
    publishing = None
    if publisher is not None:
        publishing = PublishingThread(Publishing(store, clock, sites.sites, publisher, _holder()))
        sites.desk.listen(publishing.decided)
        sites.live.listen(publishing.take)
    return Background(
        outbox=outbox,
        timers=timers,
        worker=Worker(outbox.send),
        runner=runner,
        exports=ExportThread(sites.exports),
        publishing=publishing,
    )


def _holder() -> str:
    """A name no other process has, for leases."""
    return uuid.uuid4().hex
