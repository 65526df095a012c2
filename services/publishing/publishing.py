"""Services: outside systems are told of what is kept: decisions and samples, in their order, at least once."""

from collections.abc import Iterable
from dataclasses import dataclass, replace
from datetime import timedelta

import structlog

from model import paths
from model.errors import KilowaitError, NotFound
from model.ids import fold
from model.site import Site
from model.store.document import Document
from model.store.errors import StoreBusy, StoreUnavailable
from model.store.port import Store
from model.store.query import Filter, Order, Query
from services.meter.tail import SAMPLED
from services.ports import Clock, Publication, Publisher
from services.publishing.composing import Audience, of_decision, of_site
from services.publishing.cursor import Cursor, cursor_of, keep, positions_with
from services.publishing.role import Role
from services.publishing.sampled import chunks_after
from services.sites.decision_document import decision_of
from services.sites.paging import each
from services.sites.reading import Sites
from services.slot import Slot

PAGE = 50
"""Decisions handed over at once: what a crash repeats."""
MESSAGES_AT_ONCE = 100
NEW = timedelta(days=1)
"""A location that began so lately is told from its beginning."""
LATE = timedelta(seconds=60)
"""How much later than the instant it bears a session's document may be seen."""
_LOG = structlog.get_logger(__name__)


class NotMine(Exception):
    """Another process tells this receiver; it finds what there is by itself."""


@dataclass(slots=True)
class _Known:
    """How far a location is told, as long as nobody else tells."""

    cursor: Cursor


