"""Does a car draw power? By its readings, whatever its charge point calls it: told when it begins, and when it stops.

Next to none is less than a twentieth of what is offered; not offered, of the most the car has drawn. A car stops when
that lasts for three minutes of the charge point's own clock.
"""

from collections.abc import Iterable, Iterator
from datetime import datetime, timedelta
from functools import lru_cache
from typing import NamedTuple

from wire.columns import KNOWN_MOST, labels, samples_of
from wire.events import ConnectorStatus, Draw, Event, Meter, Sample, Status, TransactionStarted

LEAST = 0.05
LASTING = timedelta(minutes=3)
VOLTS = 230
LEAST_OFFER_W = 6 * VOLTS
"""No charge point offers a car less than six amperes."""
POWER, OFFERED = "Power.Active.Import", "Power.Offered"
CURRENT, CURRENT_OFFERED = "Current.Import", "Current.Offered"
REGISTER = "Energy.Active.Import.Register"
_THOUSANDS = frozenset({"kW", "kw", "KW", "kA"})
_WANTED = frozenset({POWER, OFFERED, CURRENT, CURRENT_OFFERED})


class _Column(NamedTuple):
    """Where a row of readings tells something wanted, and by what its value is multiplied."""

    place: int
    measurand: str
    phase: str
    factor: float


class _Car:
    """What is known of one connector's. ``drawing`` None: it is not known."""

    __slots__ = ("drawing", "little_since", "most_w", "register")

    def __init__(self, drawing: bool | None) -> None:  # noqa: FBT001 -- a state, no switch
        self.drawing = drawing
        self.little_since: datetime | None = None
        self.most_w = 0.0
        self.register: float | None = None


class DrawWatch:
    """Hears every event before it is made durable, and adds what it finds. In memory: after a restart it looks anew."""

    def __init__(self) -> None:
        self._cars: dict[tuple[str, int], _Car] = {}

    def watched(self, events: tuple[Event, ...]) -> tuple[Event, ...]:
        """The events, and behind them what they tell of cars."""
        found = [draw for event in events if (draw := self._heard(event)) is not None]
        return (*events, *found) if found else events

    def _heard(self, event: Event) -> Draw | None:
        if isinstance(event, Meter):
            return self._read(event)
        if isinstance(event, TransactionStarted):
            self._cars[event.charge_point_id, event.connector] = _Car(drawing=False)
        elif isinstance(event, Status):
            place = (event.charge_point_id, event.connector)
            if event.status is ConnectorStatus.AVAILABLE:
                self._cars.pop(place, None)
            elif place in self._cars:  # The back end may think otherwise now: it is told again.
                self._cars[place].drawing = None
                self._cars[place].little_since = None
        return None

    def _read(self, meter: Meter) -> Draw | None:
        car = self._cars.get((meter.charge_point_id, meter.connector))
        if car is None:
            car = self._cars[meter.charge_point_id, meter.connector] = _Car(drawing=None)
        told = _power_w(meter)
        if told is None:
            return self._counted(car, meter)
        power_w, offered_w, at = told
        car.most_w = max(car.most_w, power_w)
        if offered_w is not None and offered_w <= 0:
            car.little_since = None  # It may not draw: that says nothing of the car.
            return None
        if power_w >= LEAST * max(offered_w or car.most_w, LEAST_OFFER_W):
            car.little_since = None
            return self._turned(car, meter, drawing=True, since=meter.received_at)
        if car.little_since is None:
            car.little_since = at
        lasted = at - car.little_since
        if lasted < LASTING:
            return None
        return self._turned(car, meter, drawing=False, since=meter.received_at - lasted)

    def _counted(self, car: _Car, meter: Meter) -> Draw | None:
        """Of a register alone: where it grows a car draws. That it stands says little, some count by hundreds of Wh."""
        values = [_number(sample) for sample in samples_of(meter) if sample.measurand == REGISTER and not sample.phase]
        register = max((value for value in values if value is not None), default=None)
        before, car.register = car.register, register
        if register is None or before is None or register <= before:
            return None
        return self._turned(car, meter, drawing=True, since=meter.received_at)

    @staticmethod
    def _turned(car: _Car, meter: Meter, *, drawing: bool, since: datetime) -> Draw | None:
        if car.drawing is drawing:
            return None
        car.drawing = drawing
        return Draw(
            charge_point_id=meter.charge_point_id,
            seq=0,
            occurred_at=meter.occurred_at,
            received_at=meter.received_at,
            connector=meter.connector,
            drawing=drawing,
            since=since,
        )


def _power_w(meter: Meter) -> tuple[float, float | None, datetime] | None:
    """(what is drawn, what is offered) in W or by one phase's current, and when; None: the readings do not say."""
    at = meter.samples[-1].at if meter.samples else meter.occurred_at
    if meter.columns:
        place, factor = _only_power(meter.columns)
        if place >= 0 and (value := _float(meter.values[place])) is not None:
            return value * factor, None, at
    told: dict[str, list[tuple[str, float]]] = {}
    for measurand, phase, value in _of_row(meter) if meter.columns else _of_samples(meter, at):
        told.setdefault(measurand, []).append((phase, value))
    power, current = told.get(POWER), told.get(CURRENT)
    offered_w = _whole(told[OFFERED]) if OFFERED in told else None
    if offered_w is None and CURRENT_OFFERED in told:
        offered_w = VOLTS * max(value for _, value in told[CURRENT_OFFERED])
    if power:
        return _whole(power), offered_w, at
    if current:
        return VOLTS * max(value for _, value in current), offered_w, at
    return None


def _of_row(meter: Meter) -> Iterator[tuple[str, str, float]]:
    for place, measurand, phase, factor in _wanted(meter.columns):
        value = _float(meter.values[place])
        if value is not None:
            yield measurand, phase, value * factor


def _of_samples(meter: Meter, at: datetime) -> Iterator[tuple[str, str, float]]:
    for sample in meter.samples:
        if sample.measurand in _WANTED and (sample.at is at or sample.at == at):
            value = _number(sample)
            if value is not None:
                yield sample.measurand, sample.phase, value


@lru_cache(KNOWN_MOST)
def _wanted(columns: str) -> tuple[_Column, ...]:
    return tuple(
        _Column(place, label.measurand, label.phase, 1000 if label.unit in _THOUSANDS else 1)
        for place, label in enumerate(labels(columns))
        if label.measurand in _WANTED
    )


@lru_cache(KNOWN_MOST)
def _only_power(columns: str) -> tuple[int, float]:
    """Where the power of all phases stands, and its factor, if it is all that counts: no offer is told. Else −1."""
    wanted = _wanted(columns)
    whole = [one for one in wanted if one.measurand == POWER and not one.phase]
    offers = any(one.measurand in {OFFERED, CURRENT_OFFERED} for one in wanted)
    return (whole[0].place, whole[0].factor) if whole and not offers else (-1, 1)


def _whole(values: Iterable[tuple[str, float]]) -> float:
    """The value of all phases, else their sum."""
    values = list(values)
    return next((value for phase, value in values if not phase), sum(value for _, value in values))


def _number(sample: Sample) -> float | None:
    value = _float(sample.value)
    return value * 1000 if value is not None and sample.unit in _THOUSANDS else value


def _float(text: str) -> float | None:
    try:
        return float(text)
    except ValueError:
        return None
