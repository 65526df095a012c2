"""What samples say of a running session: energy, power, corrections, nearly full."""

from dataclasses import replace
from datetime import timedelta

import pytest
from hypothesis import assume, given, settings
from hypothesis import strategies as st

from model.meter.labels import KWH_AS_WH
from model.session import Session
from services.meter.living import lived
from tests.fakes.clock import START
from tests.unit.meter.drawn import POWER, normal, told
from wire.events import Sample

LATER = START + timedelta(hours=1)
SESSION = Session(
    location_id="l", charger_id="c", number=1, assigned_at=START, meter_start_wh=1000, transaction_id="t1"
)


def after(session: Session, *samples, recent=()) -> Session:
    fresh = normal(*samples)
    return lived(session, fresh, lambda: normal(*recent, *samples), LATER)


@pytest.mark.parametrize(
    ("samples", "energy_wh", "power_w"),
    [
        ([], 0, 0),
        ([told("1500")], 500, 0),
        ([told("1.5", "kWh")], 500, 0),
        ([told("1499.6", "Wh")], 500, 0),
        ([told("2000"), told("1000", at_s=-5)], 1000, 0),
        ([told("7.4", "kW", POWER)], 0, 7400),
        ([told("-3", "W", POWER)], 0, 0),
        ([told(value, "W", POWER, phase=phase) for value, phase in (("1", "L1"), ("2", "L2"), ("3", "L3"))], 0, 6),
        ([told("10", "W", POWER), told("4", "W", POWER, phase="L1")], 0, 10),
        ([told("1", "W", POWER, phase="L1-N"), told("2", "W", POWER, phase="L2-N")], 0, 3),
        ([told("5", "W", POWER, phase="L1-L2")], 0, 0),
        ([told("", "Wh"), told("nan"), told("inf"), told("1e300"), told("-5")], 0, 0),
        ([told("2000", "Wh", location="Inlet")], 0, 0),
        ([told("2000", "Wh", location="Outlet")], 1000, 0),
        ([told("2000", measurand="Energy.Active.Export.Register")], 0, 0),
        # A register that begins anew: what it had counted was drawn, and what it counts since.
        ([told("1100", at_s=1), told("20", at_s=2)], 100, 0),
        ([told("1100", at_s=1), told("20", at_s=2), told("60", at_s=3)], 160, 0),
        ([told("60", at_s=3), told("20", at_s=2), told("1100", at_s=1)], 160, 0),
        # A single zero among others is a stutter.
        ([told("1100", at_s=1), told("0", at_s=2), told("1110", at_s=3)], 110, 0),
        ([told("1100", at_s=1), told("1099", at_s=2), told("1110", at_s=3)], 110, 0),
        # One that jumps draws nothing.
        ([told("4294967295")], 0, 0),
        ([told("1100", at_s=1), told("900000", at_s=11), told("1200", at_s=21)], 200, 0),
    ],
)
def test_samples_become_energy_and_power(samples, energy_wh, power_w):
    found = after(SESSION, *samples)
    assert (found.energy_wh, found.power_w) == (energy_wh, power_w)


def test_energy_goes_on_from_post_to_post_and_what_is_told_again_or_late_adds_nothing():
    first = after(SESSION, told("1100", at_s=1), told("1200", at_s=11))
    second = after(first, told("1300", at_s=21), told("1200", at_s=11), told("1150", at_s=6))
    assert (first.energy_wh, second.energy_wh, second.meter_at) == (200, 300, LATER)
    assert after(second, told("1300", at_s=21)) == second


def test_a_register_that_begins_anew_between_posts_goes_on_counting():
    before = after(SESSION, told("5000", at_s=1))
    alone = after(before, told("0", at_s=2))
    since = after(alone, told("40", at_s=3), told("90", at_s=4))
    assert [each.energy_wh for each in (before, alone, since)] == [4000, 4000, 4090]


def test_a_clock_that_is_put_back_does_not_stop_the_counting():
    ahead = after(SESSION, told("1100", at_s=1), told("1200", at_s=20 * 3600), told("7000", "W", POWER, at_s=20 * 3600))
    assert (ahead.energy_wh, ahead.power_w) == (200, 7000)
    fresh = normal(told("900000", at_s=3600), told("1300", at_s=3610), told("5000", "W", POWER, at_s=3610))
    known_to = ahead.register_at
    back = lived(ahead, fresh, lambda: fresh, LATER + timedelta(seconds=10), known_to)
    assert (back.energy_wh, back.power_w) == (300, 5000)
    late = normal(told("1150", at_s=10), told("20", at_s=11), told("30", at_s=12))
    assert lived(ahead, late, lambda: late, LATER).energy_wh == 200
    assert after(back, told("1400", at_s=3620)).energy_wh == 400


