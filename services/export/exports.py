"""Services: exports as routes and jobs see them: at once where it is little, in the background where it is much."""

import threading
from collections.abc import Callable, Iterator

import structlog

from model.export import ExportJob, Wanted
from model.store.port import Store
from services.export.jobs import ExportJobs
from services.export.making import Making
from services.history.reading import History
from services.idempotency import UNKEYED, Once
from services.meter.reading import Measurements
from services.ports import Clock, Randomness
from services.sites.reading import Sites
from services.slot import Slot

LOOK_S = 60.0
STEP_S = 2.0
"""So soon it sees that it is to end."""
_LOG = structlog.get_logger(__name__)


class Exports:
    """``jobs.run`` is what a function calls each minute; on one machine :class:`ExportThread` does."""

    def __init__(
        self,
        store: Store,
        clock: Clock,
        randomness: Randomness,
        sites: Sites,
        history: History,
        measurements: Measurements,
    ) -> None:
        self._making = Making(store, sites, history, measurements)
        self.jobs = ExportJobs(store, clock, randomness, self._making)
        self.asked: Callable[[], None] = lambda: None
        """Called when somebody asked for one in this process."""

    def now(self, wanted: Wanted) -> Iterator[bytes]:
        """The file in pieces. Raises ``Invalid``, ``NotFound`` before the first."""
        self._making.check(wanted)
        return self._making.file(wanted)

    def later(self, wanted: Wanted, user_id: str, once: Once = UNKEYED) -> ExportJob:
        """Have it made in the background. Raises ``Invalid``, ``NotFound``, ``TooMany``."""
        job = self.jobs.ask(wanted, user_id, once)
        self.asked()
        return job


class ExportThread:
    """Makes exports beside everything else on one machine. Start it once, stop it at the end."""

    def __init__(self, exports: Exports, look_s: float = LOOK_S) -> None:
        self._exports = exports
        self._look_s = look_s
        self._asked = threading.Event()
        self._stop = threading.Event()
        self._thread = threading.Thread(target=self._run, name="kilowait-exports", daemon=True)

    def start(self) -> None:
        """Begin; what an earlier process left is gone on with."""
        self._exports.asked = self._asked.set
        self._asked.set()
        self._thread.start()

    def stop(self, timeout_s: float = 5.0) -> bool:
        """End; False if that took longer. What is cut off is gone on with by the next process."""
        self._stop.set()
        self._asked.set()
        self._thread.join(timeout_s)
        return not self._thread.is_alive()

    def _run(self) -> None:
        while not self._stop.is_set():
            self._asked.wait(self._look_s)
            self._asked.clear()
            try:
                while not self._stop.is_set() and self._exports.jobs.run(Slot(STEP_S)):
                    pass
            except Exception:  # noqa: BLE001 -- logged with its stack; the store may be away for a while
                _LOG.exception("exports_failed")
