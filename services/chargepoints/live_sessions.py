"""Services: the energy and power of running sessions, kept on the session's own document: no site is written."""

import threading
from collections.abc import Sequence
from datetime import datetime, timedelta

from model import paths
from model.site import Site
from model.store.port import Store, Transaction
from services.chargepoints.intake import Arrived
from services.chargepoints.meter import RunningSessions, metered, reading_of
from services.sites.reading import Sites
from services.sites.session_document import session_document, session_of
from wire.events import Meter, Sample

FRESH_S = 2
MOST_REMEMBERED = 10_000


class LiveSessions:
    """Takes meter events: one write per session and posted batch at most.

    Posts of nothing but samples are written once in ``live_every_s`` seconds; with a change of status or of a
    transaction the samples before it count at once, because the rules ask whether energy was drawn.
    """

    def __init__(self, store: Store, sites: Sites, live_every_s: float = 0) -> None:
        self._store = store
        self._sites = sites
        self._every = timedelta(seconds=live_every_s)
        self._lock = threading.Lock()
        self._written: dict[str, datetime] = {}

    def meter(self, location_id: str, arrived: Sequence[Arrived], site: Site | None, *, changed: bool = False) -> None:
        """Apply meter events of one location. ``site``: as just decided; None: a cached one is looked at.

        ``changed``: other events came with them, so that they count at once.
        """
        site = self._sites.cached(location_id) if site is None else site
        running = RunningSessions(site)
        if any(isinstance(one.event, Meter) and running.at(one.event) is None for one in arrived):
            running = RunningSessions(self._sites.cached(location_id, FRESH_S))
        samples: dict[str, list[Sample]] = {}
        heard_at: dict[str, datetime] = {}
        for one in arrived:
            if not isinstance(one.event, Meter):
                continue
            found = running.at(one.event)
            if found is None:
                one.answer("noted", "no_transaction")
                continue
            path = paths.session(location_id, found[0].charger_id, found[1])
            samples.setdefault(path, []).extend(one.event.samples)
            heard_at[path] = max(heard_at.get(path, one.event.received_at), one.event.received_at)
            one.answer("applied")
        for path, taken in samples.items():
            if changed or self._due(path, heard_at[path]):
                self._write(path, taken, heard_at[path])

    def _write(self, path: str, samples: list[Sample], at: datetime) -> None:
        def update(transaction: Transaction) -> bool:
            document = transaction.get(path)
            if document is None:
                return False
            before = session_of(document.data)
            after = metered(before, reading_of(samples), at)
            if after is not before:
                transaction.put(path, session_document(after))
            return after is not before

        if self._store.transact(update):
            with self._lock:
                if len(self._written) >= MOST_REMEMBERED:
                    self._written.clear()
                self._written[path] = at

    def _due(self, path: str, at: datetime) -> bool:
        with self._lock:
            written = self._written.get(path)
        return written is None or at - written >= self._every
