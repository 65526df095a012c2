"""Services: what can be read of sites. Nothing here is used to decide: a decision reads its site itself."""

from collections.abc import Callable, Sequence
from datetime import datetime

from model import paths
from model.charger import Charger
from model.decision import Decision
from model.errors import NotFound
from model.ids import MAX_ID_CHARS, fold
from model.session import Session
from model.site import Site
from model.store.port import Store
from model.store.query import Filter, Order, Query
from services.ports import Clock
from services.sites.cache import SiteCache
from services.sites.decision_document import decision_of
from services.sites.paging import Page, read_page
from services.sites.session_document import session_of
from services.sites.site_document import no_location, site_of, site_path

_MOST_SESSIONS = 10**12


class Sites:
    """Reads sites and their history. ``look`` is called with sites that were read anew, before they are shown."""

    def __init__(
        self, store: Store, clock: Clock, cache: SiteCache, look: Callable[[Sequence[Site]], None] = lambda _sites: None
    ) -> None:
        self._store = store
        self._clock = clock
        self._cache = cache
        self._look = look

    def get(self, location_id: str) -> Site:
        """The site as it is now (1 read). Raises ``NotFound``."""
        now = self._clock.now()
        document = self._store.get(site_path(location_id))
        if document is None:
            raise no_location(location_id)
        site = site_of(document.data)
        self._look([site])
        self._cache.put(site, now)
        return site

    def cached(self, location_id: str, max_age_s: float = 30, least_version: int = 0) -> Site:
        """The site as it was at most ``max_age_s`` ago, and not before ``least_version``, which another process made.

        This process's own decisions are always in it. Raises ``NotFound``.
        """
        site = self._cache.get(location_id, self._clock.now(), max_age_s)
        return self.get(location_id) if site is None or site.version < least_version else site

    def all(self, max_age_s: float = 30) -> list[Site]:
        """Every site, retired ones too, by id; at most ``max_age_s`` old."""
        known = self._cache.get_all(self._clock.now(), max_age_s)
        return self.all_now() if known is None else known

    def all_now(self) -> list[Site]:
        """Every site as it is now (1 read each)."""
        now = self._clock.now()
        sites = [site_of(document.data) for document in self._store.query(Query(paths.LOCATIONS))]
        self._look(sites)
        self._cache.put_all(sites, now)
        return sorted(sites, key=lambda site: fold(site.location_id))

    def session(self, location_id: str, charger_id: str, number: int) -> Session:
        """One session (1 read). Raises ``NotFound``."""
        site_path(location_id)
        if not 1 <= number < _MOST_SESSIONS or not 1 <= len(charger_id) <= MAX_ID_CHARS:
            raise no_session(location_id, charger_id, number)
        document = self._store.get(paths.session(location_id, charger_id, number))
        if document is None:
            raise no_session(location_id, charger_id, number)
        return session_of(document.data)

    def sessions(
        self,
        location_id: str,
        charger_id: str,
        *,
        user_id: str | None = None,
        unplugged: bool = False,
        page_size: int = 50,
        page_token: str = "",
    ) -> Page[Session]:
        """A charger's sessions, newest first.

        Only ``user_id``'s if given; with offers that led to nothing if ``unplugged``. Raises ``Invalid`` for a page
        token that is none of ours.
        """
        site_path(location_id)
        where = [Filter("charger_key", "==", fold(charger_id))]
        if user_id is not None:
            where.append(Filter("user_id", "==", user_id))
        if not unplugged:
            where.append(Filter("hidden", "==", False))
        query = Query(paths.sessions(location_id), tuple(where), (Order("sort_at", descending=True),))
        return read_page(self._store, query, "sort_at", datetime, session_of, page_size, page_token)

    def decisions(self, location_id: str, *, page_size: int = 50, page_token: str = "") -> Page[Decision]:
        """The audit log, newest first. Raises ``Invalid`` as :meth:`sessions`."""
        site_path(location_id)
        query = Query(paths.decisions(location_id), order_by=(Order("version", descending=True),))
        return read_page(self._store, query, "version", int, decision_of, page_size, page_token)


def charger_of(site: Site, charger_id: str) -> Charger:
    """A charger that is not retired. Raises ``NotFound``."""
    charger = site.chargers.get(fold(charger_id))
    if charger is None or charger.retired:
        raise no_charger(site.location_id, charger_id)
    return charger


def no_charger(location_id: str, charger_id: str) -> NotFound:
    """The refusal for a charger that is not there."""
    return NotFound("charger_not_found", f"There is no charger {charger_id!r} at {location_id!r}.")


def no_session(location_id: str, charger_id: str, number: int) -> NotFound:
    """The refusal for a session that is not there."""
    return NotFound("session_not_found", f"There is no session {number} of {location_id}:{charger_id}.")
