"""Services: units that post their level every few seconds, whether or not anything changed."""

import threading
from datetime import datetime, timedelta

import structlog

from model import paths
from model.charge_point import Unit
from model.charger import Charger, Condition
from model.decision import Actor
from model.documents import from_document, to_document
from model.errors import Invalid, NotFound
from model.site import Site
from model.store.port import Store
from model.store.query import Filter, Query
from scheduling.inputs import LevelReported, UnitSilent
from scheduling.states import LEVEL_NAMES
from services.chargepoints.last_seen import LastSeen
from services.ports import Clock
from services.sites.desk import Desk
from services.sites.paging import each
from services.sites.reading import Sites, charger_of
from services.slot import Slot

CACHED_S = 30
WRITE_EVERY = timedelta(minutes=10)
_LOG = structlog.get_logger(__name__)
_TIME = Actor(kind="time")


class Units:
    """Takes level reports, and finds units that have gone silent."""

    def __init__(self, store: Store, clock: Clock, desk: Desk, sites: Sites, last_seen: LastSeen) -> None:
        self._store = store
        self._clock = clock
        self._desk = desk
        self._sites = sites
        self._last_seen = last_seen
        self._lock = threading.Lock()
        self._written: dict[str, datetime] = {}

    def report(self, location_id: str, charger_id: str, level: str, actor: Actor) -> Site:
        """Take a unit's level. A repeat costs no write, and a site read per location and 30 s at most.

        Answers the site afterwards (of a repeat: at most 30 s old). Raises ``NotFound``, ``Invalid`` (no such level).
        """
        if level not in LEVEL_NAMES:
            raise Invalid("invalid_state", f"state must be one of {', '.join(LEVEL_NAMES)}.", field="state")
        site, charger = self._seen(location_id, charger_id)
        if not _repeats(charger, level):
            report = LevelReported(charger_id=charger_id, level=level)
            site = self._desk.decide(
                location_id, [report], actor, guard=lambda before: _require(before, charger_id)
            ).site
        self._keep_heard(site, charger)
        return site

    def find_silent(self, slot: Slot | None = None) -> int:
        """Tell the sites of units not heard for ``unit_silence_s``; how many there were. One read when none is."""
        now = self._clock.now()
        due = Query(paths.UNITS, (Filter("silent_at", "<=", now),))
        found = 0
        for document in (slot or Slot()).of(each(self._store, due)):
            unit = from_document(Unit, document.data)
            try:
                found += self._silent(document.path, unit, now)
            except NotFound:
                self._store.delete(document.path)
            except Exception:  # noqa: BLE001 -- logged with its stack
                _LOG.exception("unit_silence_failed", location_id=unit.location_id, charger_id=unit.charger_id)
        return found

    def _silent(self, path: str, unit: Unit, now: datetime) -> bool:
        site = self._sites.cached(unit.location_id, CACHED_S)
        charger = charger_of(site, unit.charger_id)
        heard_at = max(unit.last_seen_at, self._last_seen.unit_heard(path) or unit.last_seen_at)
        silent_at = heard_at + timedelta(seconds=site.settings.unit_silence_s)
        if silent_at > now:  # Heard since it was written.
            self._write(path, charger, site, heard_at, silent_at)
            return False
        self._desk.decide(unit.location_id, [UnitSilent(charger_id=unit.charger_id)], _TIME)
        self._write(path, charger, site, heard_at, None)
        with self._lock:
            self._written.pop(path, None)
        return True

    def _seen(self, location_id: str, charger_id: str) -> tuple[Site, Charger]:
        site = self._sites.cached(location_id, CACHED_S)
        try:
            return site, charger_of(site, charger_id)
        except NotFound:  # Another process may have made it since.
            site = self._sites.get(location_id)
            return site, charger_of(site, charger_id)

    def _keep_heard(self, site: Site, charger: Charger) -> None:
        """``units/{key}``: at most one write in 10 min, and one when a silent unit is heard again."""
        path = paths.unit(site.location_id, charger.charger_id)
        now = self._clock.now()
        silence = timedelta(seconds=site.settings.unit_silence_s)
        self._last_seen.heard_unit(path, now)
        with self._lock:
            written = self._written.get(path)
            if written is not None and now - written < min(WRITE_EVERY, silence / 3):
                return
            self._written[path] = now
        self._write(path, charger, site, now, now + silence)

    def _write(self, path: str, charger: Charger, site: Site, seen_at: datetime, silent_at: datetime | None) -> None:
        unit = Unit(
            location_id=site.location_id, charger_id=charger.charger_id, last_seen_at=seen_at, silent_at=silent_at
        )
        self._store.put(path, to_document(unit))


def _repeats(charger: Charger, level: str) -> bool:
    """Whether the unit says what it said last, and nothing was assumed of it meanwhile."""
    return charger.status == level and charger.offline_since is None and charger.condition is not Condition.UNKNOWN


def _require(site: Site, charger_id: str) -> None:
    charger_of(site, charger_id)