@st.composite
def registers(draw: st.DrawFn) -> tuple[list[int], int]:
    """Readings of a register that starts at 1,000 and begins anew now and then, and what it counted in all."""
    register = [1_000 + draw(st.integers(0, 100))]
    drawn_wh = register[0] - 1_000
    for again in range(draw(st.integers(1, 4))):
        steps = draw(st.lists(st.integers(0, 100), min_size=4, max_size=10))
        if again:
            register.append(draw(st.integers(0, min(register[-1] // 2, 900) - 1 if register[-1] > 2 else 0)))
            drawn_wh += register[-1]
        else:
            steps = [step + 600 for step in steps]
        for step in steps:
            register.append(register[-1] + step)
        drawn_wh += sum(steps)
    return register, drawn_wh


@settings(max_examples=60)
@given(registers(), st.randoms(use_true_random=False))
def test_a_register_counts_right_however_often_it_begins_anew_and_however_it_is_posted(found, chance):
    register, drawn_wh = found
    # One that is above the old one at once cannot be told from one that stuttered.
    threes = zip(register, register[1:], register[2:], strict=False)
    assume(all(third < first for first, second, third in threes if second < first))
    samples = [told(str(wh), at_s=10 * number) for number, wh in enumerate(register)]
    session, at = SESSION, 0
    while at < len(samples):
        size = chance.randint(1, 5)
        posted = samples[at : at + size] + chance.sample(samples[:at], min(at, 2))
        chance.shuffle(posted)
        session = after(session, *posted, recent=samples[max(0, at - 60) : at])
        at += size
    assert session.energy_wh == drawn_wh


def test_the_next_transaction_counts_from_its_own_start():
    before = after(SESSION, told("5000", at_s=1))
    begun = replace(before, transaction_id="t2", meter_start_wh=100, energy_before_wh=4000)
    assert after(begun, told("400", at_s=20)).energy_wh == 4300


def test_an_ended_session_stays_and_without_a_start_only_power_is_known():
    ended = replace(SESSION, ended_at=START)
    assert after(ended, told("9000"), told("7", "W", POWER)) is ended
    unknown = after(replace(SESSION, meter_start_wh=None), told("600"), told("7", "W", POWER))
    assert (unknown.energy_wh, unknown.power_w) == (0, 7)


def test_a_register_in_kwh_that_says_wh_is_known_by_the_start_and_noted():
    session = replace(SESSION, meter_start_wh=1_234_567)
    found = after(session, told("1234.600", "Wh", at_s=10), told("1236.567", "Wh", at_s=1000))
    assert (found.energy_wh, found.corrections) == (2000, (KWH_AS_WH,))
    assert after(found, told("1237.567", "Wh", at_s=2000)).energy_wh == 3000


@pytest.mark.parametrize("start_wh", [0, 77])
def test_a_register_in_kwh_that_says_wh_is_known_by_the_power_beside_it(start_wh):
    session = replace(SESSION, meter_start_wh=start_wh)
    samples = [
        one
        for number in range(7)
        for one in (
            told(f"{start_wh + 0.02 * number:.3f}", "Wh", at_s=10 * number),
            told("7200", "W", POWER, at_s=10 * number),
        )
    ]
    found = after(session, *samples)
    assert (found.energy_wh, found.corrections) == (120, (KWH_AS_WH,))


def test_a_register_that_agrees_with_the_power_is_left_alone():
    samples = [told(str(1000 + 20 * n), "Wh", at_s=10 * n) for n in range(30)]
    samples += [told("7200", "W", POWER, at_s=10 * n) for n in range(30)]
    found = after(SESSION, *samples)
    assert (found.energy_wh, found.corrections) == (580, ())


def test_nearly_full_by_the_batterys_word():
    assert after(SESSION, told("89", "%", "SoC")).nearly_full_at is None
    assert after(SESSION, told("90", "%", "SoC")).nearly_full_at == LATER


@pytest.mark.parametrize(
    ("powers", "offered", "fades"),
    [
        ([7000] * 3 + [3500] * 30, None, True),
        ([7000] * 3 + [3500] * 10, None, False),
        ([7000] * 30, None, False),
        ([7000] * 3 + [100] * 30, None, False),
        ([7000] * 3 + [3500] * 30, "3680", False),
        ([7000] * 3 + [3500] * 30, "7360", True),
        ([800] * 3 + [300] * 30, None, False),
    ],
)
def test_nearly_full_by_power_that_fades_though_more_is_offered(powers, offered, fades):
    at_s = range(0, 10 * len(powers), 10)
    samples = [told(str(power), "W", POWER, at_s=at) for power, at in zip(powers, at_s, strict=True)]
    if offered is not None:
        samples.append(told(offered, "W", "Power.Offered", at_s=at_s[-1]))
    peak = after(SESSION, samples[0])
    found = after(peak, *samples)
    assert (found.nearly_full_at is not None, found.peak_power_w) == (fades, max(powers))


def amperes(*values: str, at_s: float = 0) -> list[Sample]:
    return [told(value, "A", "Current.Import", at_s, phase=f"L{line}") for line, value in enumerate(values, 1)]


@pytest.mark.parametrize(
    ("samples", "kind"),
    [
        ([], ""),
        (amperes("16", "0.3", "0.1"), "1-phase"),
        (amperes("0", "16", "0"), "1-phase"),
        (amperes("16", "16", "0"), "2-phase"),
        (amperes("16", "15.9", "16"), "3-phase"),
        (amperes("0.5", "0.4", "0.6"), ""),
        ([told("16", "A", "Current.Import")], ""),
        ([told(watts, "W", POWER, phase=phase) for watts, phase in (("3600", "L1"), ("3500", "L2-N"), ("9", "L3"))],
         "2-phase"),
        ([told("16", "A", "Current.Offered", phase=phase) for phase in ("L1", "L2", "L3")], ""),
        ([told("230", "V", "Voltage", phase=phase) for phase in ("L1", "L2", "L3")], ""),
        ([told("16", "A", "Current.Import", phase="L1", location="Inlet")], ""),
    ],
)  # fmt: skip
def test_the_phases_really_drawn_from_are_the_type_of_a_session(samples, kind):
    assert after(SESSION, *samples).session_type == kind


def test_a_session_keeps_the_most_phases_it_drew_from():
    session = SESSION
    for values, kind in ((("16", "0", "0"), "1-phase"), (("16", "16", "16"), "3-phase"), (("6", "0", "0"), "3-phase")):
        session = after(session, *amperes(*values))
        assert session.session_type == kind
    assert after(replace(session, ended_at=LATER), *amperes("0", "0", "0")).session_type == "3-phase"
