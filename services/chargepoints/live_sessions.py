"""Services: meter events on their way to the sessions they belong to."""

from collections.abc import Callable, Sequence

import structlog

from model import paths
from model.ids import fold
from model.session import Session
from model.site import Site
from model.store.errors import StoreBusy, StoreUnavailable
from model.store.port import Reads, Store, Transaction
from scheduling.outcome import Decided
from services.chargepoints.intake import Arrived
from services.groups.watching import QuotaWatch
from services.meter.keeping import SessionOver, Taken, Told, keep, taken, write_segment
from services.meter.nearly_full import NearlyFullWatch
from services.meter.normalising import normalise
from services.meter.placing import RunningSessions, past_session
from services.meter.thresholds import Thresholds
from services.money.spending import Spending
from services.ports import Clock
from services.sites.loading import Loader
from services.sites.reading import Sites
from services.sites.running import Running
from services.sites.session_document import session_document
from wire.events import Meter, TransactionEnded

_LOG = structlog.get_logger(__name__)


class LiveSessions:
    """Takes the samples of a post: each session is written once, with its energy, its power and its samples."""

    def __init__(
        self,
        store: Store,
        clock: Clock,
        sites: Sites,
        running: Running,
        spending: Spending,
        quotas: QuotaWatch,
        thresholds: Thresholds,
        nearly_full: NearlyFullWatch,
    ) -> None:
        self._store = store
        self._clock = clock
        self._sites = sites
        self._running = running
        self._spending = spending
        self._quotas = quotas
        self._thresholds = thresholds
        self._nearly_full = nearly_full
        self._listeners: list[Callable[[str], None]] = []

    def listen(self, listener: Callable[[str], None]) -> None:
        """Call ``listener`` with the location whenever samples of it were kept. It returns at once; it never raises."""
        self._listeners.append(listener)

    def meter(self, location_id: str, arrived: Sequence[Arrived], site: Site | None) -> list[Arrived]:
        """Keep the samples of one location, in a transaction of their own. Returns those of charge points elsewhere.

        ``site``: as just decided; None: a cached one is looked at. Ends of transactions are told for their samples
        only, and not answered.
        """
        looked_anew = site is not None
        site = self._sites.cached(location_id) if site is None else site
        running = RunningSessions(site)
        if any(isinstance(one.event, Meter) and running.at(one.event) is None for one in arrived):
            site = self._sites.get(location_id)  # Another process may have decided that it began.
            looked_anew = True
        try:
            return self._meter(site, arrived, looked_anew=looked_anew)
        except SessionOver:  # Another process has decided that it ended, and perhaps that the next began.
            return self._meter(self._sites.get(location_id), arrived, looked_anew=True)

    def _meter(self, site: Site, arrived: Sequence[Arrived], *, looked_anew: bool) -> list[Arrived]:
        bound = {charger.charge_point_id for charger in site.chargers.values()}
        here = [one for one in arrived if one.charge_point_id in bound]
        told = _told(self._store, site, here)
        kept_days = site.settings.samples_kept_days
        changed = keep(self._store, self._clock, told, kept_days, looked_anew=looked_anew) if told else []
        self._kept(site, here, changed, new=bool(told))
        return [one for one in arrived if one.charge_point_id not in bound]

    def within(self, transaction: Reads, loader: Loader, site: Site, arrived: Sequence[Arrived]) -> list[Taken]:
        """As :meth:`meter`, within a decision about the site: what is to be kept, which the rules see already."""
        told = _told(transaction, site, arrived)
        found = taken(transaction, told, site.settings.samples_kept_days, self._clock.now()) if told else []
        for one in found:
            loader.sampled(one.session, one.carried)
        return found

    @staticmethod
    def write(transaction: Transaction, decided: Decided, found: Sequence[Taken]) -> None:
        """Keep samples with a decision, which writes the sessions that it changed itself."""
        for one in found:
            if one.key not in decided.sessions:
                transaction.put(one.path, session_document(one.session, one.carried))
            write_segment(transaction, one)

    def written(self, decided: Decided, arrived: Sequence[Arrived], found: Sequence[Taken]) -> None:
        """What follows once a decision kept samples. Sessions that it ended are looked at no more."""
        changed = [decided.sessions.get(one.key, one.session) for one in found if one.changed]
        try:
            self._kept(decided.site, arrived, [one for one in changed if one.ended_at is None], new=bool(found))
        except (StoreBusy, StoreUnavailable):
            raise
        except Exception:  # noqa: BLE001 -- logged with its stack; the samples are kept
            _LOG.exception("meter_failed", location_id=decided.site.location_id)

    def _kept(self, site: Site, arrived: Sequence[Arrived], changed: Sequence[Session], *, new: bool) -> None:
        """``changed``: the sessions of which samples said something new; ``new``: they were told at all."""
        if new:
            for listener in self._listeners:
                listener(fold(site.location_id))
        self._running.heard(changed)
        self._spending.look(changed)
        self._quotas.look(changed)
        self._nearly_full.look(site, changed)
        self._thresholds.look(site, [one.event for one in arrived if isinstance(one.event, Meter | TransactionEnded)])


def _told(reads: Reads, site: Site, arrived: Sequence[Arrived]) -> dict[str, Told]:
    """What events tell, by the path of the session it belongs to. Readings are answered."""
    running = RunningSessions(site)
    told: dict[str, Told] = {}
    known: dict[tuple[str, int], str] = {}
    past: dict[tuple[str, int | None, str], str | None] = {}
    own: dict[str, list[Meter | TransactionEnded]] = {}
    late: dict[str, list[Meter | TransactionEnded]] = {}
    for one in arrived:
        event = one.event
        if not isinstance(event, Meter | TransactionEnded):
            continue
        path: str | None
        found = running.at(event)
        if found is not None:
            open_session = found[0].charger_id, found[1]
            path = known.get(open_session) or known.setdefault(
                open_session, paths.session(site.location_id, *open_session)
            )
        else:
            place = (event.charge_point_id, event.connector, event.transaction_id)
            path = past[place] if place in past else past_session(reads, site, event)
            if event.transaction_id:
                past[place] = path
        if isinstance(event, Meter):
            one.answer("noted", "no_transaction") if path is None else one.answer("applied")
        if path is None:
            continue
        into = told.get(path) or told.setdefault(path, Told(event.received_at))
        into.heard_at = max(into.heard_at, event.received_at)
        (late if found is None else own).setdefault(path, []).append(event)
    for path, into in told.items():
        normalise(own.get(path, ()), into.own)
        normalise(late.get(path, ()), into.late)
    return told
