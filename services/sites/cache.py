"""Services: the sites this process has seen lately. For reading only: a decision always reads its site itself."""

import threading
from dataclasses import dataclass
from datetime import datetime, timedelta

from model.ids import fold
from model.site import Site


@dataclass(frozen=True, slots=True)
class _Seen:
    site: Site
    at: datetime


class SiteCache:
    """Sites by location, each with the instant it was read or decided. An older version never replaces a newer one."""

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._seen: dict[str, _Seen] = {}
        self._all_at: datetime | None = None

    def put(self, site: Site, at: datetime) -> None:
        """Remember a site as read or decided at ``at``."""
        with self._lock:
            self._keep(site, at)

    def put_all(self, sites: list[Site], at: datetime) -> None:
        """Remember that these were all the sites there are at ``at``."""
        with self._lock:
            for site in sites:
                self._keep(site, at)
            self._all_at = at

    def get(self, location_id: str, now: datetime, max_age_s: float) -> Site | None:
        """A site as it was at most ``max_age_s`` before ``now``, or None."""
        with self._lock:
            seen = self._seen.get(fold(location_id))
        return seen.site if seen is not None and _fresh(seen.at, now, max_age_s) else None

    def get_all(self, now: datetime, max_age_s: float) -> list[Site] | None:
        """All sites, if all were read at most ``max_age_s`` before ``now``; by id."""
        with self._lock:
            if self._all_at is None or not _fresh(self._all_at, now, max_age_s):
                return None
            return [self._seen[key].site for key in sorted(self._seen)]

    def _keep(self, site: Site, at: datetime) -> None:
        key = fold(site.location_id)
        seen = self._seen.get(key)
        if seen is None or seen.site.version < site.version:
            self._seen[key] = _Seen(site, at)
        elif seen.site.version == site.version:
            self._seen[key] = _Seen(seen.site, at)


def _fresh(at: datetime, now: datetime, max_age_s: float) -> bool:
    """Seen just now; what was seen in the future was seen before the clock was set back."""
    return abs(now - at) <= timedelta(seconds=max_age_s)
