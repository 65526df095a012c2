"""Services: when bridges were heard last: exact in this process, written once a minute for the others."""

import threading
from datetime import datetime, timedelta

from model import paths
from model.charge_point import Bridge
from model.documents import to_document
from model.store.port import Store
from services.ports import Clock

WRITE_EVERY_S = 60


class Presence:
    """Bridges heard by this process. ``last`` is what a desk takes as ``heard``."""

    def __init__(self, store: Store, clock: Clock, write_every_s: float = WRITE_EVERY_S) -> None:
        self._store = store
        self._clock = clock
        self._write_every = timedelta(seconds=write_every_s)
        self._lock = threading.Lock()
        self._heard: dict[str, datetime] = {}
        self._written: dict[str, datetime] = {}

    def heard(self, bridge_id: str) -> None:
        """The bridge asked or told something: ``bridges/{id}`` is written at most once a minute."""
        now = self._clock.now()
        with self._lock:
            self._heard[bridge_id] = now
            written = self._written.get(bridge_id)
            if written is not None and abs(now - written) < self._write_every:
                return
            self._written[bridge_id] = now
        try:
            self._store.put(paths.bridge(bridge_id), to_document(Bridge(bridge_id=bridge_id, seen_at=now)))
        except Exception:
            with self._lock:
                self._written.pop(bridge_id, None)
            raise

    def last(self, bridge_id: str) -> datetime | None:
        """When this process heard the bridge last."""
        with self._lock:
            return self._heard.get(bridge_id)
