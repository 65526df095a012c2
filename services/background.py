"""Services: what goes on beside requests: effects carried out, time passing. Nothing is started here."""

from dataclasses import dataclass

from model.store.port import Store
from services.effects.outbox import Outbox
from services.effects.recent import RecentDecisions
from services.effects.worker import Worker
from services.ports import Bus, Clock, Notifier
from services.site_services import SiteServices
from services.timers.runner import Runner
from services.timers.tick import Timers


@dataclass(frozen=True, slots=True, kw_only=True)
class Background:
    """``timers`` is what functions call; ``worker.take`` is where a local bus delivers the paths of decisions."""

    outbox: Outbox
    timers: Timers
    worker: Worker
    runner: Runner

    def start(self) -> None:
        """On one machine, in one process: carry out effects, what an earlier process left first, and let time pass."""
        for path in self.outbox.left_behind():
            self.worker.take(path)
        self.worker.start()
        self.runner.start()

    def stop(self) -> bool:
        """End both, the timers first; False if one did not end in time (what it left is found at the next start)."""
        ended = self.runner.stop()
        return self.worker.stop() and ended


@dataclass(frozen=True, slots=True, kw_only=True)
class Jobs:
    """What the cloud's functions call: each is one of these, in a process that answers no requests."""

    outbox: Outbox
    timers: Timers
    bus: Bus
    clock: Clock


SITES_AT_ONCE = 8
"""A decision on Firestore is four round trips, spent waiting."""


def jobs(store: Store, clock: Clock, notifier: Notifier, bus: Bus, sites: SiteServices) -> Jobs:
    """One function's jobs. Nothing is remembered between calls: another instance may have sent it meanwhile."""
    outbox = Outbox(store, clock, notifier, bus, sites.desk, sites.sites, RecentDecisions())
    timers = Timers(store, clock, sites.desk, sites.units, outbox, at_once=SITES_AT_ONCE)
    return Jobs(outbox=outbox, timers=timers, bus=bus, clock=clock)


def background(store: Store, clock: Clock, notifier: Notifier, bus: Bus, sites: SiteServices) -> Background:
    """One machine's background over its store, ports and services. Call it once: it listens at the desk."""
    recent = RecentDecisions()
    outbox = Outbox(store, clock, notifier, bus, sites.desk, sites.sites, recent)
    timers = Timers(store, clock, sites.desk, sites.units, outbox)
    runner = Runner(timers, clock)
    sites.desk.listen(recent.decided)
    sites.desk.listen(runner.decided)
    return Background(outbox=outbox, timers=timers, worker=Worker(outbox.send), runner=runner)
