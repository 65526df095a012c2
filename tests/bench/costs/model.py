"""From counted days of one site to a day of many: what is fixed, what a site and a bridge add."""

import math
from dataclasses import dataclass, field

from model import paths
from tests.bench.costs.assumed import Assumed
from tests.bench.costs.ledger import Cause, Use, Uses
from tests.bench.costs.measured import Measured
from tests.bench.costs.prices import DAYS, HOURS

CHARGERS = 10
YEAR = 365
LIST_KEPT_S = 30
"""An instance reads all locations so often at most."""
SITES_A_LIST_DOCUMENT = 200
TO_BRIDGES = frozenset({Cause.CONFIG, Cause.SEEN})
AT_FUNCTIONS = frozenset({Cause.TICK, Cause.RESET, Cause.CLEANING, Cause.EFFECTS})
AT_NEITHER = frozenset({Cause.SEEN, Cause.EXPIRY})


@dataclass(frozen=True, slots=True, kw_only=True)
class Choices:
    """How the system is built and run: as it is, unless said otherwise."""

    own_sites_only: bool = False
    """A bridge is told of its own sites' charge points, cards and holds only."""
    short_list: bool = False
    """The list of locations comes from a few documents in place of every site's."""
    few_logs: float = 1.0
    """The part of requests that leave a log line."""
    posts: float = 1.0
    """Posts of readings, compared with today's."""


@dataclass(frozen=True, slots=True)
class Deployment:
    """So many sites of 10 chargers and 50 drivers in one project."""

    measured: Measured
    sites: int
    choices: Choices = field(default_factory=Choices)
    assumed: Assumed = field(default_factory=Assumed)

    @property
    def bridges(self) -> int:
        """Machines that charge points connect to."""
        return math.ceil(self.sites * CHARGERS / self.assumed.points_a_bridge)

    @property
    def instances(self) -> int:
        """Instances of the API in the busy hours; they share the requests evenly."""
        calls = self.sites * sum(self._a_site(cause).calls for cause in Cause if cause not in AT_FUNCTIONS)
        busy_s = self.assumed.busy_hours * 3600
        return max(1, math.ceil(calls * self.assumed.peak_factor / busy_s / self.assumed.requests_a_second))

    def day(self) -> Uses:
        """What a day uses, by cause."""
        return {cause: self._of(cause) for cause in Cause}

    def month(self) -> dict[str, float]:
        """Units of each price in a month of days on which everybody is active."""
        day = self.day()
        total = sum(day.values(), Use())
        functions = sum(day[cause].calls for cause in AT_FUNCTIONS)
        requests = sum(use.calls for cause, use in day.items() if cause not in AT_FUNCTIONS | AT_NEITHER)
        decided = self.sites * (self.measured.busy[Cause.TICK].writes / 3)
        busy_s = functions * self.assumed.function_s + decided * self.assumed.decision_s
        sent = sum(use.sent_bytes for cause, use in day.items() if cause is not Cause.CONFIG)
        happened = self.measured.happened
        published = self.sites * happened["published"] + functions - day[Cause.EFFECTS].calls
        micro = self.sites * CHARGERS <= self.assumed.points_on_micro
        return {
            "reads": DAYS * total.reads,
            "writes": DAYS * total.writes,
            "deletes": DAYS * total.deletes,
            "stored_bytes": self.stored_bytes(),
            "instance_hours": DAYS * self.instance_hours(requests),
            "sent_bytes": DAYS * sent,
            "function_calls": DAYS * functions,
            "vcpu_s": DAYS * busy_s * self.assumed.function_vcpu,
            "gib_s": DAYS * busy_s * self.assumed.function_gib,
            "message_bytes": DAYS * published * self.assumed.message_bytes,
            "jobs": self.assumed.jobs,
            "micro_vm_hours": HOURS if micro else 0,
            "vm_hours": 0 if micro else HOURS * self.bridges,
            "disk_gib": self.bridges * self.assumed.disk_gib,
            "balanced_gib": self.bridges * self.assumed.spool_gib,
            "address_hours": HOURS * self.bridges,
            "log_bytes": DAYS * (requests + functions) * self.choices.few_logs * self.assumed.log_line_bytes,
            "secrets": self.assumed.secrets,
            "build_minutes": self.assumed.build_minutes,
            "image_gib": self.assumed.image_gib,
            "pushes": DAYS * self.sites * happened["pushes"],
        }

    def instance_hours(self, requests: float) -> float:
        """A day's. One instance never sleeps, because bridges call each minute; more come with the requests."""
        working = requests * self.assumed.peak_factor / self.assumed.requests_a_second / 3600
        return max(24.0, working)

    def stored_bytes(self) -> float:
        """After a year: decisions are kept 400 days, sessions for ever, answers to repeats for a day."""
        measured = self.measured
        days = dict.fromkeys((paths.DECISIONS, paths.SESSIONS), YEAR)
        grown = sum(
            (heap.stored_bytes + heap.indexed_bytes) * days.get(name, 1) for name, heap in measured.grown.items()
        )
        standing = sum(heap.stored_bytes + heap.indexed_bytes for heap in measured.standing.values())
        return float(self.sites * (grown + standing))

    # --- parts of a day

    def _of(self, cause: Cause) -> Use:
        match cause:
            case Cause.CONFIG:
                sites = self.sites / self.bridges if self.choices.own_sites_only else self.sites
                return (self._fixed(cause) + self._standing(cause) * sites) * self.bridges
            case Cause.SEEN:
                return Use(writes=self._seen())
            case Cause.EXPIRY:
                gone = self.sites * self.measured.expired
                return Use(reads=gone, deletes=gone)
            case Cause.LIST:
                return self._a_site(cause) * self.sites + Use(reads=self._listed())
        return self._fixed(cause) + self._a_site(cause) * self.sites

    def _a_site(self, cause: Cause) -> Use:
        """What one more site adds, standing there and busy."""
        if cause in TO_BRIDGES:
            return Use()
        busy = self.measured.busy if self.sites == 1 else self.measured.spread
        use = busy[cause] - self.measured.idle[cause] + self._standing(cause)
        if cause is not Cause.READINGS:
            return use
        more = self.choices.posts - 1  # A post more reads token and site; sessions are written as often as before.
        return use + Use(calls=use.calls, reads=use.reads - use.writes, sent_bytes=use.sent_bytes) * more

    def _standing(self, cause: Cause) -> Use:
        return self.measured.idle_two[cause] - self.measured.idle[cause]

    def _fixed(self, cause: Cause) -> Use:
        return self.measured.idle[cause] - self._standing(cause)

    def _seen(self) -> float:
        """Each instance notes each bridge once a minute: at night one instance, by day all that the bridge met."""
        alone = self.measured.idle[Cause.SEEN].writes
        met = sum(self._a_site(cause).calls for cause in (Cause.EVENTS, Cause.READINGS, Cause.QUESTIONS))
        by_day = min((self.instances - 1) * self.assumed.busy_hours * 60, met * self.sites / self.bridges)
        return self.bridges * (alone + by_day)

    def _listed(self) -> float:
        """Reads of the list of locations beyond one site's: every site, as often as an instance's copy is too old."""
        calls = self.sites * self.measured.busy[Cause.LIST].calls
        often = min(calls, self.instances * self.assumed.busy_hours * 3600 / LIST_KEPT_S)
        documents = math.ceil(self.sites / SITES_A_LIST_DOCUMENT) if self.choices.short_list else self.sites
        return often * (documents - 1)
