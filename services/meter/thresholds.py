"""Services: measured values held against a location's ``alerts``: its managers hear of each crossing once."""

import threading
from collections import OrderedDict
from collections.abc import Iterable, Iterator

import structlog

from model.charger import Charger
from model.decision import Actor
from model.ids import fold
from model.meter.samples import Samples, instant, milliseconds
from model.site import Site
from model.store.errors import StoreBusy, StoreUnavailable
from scheduling.inputs import LimitCrossed
from services.meter.crossing import Watch, readings
from services.meter.normalising import normalise
from services.sites.desk import Desk
from wire.events import Meter, TransactionEnded

MOST_A_POST = 50
"""Crossings of one location; a value that trembles about its limit without a hysteresis makes no more."""
MOST_REMEMBERED = 10_000
_SYSTEM = Actor(kind="system", id="thresholds")
_LOG = structlog.get_logger(__name__)


class Thresholds:
    """Looks at each post of samples. What is past its limit stands in the site, so nothing is told twice, by whichever
    process; since when a value is beyond, but not long enough yet, is known to this process only.
    """

    def __init__(self, desk: Desk) -> None:
        self._desk = desk
        self._lock = threading.Lock()
        self._watched: OrderedDict[tuple[str, str, str], Watch] = OrderedDict()

    def look(self, site: Site, events: Iterable[Meter | TransactionEnded]) -> int:
        """Decide about what was crossed; how many crossings. Costs nothing where nothing is set.

        Raises ``StoreBusy``, ``StoreUnavailable``: the same events will be posted again, and are looked at again.
        """
        if not site.settings.alerts:
            return 0
        try:
            with self._lock:
                found = [
                    one
                    for charger, told, heard_ms in _by_charger(site, events)
                    for one in self._crossed(site, charger, told, heard_ms)
                ]
            crossed = sorted(found, key=lambda one: one.at)[:MOST_A_POST]
            if crossed:
                self._desk.decide(site.location_id, crossed, _SYSTEM)
            if len(crossed) < len(found):
                self._forget(site)
        except (StoreBusy, StoreUnavailable):
            self._forget(site)
            raise
        except Exception:  # noqa: BLE001 -- logged with its stack; the samples are kept all the same
            _LOG.exception("thresholds_failed", location_id=site.location_id)
            self._forget(site)
            return 0
        return len(crossed)

    def _forget(self, site: Site) -> None:
        """What was seen is not in the site: it counts from there again."""
        with self._lock:
            for key in [key for key in self._watched if key[0] == fold(site.location_id)]:
                del self._watched[key]

    def _crossed(self, site: Site, charger: Charger, told: Samples, heard_ms: int) -> Iterator[LimitCrossed]:
        for measurand, threshold in site.settings.alerts.items():
            found = readings(told, measurand)
            if not found:
                continue
            watch = self._watch(site, charger, measurand)
            for reading in found:
                one = watch.told(threshold, reading, heard_ms)
                if one is not None:
                    yield LimitCrossed(
                        charger_id=charger.charger_id,
                        measurand=measurand,
                        past=one.past,
                        at=instant(one.at_ms),
                        value=one.value,
                        limit=one.limit,
                        unit=one.unit,
                    )

    def _watch(self, site: Site, charger: Charger, measurand: str) -> Watch:
        key = (fold(site.location_id), fold(charger.charger_id), measurand)
        watch = self._watched.pop(key, None)
        if watch is None:
            last = charger.crossings.get(measurand)
            watch = Watch() if last is None else Watch(past=last.past, last_ms=milliseconds(last.at))
        self._watched[key] = watch
        while len(self._watched) > MOST_REMEMBERED:
            self._watched.popitem(last=False)
        return watch


def _by_charger(site: Site, events: Iterable[Meter | TransactionEnded]) -> Iterator[tuple[Charger, Samples, int]]:
    """What was told of each charger, and when (milliseconds) the last of it was heard."""
    places = {
        (charger.charge_point_id, charger.connector): charger
        for charger in site.chargers.values()
        if charger.charge_point_id and not charger.retired
    }
    found: dict[str, tuple[Charger, Samples, int]] = {}
    for event in events:
        charger = places.get((event.charge_point_id, event.connector or 0))
        if charger is not None:
            _, told, heard_ms = found.get(charger.charger_id, (charger, {}, 0))
            normalise([event], told)
            found[charger.charger_id] = charger, told, max(heard_ms, milliseconds(event.received_at))
    yield from found.values()
