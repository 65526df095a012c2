"""Services: when chargers and charge points were seen last: the hour, while they are there, and no site is written.

A site knows of what was decided. What is connected is heard by its bridge, and what posts its level has a document of
its own; both keep their instants anyway, so nothing is written for this.
"""

import threading
from collections.abc import Callable, Iterable
from dataclasses import replace
from datetime import datetime, timedelta
from typing import NamedTuple

from model import paths
from model.charge_point import ChargePoint
from model.charger import Charger
from model.site import Site
from model.store.port import Store
from services.ports import Clock

LOOK_EVERY = timedelta(minutes=10)
"""At what another process heard, if this one has not heard the bridge or unit within the hour."""


class _Source(NamedTuple):
    """The document that says when a bridge, or a unit, was heard."""

    path: str
    bridge_id: str = ""


class LastSeen:
    """``bridge_heard``: when this process heard a bridge last."""

    def __init__(self, store: Store, clock: Clock, bridge_heard: Callable[[str], datetime | None]) -> None:
        self._store = store
        self._clock = clock
        self._bridge_heard = bridge_heard
        self._lock = threading.Lock()
        self._units: dict[str, datetime] = {}
        self._read: dict[str, datetime] = {}
        self._looked: dict[str, datetime] = {}

    def heard_unit(self, path: str, at: datetime) -> None:
        """A unit posted its level to this process."""
        with self._lock:
            self._units[path] = at

    def unit_heard(self, path: str) -> datetime | None:
        """When this process heard the unit last."""
        with self._lock:
            return self._units.get(path)

    def look(self, sites: Iterable[Site]) -> None:
        """Read what other processes heard: a read per bridge and per unit, in an hour or less, and none where this one
        hears them itself.
        """
        self._look(_source(site, charger) for site in sites for charger in site.chargers.values())

    def look_at(self, charge_points: Iterable[ChargePoint]) -> None:
        """As :meth:`look`."""
        self._look(_bridge_of(charge_point) for charge_point in charge_points)

    def of(self, site: Site, charger: Charger) -> datetime | None:
        """The hour in which the charger was there last; None: it is not there. Reads nothing."""
        return self._hour(_source(site, charger))

    def shown(self, charge_point: ChargePoint) -> ChargePoint:
        """With the hour in which it was there last, where that is later than when it came. Reads nothing."""
        last_seen_at = _latest(charge_point.last_seen_at, self._hour(_bridge_of(charge_point)))
        return replace(charge_point, last_seen_at=last_seen_at)

    def _look(self, found: Iterable[_Source | None]) -> None:
        now = self._clock.now()
        missing = [source for source in dict.fromkeys(found) if source is not None and self._is_due(source, now)]
        if not missing:
            return
        documents = self._store.get_many(source.path for source in missing)
        with self._lock:
            for source, document in zip(missing, documents, strict=True):
                self._looked[source.path] = now
                if document is not None:
                    self._read[source.path] = document.data["seen_at" if source.bridge_id else "last_seen_at"]

    def _is_due(self, source: _Source, now: datetime) -> bool:
        known, looked = self._known(source), self._looked.get(source.path)
        if known is not None and _hour(known) >= _hour(now):
            return False
        return looked is None or abs(now - looked) >= LOOK_EVERY

    def _known(self, source: _Source) -> datetime | None:
        heard = self._bridge_heard(source.bridge_id) if source.bridge_id else self.unit_heard(source.path)
        return _latest(heard, self._read.get(source.path))

    def _hour(self, source: _Source | None) -> datetime | None:
        known = None if source is None else self._known(source)
        return None if known is None else _hour(min(known, self._clock.now()))


def _source(site: Site, charger: Charger) -> _Source | None:
    """What says when a charger was heard; None: it is not there, or nothing speaks for it."""
    if charger.offline_since is not None or charger.retired:
        return None
    if charger.charge_point_id:
        link = site.links.get(charger.charge_point_id)
        return _Source(paths.bridge(link.bridge_id), link.bridge_id) if link is not None and link.bridge_id else None
    return _Source(paths.unit(site.location_id, charger.charger_id)) if charger.status else None


def _bridge_of(charge_point: ChargePoint) -> _Source | None:
    link = charge_point.connection
    return _Source(paths.bridge(link.bridge_id), link.bridge_id) if link is not None and link.connected else None


def _hour(at: datetime) -> datetime:
    return at.replace(minute=0, second=0, microsecond=0)


def _latest(*instants: datetime | None) -> datetime | None:
    return max((instant for instant in instants if instant is not None), default=None)