class Publishing:
    """Tells one receiver. A cursor for each location moves on only when the receiver has acknowledged.

    ``holder`` names this process: one at a time tells, so that each location's messages are in order.
    """

    def __init__(self, store: Store, clock: Clock, sites: Sites, publisher: Publisher, holder: str) -> None:
        self._store = store
        self._clock = clock
        self._sites = sites
        self._publisher = publisher
        self._role = Role(store, clock, publisher.name, holder)
        self._known: dict[str, _Known] = {}
        self._memory: dict[str, int | None] = {}
        """The memory of the receiver that has a location's states; of another, or the first, they are told anew."""

    def publish(self, location_id: str, least_version: int = 0, slot: Slot | None = None) -> int:
        """Tell what is new of a location, up to decision ``least_version`` at least; how many messages.

        ``slot`` ends it early; the next call goes on.

        Raises :class:`NotMine`, :class:`model.errors.Unavailable`, and what the store raises.
        """
        slot = slot or Slot()
        self._my_turn()
        try:
            site = self._sites.cached(location_id, least_version=least_version)
        except NotFound:
            return 0
        known = self._begin(site)
        told = self._decisions(site, known, slot)
        told += self._samples(site, known, slot)
        if not known.cursor.begun or self._memory.get(fold(location_id)) != self._publisher.memory:
            told += self._states(self._sites.get(location_id))
            if not known.cursor.begun:
                self._keep(site, known, replace(known.cursor, begun=True))
        return told

    def publish_decision(self, path: str, slot: Slot | None = None) -> int:
        """Tell what is new of the location of the decision at ``path``, this one too, and let others go on.

        Raises as :meth:`publish`.
        """
        document = self._store.get(path)
        if document is None:
            return 0
        try:
            return self.publish(document.data["location_id"], document.data["version"], slot)
        finally:
            self.close()

    def sweep(self, slot: Slot | None = None) -> int:
        """Tell what is new of every location; how many messages. For what no nudge told of.

        Raises as :meth:`publish`; one location that fails for itself does not keep the others.
        """
        slot = slot or Slot()
        self._my_turn()
        told = 0
        for site in slot.of(self._sites.all()):
            try:
                told += self.publish(site.location_id, slot=slot)
            except (NotMine, KilowaitError, StoreBusy, StoreUnavailable):
                raise  # it is as bad for all of them
            except Exception:  # noqa: BLE001 -- logged with its stack
                _LOG.exception("publishing_failed", location_id=site.location_id)
        return told

    def close(self) -> None:
        """Say goodbye, and let another process go on at once. It may be used again."""
        self._known.clear()
        self._publisher.close()
        self._role.leave()

    def _my_turn(self) -> None:
        if not self._role.mine():
            self._known.clear()
            raise NotMine

    def _begin(self, site: Site) -> _Known:
        """Where to go on. A receiver that was never told of a location hears its states, and what comes after now;
        of a location that is new itself, everything.
        """
        key = fold(site.location_id)
        known = self._known.get(key)
        if known is not None:
            return known
        cursor = cursor_of(self._store, site.location_id, self._publisher.name)
        if cursor is None:
            now = self._clock.now()
            first = self._store.get(paths.decision(site.location_id, 1))
            is_new = first is not None and first.data["at"] > now - NEW
            version = 0 if is_new else self._sites.get(site.location_id).version
            since = now - NEW if is_new else now
            cursor = Cursor(publisher=self._publisher.name, version=version, sampled_to=since, begun=is_new)
            keep(self._store, site.location_id, cursor)  # before anything is told: from now on nothing is lost
        known = self._known[key] = _Known(cursor)
        return known

    def _states(self, site: Site) -> int:
        self._publisher.publish([])  # Only one that is there knows of its memory.
        memory = self._publisher.memory
        told = self._hand_over(of_site(site, self._clock.now()))
        self._memory[fold(site.location_id)] = memory
        return told

    def _decisions(self, site: Site, known: _Known, slot: Slot) -> int:
        audience = Audience(self._publisher.name, site.settings.privacy)
        told = 0
        while known.cursor.version < site.version and not slot.over:
            self._my_turn()
            where = (Filter("version", ">", known.cursor.version),)
            query = Query(paths.decisions(site.location_id), where, (Order("version"),), limit=PAGE)
            found = self._store.query(query)
            if found:
                composed = [_composed(document, audience) for document in found]
                told += self._hand_over(one for messages in composed for one in messages or ())
                skipped = known.cursor.skipped + composed.count(None)
                version = int(found[-1].data["version"])
                self._keep(site, known, replace(known.cursor, version=version, skipped=skipped))
            if len(found) < PAGE:
                break
        return told

    def _samples(self, site: Site, known: _Known, slot: Slot) -> int:
        where = (Filter(SAMPLED, ">=", known.cursor.sampled_to - LATE),)
        query = Query(paths.sessions(site.location_id), where, (Order(SAMPLED),))
        told = 0
        for document in slot.of(each(self._store, query, PAGE)):
            self._my_turn()
            cursor = known.cursor
            before = after = cursor.positions.get(document.id)
            for position, publications in chunks_after(self._store, document, before):
                told += self._hand_over(publications)
                after = position
            if after is None or (before is not None and after.is_at(before)):
                continue
            sampled_at = document.data[SAMPLED]
            positions = positions_with(cursor, document.id, replace(after, sampled_at=sampled_at))
            sampled_to = max(cursor.sampled_to, sampled_at)
            self._keep(site, known, replace(cursor, sampled_to=sampled_to, positions=positions))
        return told

    def _keep(self, site: Site, known: _Known, cursor: Cursor) -> None:
        keep(self._store, site.location_id, cursor)
        known.cursor = cursor

    def _hand_over(self, publications: Iterable[Publication]) -> int:
        """A bounded number at a time."""
        some: list[Publication] = []
        told = 0
        for one in publications:
            some.append(one)
            if len(some) == MESSAGES_AT_ONCE:
                told += self._now(some)
                some = []
        return told + self._now(some)

    def _now(self, some: list[Publication]) -> int:
        if some:
            self._my_turn()
            self._publisher.publish(some)
        return len(some)


def _composed(document: Document, audience: Audience) -> list[Publication] | None:
    """The messages about a decision. None: it cannot be told, whatever the reason; it stops nothing and is counted."""
    try:
        return list(of_decision(decision_of(document.data), audience))
    except Exception:  # noqa: BLE001 -- logged with its stack: tried again it would be the same for ever
        _LOG.exception("decision_untold", path=document.path)
        return None
