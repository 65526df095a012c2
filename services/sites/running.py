"""Services: what charges that go on have drawn and draw, for a page that is renewed every few seconds."""

import threading
from collections.abc import Iterable
from datetime import datetime, timedelta
from typing import NamedTuple

from model import paths
from model.charger import UNPLUGGED
from model.ids import fold
from model.session import Session
from model.site import Site
from model.store.port import Store
from services.ports import Clock
from services.sites.session_document import session_of

LOOK_EVERY = timedelta(minutes=5)
"""At what another process keeps, which writes a charge down as often; what this one keeps is known at once."""


class _Looked(NamedTuple):
    at: datetime
    session: Session


class Running:
    """The records of a site's running sessions: a read each, all at once, and none within ``LOOK_EVERY``.

    Threads may share it.
    """

    def __init__(self, store: Store, clock: Clock) -> None:
        self._store = store
        self._clock = clock
        self._lock = threading.Lock()
        self._looked: dict[str, dict[str, _Looked]] = {}

    def at(self, site: Site) -> dict[str, Session]:
        """By charger id, at most ``LOOK_EVERY`` old; chargers where nothing is plugged in for a driver are left out."""
        now, place = self._clock.now(), fold(site.location_id)
        opened = {
            paths.session(site.location_id, charger.charger_id, charger.session.number): charger.charger_id
            for charger in site.chargers.values()
            if charger.session is not None and charger.session.phase not in UNPLUGGED and not charger.retired
        }
        with self._lock:
            before = self._looked.get(place, {})
        known = {path: one for path, one in before.items() if path in opened and abs(now - one.at) < LOOK_EVERY}
        if missing := [path for path in opened if path not in known]:
            documents = self._store.get_many(missing)
            found = zip(missing, documents, strict=True)
            known |= {path: _Looked(now, session_of(one.data)) for path, one in found if one is not None}
        with self._lock:
            heard = {path: one for path, one in self._looked.get(place, {}).items() if path in known}
            known |= {path: one for path, one in heard.items() if one.at > known[path].at}
            self._looked[place] = known
        return {opened[path]: one.session for path, one in known.items()}

    def heard(self, sessions: Iterable[Session]) -> None:
        """Sessions as this process has just kept them; those that nobody looks at are not remembered."""
        now = self._clock.now()
        with self._lock:
            for session in sessions:
                looked = self._looked.get(fold(session.location_id), {})
                path = paths.session(session.location_id, session.charger_id, session.number)
                if path in looked:
                    looked[path] = _Looked(now, session)
