"""Services: the minute job: sites whose time has come, silent units, and effects left behind."""

from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from itertools import islice

import structlog

from model import paths
from model.decision import Actor
from model.store.port import Store
from model.store.query import Filter, Order, Query
from scheduling.inputs import Tick
from services.chargepoints.units import Units
from services.effects.outbox import Outbox
from services.history.filing import file_all
from services.ports import Clock
from services.sites.desk import Desk
from services.sites.paging import MAX_PAGE, each
from services.slot import Slot
from services.timers.cleaning import clean

_TIME = Actor(kind="time")
_LOG = structlog.get_logger(__name__)


class Timers:
    """What the clock asks for. All of it may run on several machines at once, and be lost for a while, without harm.

    ``at_once`` sites are decided side by side: 1 where the store has one writer, more where each waits for a network.
    A ``slot`` that is over leaves the rest to the next run, which finds it by the same query.
    """

    def __init__(
        self, store: Store, clock: Clock, desk: Desk, units: Units, outbox: Outbox, *, at_once: int = 1
    ) -> None:
        self._store = store
        self._clock = clock
        self._desk = desk
        self._units = units
        self._outbox = outbox
        self._at_once = at_once
        self._failing: set[str] = set()

    def tick(self, slot: Slot | None = None) -> int:
        """Everything of a minute; how many sites were due. One failing part never stops another.

        Raises what the store raises where not even the due sites can be found.
        """
        slot = slot or Slot()
        try:
            return self.tick_sites(slot)
        finally:
            self.find_silent_units(slot)
            self.sweep_outbox(slot=slot)

    def tick_sites(self, slot: Slot | None = None) -> int:
        """Decide every site whose ``next_due_at`` has passed; how many there were. One read when none is due.

        A local midnight is such an instant: the reset of a queue is this tick, and done once per (location, local day)
        because the site keeps the day it is in.
        """
        slot = slot or Slot()
        query = Query(paths.LOCATIONS, (Filter("next_due_at", "<=", self._clock.now()),), (Order("next_due_at"),))
        due = (str(document.data["location_id"]) for document in each(self._store, query))
        return self._side_by_side(self._tick_site, slot.of(self._failing_last(due)))

    def find_silent_units(self, slot: Slot | None = None) -> int:
        """Units that have gone silent count as offline; how many. One read when none has."""
        try:
            return self._units.find_silent(slot)
        except Exception:  # noqa: BLE001 -- logged with its stack
            _LOG.exception("silent_units_failed")
            return 0

    def sweep_outbox(self, older_than_s: float = 60, slot: Slot | None = None) -> int:
        """Send what has been pending for longer; how many effects were sent."""
        try:
            return self._outbox.sweep(older_than_s, slot)
        except Exception:  # noqa: BLE001 -- as above
            _LOG.exception("outbox_sweep_failed")
            return 0

    def clean(self, slot: Slot | None = None) -> int:
        """File what chargers showed, then delete what is past its time; how many documents. The hourly job."""
        try:
            file_all(self._store, slot)
        except Exception:  # noqa: BLE001 -- as above
            _LOG.exception("filing_failed")
        try:
            return clean(self._store, self._clock.now(), slot)
        except Exception:  # noqa: BLE001 -- as above
            _LOG.exception("cleaning_failed")
            return 0

    def _failing_last(self, due: Iterator[str]) -> Iterator[str]:
        """Sites that fail stay the first that are due: they come after all others, lest these starve."""
        later = []
        for location_id in due:
            if location_id in self._failing:
                later.append(location_id)
            else:
                yield location_id
        yield from later

    def _tick_site(self, location_id: str) -> None:
        try:
            self._desk.decide(location_id, [Tick()], _TIME)
            self._failing.discard(location_id)
        except Exception:  # noqa: BLE001 -- logged with its stack; the other sites go on
            self._failing.add(location_id)
            _LOG.exception("tick_failed", location_id=location_id)

    def _side_by_side(self, work: Callable[[str], None], items: Iterator[str]) -> int:
        """Do the work for each item; how many there were. Items are asked for a page at a time, as there is time."""
        done = 0
        if self._at_once == 1:
            for item in items:
                work(item)
                done += 1
            return done
        with ThreadPoolExecutor(self._at_once, "kilowait-tick") as threads:
            while page := list(islice(items, MAX_PAGE)):
                list(threads.map(work, page))
                done += len(page)
        return done
