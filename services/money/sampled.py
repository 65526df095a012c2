"""Services: the energy of a session as its samples alone tell it, to hold what is billed against."""

from dataclasses import dataclass
from datetime import datetime

from model import paths
from model.ids import fold
from model.meter.quantities import registers
from model.meter.register import Count, counts
from model.meter.samples import Samples, instant, merged
from model.meter.words import REGISTER
from model.session import Session
from model.site import Site
from model.store.port import Reads
from services.meter.reading import corrected
from services.meter.segments import segments
from services.meter.tail import tail_of
from services.sites.site_document import site_of

FIRST, LAST = "Transaction.Begin", "Transaction.End"


@dataclass(frozen=True, slots=True, kw_only=True)
class Sampled:
    """What the samples show; ``whole``: from the very start to the very end, so that it must be all of it."""

    energy_wh: int
    whole: bool


class Samplings:
    """Reads samples for one check of the books. Two reads and the segments for each session."""

    def __init__(self, reads: Reads) -> None:
        self._reads = reads
        self._sites: dict[str, Site | None] = {}

    def of(self, session: Session) -> Sampled | None:
        """None: there are none, or there may be more to come, or they are of several transactions or registers.

        Between two of these a register may have grown by what is not the session's. Nor where the clock they are by
        was put back: their order is not that in which they were taken.
        """
        if session.ended_at is None or session.energy_before_wh or session.unended or self._runs(session):
            return None
        document = self._reads.get(paths.session(session.location_id, session.charger_id, session.number))
        if document is None:
            return None
        whole = merged(*segments(self._reads, session), tail_of(document.data).samples)
        readings = [(instant(at_ms), round(wh)) for at_ms, wh in registers(corrected(session, whole))]
        if not readings or _is_shuffled(whole, readings):
            return None
        start = Count(start_wh=readings[0][1], last_wh=readings[0][1], last_at=readings[0][0])
        *_, shown = (start, *counts(start, readings))
        return Sampled(energy_wh=shown.energy_wh, whole=_is_whole(whole))

    def _runs(self, session: Session) -> bool:
        """Whether the charge point's transaction goes on although our session is over: its end books the rest."""
        key = fold(session.location_id)
        if key not in self._sites:
            document = self._reads.get(paths.location(session.location_id))
            self._sites[key] = None if document is None else site_of(document.data)
        site = self._sites[key]
        charger = None if site is None else site.chargers.get(fold(session.charger_id))
        running = None if charger is None else charger.transaction
        return running is not None and running.session_number == session.number


def _of_register(samples: Samples) -> set[tuple[int, str]]:
    """The instants of register readings, and their contexts."""
    return {
        (at_ms, series.context)
        for series, values in samples.items()
        if series.measurand == REGISTER
        for at_ms in values
    }


def _is_shuffled(samples: Samples, readings: list[tuple[datetime, int]]) -> bool:
    """Whether something is told of before the start, or less than at the end of after it."""
    known = _of_register(samples)
    begun = [instant(at_ms) for at_ms, context in known if context == FIRST]
    ended = [instant(at_ms) for at_ms, context in known if context == LAST]
    if begun and readings[0][0] < min(begun):
        return True
    if not ended:
        return False
    last_wh = max((wh for at, wh in readings if at <= max(ended)), default=0)
    return any(wh < last_wh for at, wh in readings if at > max(ended))


def _is_whole(samples: Samples) -> bool:
    """Whether the first reading is that of the start, and the last that of the end."""
    of_register = _of_register(samples)
    first, last = min(at for at, _ in of_register), max(at for at, _ in of_register)
    return (first, FIRST) in of_register and (last, LAST) in of_register
