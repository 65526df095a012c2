"""The first reading of a charge that shows energy: it is told soon, as the first of all is, which shows 0 Wh.

Whether a car drew anything at all decides whether it is full once it stops. Each charge is looked at until then only.
"""

import math

from ocpp_bridge.watching.draw_watch import REGISTER
from wire.columns import samples_of
from wire.events import Event, Meter, Sample, TransactionEnded, TransactionStarted

MOST = 10_000
"""Charges that show no energy and never end; beyond, the oldest is looked at no more."""


class FirstEnergy:
    """Hears every event in order. In memory: after a restart of the bridge its readings wait as the others do."""

    def __init__(self) -> None:
        self._starts_wh: dict[tuple[str, str], float] = {}

    def is_first(self, event: Event) -> bool:
        """Is it the reading that shows a charge's first energy?"""
        if isinstance(event, Meter):
            return bool(self._starts_wh) and self._shows(event)
        if isinstance(event, TransactionStarted):
            self._starts_wh[event.charge_point_id, event.transaction_id] = event.meter_start_wh
            if len(self._starts_wh) > MOST:
                del self._starts_wh[next(iter(self._starts_wh))]
        elif isinstance(event, TransactionEnded):
            self._starts_wh.pop((event.charge_point_id, event.transaction_id), None)
        return False

    def _shows(self, meter: Meter) -> bool:
        place = (meter.charge_point_id, meter.transaction_id)
        start_wh = self._starts_wh.get(place)
        if start_wh is None:
            return False
        if not any(_wh(one) > start_wh for one in samples_of(meter) if one.measurand == REGISTER and not one.phase):
            return False
        del self._starts_wh[place]
        return True


def _wh(register: Sample) -> float:
    """What is no number shows nothing."""
    try:
        return float(register.value) * (1000 if register.unit.casefold() == "kwh" else 1)
    except ValueError:
        return -math.inf
