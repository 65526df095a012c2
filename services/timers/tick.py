"""Services: the minute job: sites whose time has come, silent units, and effects left behind."""

import structlog

from model import paths
from model.decision import Actor
from model.store.port import Store
from model.store.query import Filter, Order, Query
from scheduling.inputs import Tick
from services.chargepoints.units import Units
from services.effects.outbox import Outbox
from services.ports import Clock
from services.sites.desk import Desk
from services.sites.paging import each
from services.timers.cleaning import clean

_TIME = Actor(kind="time")
_LOG = structlog.get_logger(__name__)


class Timers:
    """What the clock asks for. All of it may run on several machines at once, and be lost for a while, without harm."""

    def __init__(self, store: Store, clock: Clock, desk: Desk, units: Units, outbox: Outbox) -> None:
        self._store = store
        self._clock = clock
        self._desk = desk
        self._units = units
        self._outbox = outbox

    def tick(self) -> int:
        """Everything of a minute; how many sites were due. One failing part never stops another."""
        due = self.tick_sites()
        self.find_silent_units()
        self.sweep_outbox()
        return due

    def tick_sites(self) -> int:
        """Decide every site whose ``next_due_at`` has passed; how many there were. One read when none is due.

        A local midnight is such an instant: the reset of a queue is this tick, and done once per (location, local day)
        because the site keeps the day it is in.
        """
        now = self._clock.now()
        due = 0
        query = Query(paths.LOCATIONS, (Filter("next_due_at", "<=", now),), (Order("next_due_at"),))
        for document in each(self._store, query):
            due += 1
            location_id = str(document.data["location_id"])
            try:
                self._desk.decide(location_id, [Tick()], _TIME)
            except Exception:  # noqa: BLE001 -- logged with its stack; the other sites go on
                _LOG.exception("tick_failed", location_id=location_id)
        return due

    def find_silent_units(self) -> int:
        """Units that have gone silent count as offline; how many. One read when none has."""
        try:
            return self._units.find_silent()
        except Exception:  # noqa: BLE001 -- as above
            _LOG.exception("silent_units_failed")
            return 0

    def sweep_outbox(self, older_than_s: float = 60) -> int:
        """Send what has been pending for longer; how many effects were sent."""
        try:
            return self._outbox.sweep(older_than_s)
        except Exception:  # noqa: BLE001 -- as above
            _LOG.exception("outbox_sweep_failed")
            return 0

    def clean(self) -> int:
        """Delete what is past its time; how many documents. The hourly job."""
        try:
            return clean(self._store, self._clock.now())
        except Exception:  # noqa: BLE001 -- as above
            _LOG.exception("cleaning_failed")
            return 0
