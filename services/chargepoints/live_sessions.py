"""Services: meter events on their way to the sessions they belong to: no site is written."""

from collections.abc import Callable, Sequence

from model import paths
from model.session import Session
from model.site import Site
from model.store.port import Store
from services.chargepoints.intake import Arrived
from services.groups.watching import QuotaWatch
from services.meter.keeping import Told, keep
from services.meter.normalising import normalise
from services.meter.placing import RunningSessions, past_session
from services.meter.thresholds import Thresholds
from services.money.spending import Spending
from services.ports import Clock
from services.sites.reading import Sites
from wire.events import Meter, TransactionEnded


class LiveSessions:
    """Takes the samples of a post: each session is written once, with its energy, its power and its samples."""

    def __init__(
        self,
        store: Store,
        clock: Clock,
        sites: Sites,
        spending: Spending,
        quotas: QuotaWatch,
        thresholds: Thresholds,
    ) -> None:
        self._store = store
        self._clock = clock
        self._sites = sites
        self._spending = spending
        self._quotas = quotas
        self._thresholds = thresholds
        self._listeners: list[Callable[[str], None]] = []

    def listen(self, listener: Callable[[str], None]) -> None:
        """Call ``listener`` with the location whenever samples of it were kept. It returns at once, and never raises."""
        self._listeners.append(listener)

    def meter(self, location_id: str, arrived: Sequence[Arrived], site: Site | None) -> list[Session]:
        """Keep the samples of one location; the sessions that changed.

        ``site``: as just decided; None: a cached one is looked at. Ends of transactions are told for their samples
        only, and not answered.
        """
        site = self._sites.cached(location_id) if site is None else site
        running = RunningSessions(site)
        if any(isinstance(one.event, Meter) and running.at(one.event) is None for one in arrived):
            site = self._sites.get(location_id)  # Another process may have decided that it began.
            running = RunningSessions(site)
        told: dict[str, Told] = {}
        known: dict[tuple[str, int], str] = {}
        past: dict[tuple[str, int | None, str], str | None] = {}
        for one in arrived:
            event = one.event
            if not isinstance(event, Meter | TransactionEnded):
                continue
            path: str | None
            found = running.at(event)
            if found is not None:
                open_session = found[0].charger_id, found[1]
                path = known.get(open_session) or known.setdefault(
                    open_session, paths.session(location_id, *open_session)
                )
            else:
                place = (event.charge_point_id, event.connector, event.transaction_id)
                path = past[place] if place in past else past_session(self._store, site, event)
                if event.transaction_id:
                    past[place] = path
            if isinstance(event, Meter):
                one.answer("noted", "no_transaction") if path is None else one.answer("applied")
            if path is None:
                continue
            into = told.get(path) or told.setdefault(path, Told(event.received_at))
            into.heard_at = max(into.heard_at, event.received_at)
            normalise(event.samples, event.received_at, into.late if found is None else into.own)
        changed = keep(self._store, self._clock, told, site.settings.samples_kept_days) if told else []
        if told:
            for listener in self._listeners:
                listener(location_id)
        self._spending.look(changed)
        self._quotas.look(changed)
        self._thresholds.look(site, [one.event for one in arrived if isinstance(one.event, Meter | TransactionEnded)])
        return changed
