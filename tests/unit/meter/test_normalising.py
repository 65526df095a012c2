"""Whatever a charge point says of a value, it is kept in one form."""

import math
from datetime import datetime, timedelta
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from model.meter.samples import Samples, Series, milliseconds
from model.meter.words import meaning
from services.meter.normalising import normalise
from tests.fakes.clock import START
from tests.unit.meter.drawn import normal, told
from wire.columns import columns, samples_of
from wire.events import Meter


@pytest.mark.parametrize(
    ("measurand", "unit", "value", "kept", "milli"),
    [
        ("Energy.Active.Import.Register", "", "1500", "Wh", 1_500_000),
        ("", "", "1500", "Wh", 1_500_000),
        ("energy.active.import.register", "kWh", "1.2345", "Wh", 1_234_500),
        ("Energy.Active.Import.Register", "mWh", "1500", "Wh", 1_500),
        ("Energy.Active.Import.Register", "MWh", "0.5", "Wh", 500_000_000),
        ("Energy.Reactive.Import.Register", "", "3", "varh", 3_000),
        ("Power.Active.Import", "kW", "7.36", "W", 7_360_000),
        ("Power.Active.Import", "", "-3", "W", -3_000),
        ("Power.Active.Export", "W", "-500", "W", 500_000),
        ("Power.Factor", "", "0.98", "", 980),
        ("Current.Import", "mA", "15840", "A", 15_840),
        ("Voltage", "mV", "240000", "V", 240_000),
        ("Voltage", "kV", "0.4", "V", 400_000),
        ("Temperature", "", "35.5", "Celsius", 35_500),
        ("Temperature", "Celcius", "35.5", "Celsius", 35_500),
        ("Temperature", "°F", "98.6", "Celsius", 37_000),
        ("Temperature", "K", "310.15", "Celsius", 37_000),
        ("SoC", "%", "80", "Percent", 80_000),
        ("Frequency", "Hertz", "49.98", "Hz", 49_980),
        ("Pressure.of.Tyre", "bar", "2.3", "bar", 2_300),
    ],
)  # fmt: skip
def test_every_unit_becomes_that_of_its_quantity(measurand, unit, value, kept, milli):
    [(series, values)] = normal(told(value, unit, measurand)).items()
    assert (series.unit, list(values.values())) == (kept, [milli])


@pytest.mark.parametrize(
    ("said", "phase"),
    [("", ""), ("L1", "L1"), ("L1-N", "L1"), ("l2n", "L2"), ("3", "L3"), ("N", "N"), ("L1-L2", "L1-L2"),
     ("L1-L3", "L3-L1"), ("odd", "odd")],
)  # fmt: skip
def test_a_phase_is_named_one_way(said, phase):
    assert meaning("Voltage", "V", said, "", "").series.phase == phase


def test_what_is_not_said_is_what_ocpp_says_it_means():
    assert meaning("", "", "", "", "").series == Series(
        "Energy.Active.Import.Register", "", "Outlet", "Sample.Periodic", "Wh"
    )
    said = meaning("SoC", "Percent", "", "EV", "Transaction.Begin").series
    assert (said.location, said.context) == ("EV", "Transaction.Begin")


@pytest.mark.parametrize("value", ["", "x", "nan", "inf", "-inf", "1e300", "0x1F", "1,5", "MIIB…"])
def test_what_is_no_number_is_left_out(value):
    assert normal(told(value, "Wh"), told("7", "Wh", at_s=1)) == normal(told("7", "Wh", at_s=1))


def test_words_are_cut_to_a_bound():
    series = meaning("m" * 500, "u" * 500, "p" * 500, "l" * 500, "c" * 500).series
    assert {len(word) for word in series} == {64}


def test_of_two_values_of_one_instant_the_greater_stays_whichever_came_first():
    one, other = told("1", "Wh"), told("2", "Wh")
    assert normal(one, other) == normal(other, one) == normal(other)


@pytest.mark.parametrize(("at_s", "believed"), [(0, True), (-86_400 * 300, True), (86_400 * 2, False)])
def test_an_instant_that_cannot_be_is_when_it_was_received(at_s, believed):
    received_at = START + timedelta(minutes=1)
    [values] = normal(told("1", at_s=at_s), received_at=received_at).values()
    expected = START + timedelta(seconds=at_s) if believed else received_at
    assert list(values) == [milliseconds(expected)]
    assert math.isclose(values[milliseconds(expected)], 1000)


WORDS = st.sampled_from(["Energy.Active.Import.Register", "Power.Active.Export", "Voltage", "SoC", "odd word", ""])
UNITS = st.sampled_from(["", "Wh", "kWh", "W", "V", "odd"])
PHASES = st.sampled_from(["", "L1", "L1-N", "L2"])
VALUES = st.sampled_from(
    ["1", "-2.5", "7360", "", "x", "nan", "inf", "-inf", "1e300", "9007199254740", "-9007199254741"]
)
LABELS = st.lists(st.tuples(WORDS, UNITS, PHASES, st.just(""), st.just("")), min_size=1, max_size=6)


@st.composite
def rows(draw) -> list[Meter]:
    """Readings of two kinds of columns, some of the same instant, some of no plausible one."""
    kinds = draw(st.lists(LABELS.map(tuple), min_size=1, max_size=2))
    found = []
    for _ in range(draw(st.integers(1, 6))):
        labels = draw(st.sampled_from(kinds))
        said = columns(labels)
        values = draw(st.lists(VALUES, min_size=len(labels), max_size=len(labels))) if said else []
        at_s = draw(st.sampled_from([0, 10, 20, 10**6]))
        found.append(read(START + timedelta(seconds=at_s), columns=said, values=tuple(values)))
    return found


def read(at: datetime, **told: Any) -> Meter:
    return Meter(charge_point_id="CP-1", seq=1, occurred_at=at, received_at=START, connector=1, **told)


@given(rows())
@settings(max_examples=100, deadline=None)
def test_rows_say_what_their_values_one_by_one_say(meters: list[Meter]):
    together: Samples = {}
    normalise(meters, together)
    one_by_one: Samples = {}
    for meter in meters:
        normalise([read(meter.occurred_at, samples=samples_of(meter))], one_by_one)
    assert together == one_by_one
