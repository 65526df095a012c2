"""When a car begins and when it stops to draw power, by its readings."""

from datetime import timedelta
from typing import Any

import msgspec
import pytest

from ocpp_bridge.watching.draw_watch import DrawWatch
from tests.fakes.clock import START
from wire.columns import as_row
from wire.events import ConnectorStatus, Draw, Event, Meter, Sample, Status, TransactionStarted

POWER, OFFERED = "Power.Active.Import", "Power.Offered"
COMMON: dict[str, Any] = {"charge_point_id": "CP1", "seq": 0, "connector": 1}


def at(seconds: float):
    return START + timedelta(seconds=seconds)


def reading(seconds: float, **values: str) -> Meter:
    """``POWER="7000"`` or ``Current_Import_L1="10"``; the unit behind a space."""
    samples = []
    for name, text in values.items():
        measurand, _, phase = name.replace("_", ".").partition(".L")
        value, _, unit = text.partition(" ")
        samples.append(Sample(at=at(seconds), value=value, measurand=measurand, unit=unit, phase=phase and f"L{phase}"))
    return Meter(**COMMON, occurred_at=at(seconds), received_at=at(seconds + 1), samples=tuple(samples))


def started() -> TransactionStarted:
    return TransactionStarted(**COMMON, occurred_at=START, received_at=START, transaction_id="1", meter_start_wh=0)


def status(word: str) -> Status:
    return Status(**COMMON, occurred_at=START, received_at=START, status=ConnectorStatus(word))


def turns(*events) -> list[tuple[bool, float]]:
    """(drawing, seconds from the start since when) of what the watch adds; the same where readings are rows."""
    found = _turns(*events)
    assert _turns(*map(as_rows, events)) == found
    return found


def as_rows(event: Event) -> Event:
    if not isinstance(event, Meter) or not (row := as_row(event.samples))[0]:
        return event
    return msgspec.structs.replace(event, samples=(), columns=row[0], values=row[1])


def _turns(*events) -> list[tuple[bool, float]]:
    watch = DrawWatch()
    added = [one for event in events for one in watch.watched((event,))[1:]]
    found = [one for one in added if isinstance(one, Draw)]
    assert found == added
    return [(one.drawing, (one.since - START).total_seconds()) for one in found]


def powers(*pairs, **more: str) -> list[Meter]:
    return [reading(seconds, Power_Active_Import=str(watts), **more) for seconds, watts in pairs]


def test_a_car_that_begins_and_stops_is_told_once_each():
    rows = [(10 * n, 0 if n < 3 or n >= 30 else 7000) for n in range(60)]
    assert turns(started(), *powers(*rows)) == [(True, 31), (False, 301)]


@pytest.mark.parametrize(
    ("offered", "watts", "stops"),
    [("11040 W", 540, True), ("11040 W", 600, False), ("11.04 kW", 540, True), ("0", 0, False)],
)
def test_next_to_none_is_a_twentieth_of_what_is_offered(offered, watts, stops):
    drawing = powers((0, 7000), Power_Offered="11040")
    little = powers(*((10 * n, watts) for n in range(1, 30)), Power_Offered=offered)
    assert ((False, 11.0) in turns(started(), *drawing, *little)) is stops


def test_a_pause_shorter_than_three_minutes_is_none():
    rows = [(10 * n, 0 if 5 <= n < 22 else 7000) for n in range(60)]
    assert turns(started(), *powers(*rows)) == [(True, 1)]


def test_readings_far_apart_count_by_their_instants():
    assert turns(started(), *powers((0, 7000), (900, 0), (1800, 0))) == [(True, 1), (False, 901)]


def test_the_currents_of_the_phases_do_where_no_power_is_told():
    drawn = [reading(10 * n, Current_Import_L1="10", Current_Import_L2="0", Current_Offered="16") for n in range(3)]
    none = [reading(10 * n, Current_Import_L1="0.1", Current_Import_L2="0", Current_Offered="16") for n in range(3, 30)]
    assert turns(started(), *drawn, *none) == [(True, 1), (False, 31)]


def test_a_register_alone_tells_that_a_car_draws_and_never_that_it_stops():
    rows = [reading(60 * n, Energy_Active_Import_Register=str(1000 + 100 * min(n, 3))) for n in range(60)]
    assert turns(started(), *rows) == [(True, 61)]


def test_after_a_word_of_the_charge_point_it_is_told_again():
    none = powers(*((10 * n, 0) for n in range(1, 60)))
    assert turns(started(), *powers((0, 7000)), *none[:25], status("charging"), *none[25:]) == [
        (True, 1), (False, 11), (False, 261),
    ]  # fmt: skip


def test_after_a_restart_of_the_bridge_what_a_car_does_is_told_anew():
    assert turns(*powers((0, 7000), (10, 7000))) == [(True, 1)]
    assert turns(*powers(*((10 * n, 0) for n in range(30)))) == [(False, 1)]


def test_readings_that_say_nothing_of_power_are_passed_on_as_they_are():
    watch = DrawWatch()
    odd = (reading(0, SoC="50"), reading(1, Power_Active_Import="much"), status("available"))
    assert watch.watched(odd) == odd
