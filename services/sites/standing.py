"""Services: where a user stands, derived from the site their place names."""

from model import paths
from model.account import User, UserState
from model.charger import Phase
from model.site import Site
from model.store.port import Reads, Transaction
from services.ports import Clock
from services.sites.cache import SiteCache
from services.sites.site_document import site_of
from services.standing import Standing

_STATES = {
    Phase.OFFERED: UserState.ASSIGNED,
    Phase.HELD: UserState.ASSIGNED,
    Phase.CHARGING: UserState.CONNECTED_CHARGING,
    Phase.FULL: UserState.CONNECTED_FULL,
}


class SiteStandings:
    """``services.standing.Standings``: 1 read, none when the site was seen lately enough; in a transaction always."""

    def __init__(self, clock: Clock, cache: SiteCache) -> None:
        self._clock = clock
        self._cache = cache

    def __call__(self, reads: Reads, user: User, /, *, max_age_s: float = 0) -> Standing:
        """See :class:`services.standing.Standings`."""
        if user.place is None:
            return Standing()
        now = self._clock.now()
        location_id = user.place.location_id
        lately = max_age_s > 0 and not isinstance(reads, Transaction)
        site = self._cache.get(location_id, now, max_age_s) if lately else None
        if site is None:
            document = reads.get(paths.location(location_id))
            if document is None:
                return Standing()
            site = site_of(document.data)
            if not isinstance(reads, Transaction):
                self._cache.put(site, now)
        return standing_at(site, user.user_id)


def standing_at(site: Site, user_id: str) -> Standing:
    """Where a user stands at one site."""
    for charger in site.chargers.values():
        session = charger.session
        if session is not None and session.entry is not None and session.entry.member.user_id == user_id:
            return Standing(
                state=_STATES[session.phase],
                location_id=site.location_id,
                charger_id=charger.charger_id,
                session_id=session.number,
            )
    if any(entry.member.user_id == user_id for entry in site.queue):
        return Standing(state=UserState.IN_QUEUE, location_id=site.location_id)
    return Standing()
