"""Samples as energy and power, whatever unit and phases they came in."""

from datetime import timedelta

import pytest

from model.session import Session
from services.chargepoints.meter import Reading, metered, reading_of
from tests.fakes.clock import START
from wire.events import Sample

POWER = "Power.Active.Import"


def sample(value: str, unit: str = "", measurand: str = "", at_s: float = 0, **more: str) -> Sample:
    return Sample(
        at=START + timedelta(seconds=at_s),
        value=value,
        unit=unit,
        measurand=measurand or "Energy.Active.Import.Register",
        **more,
    )


@pytest.mark.parametrize(
    ("samples", "reading"),
    [
        ([], Reading()),
        ([sample("1500")], Reading(register_wh=1500)),
        ([sample("1.5", "kWh")], Reading(register_wh=1500)),
        ([sample("1499.6", "Wh")], Reading(register_wh=1500)),
        ([sample("2000"), sample("1000", at_s=-5)], Reading(register_wh=2000)),
        ([sample("1000"), sample("2000", at_s=5)], Reading(register_wh=2000)),
        ([sample("7.4", "kW", POWER)], Reading(power_w=7400)),
        ([sample("-3", "W", POWER)], Reading(power_w=0)),
        ([sample(value, "W", POWER, phase=phase) for value, phase in (("1", "L1"), ("2", "L2"), ("3", "L3"))],
         Reading(power_w=6)),
        ([sample("10", "W", POWER), sample("4", "W", POWER, phase="L1")], Reading(power_w=10)),
        ([sample("1", "W", POWER, phase="L1-N"), sample("2", "W", POWER, phase="L2-N")], Reading(power_w=3)),
        ([sample("5", "W", POWER, phase="L1-L2")], Reading()),
        ([sample("", "Wh"), sample("nan"), sample("inf"), sample("1e300"), sample("-5")], Reading()),
        ([sample("9", "A"), sample("9", "Celsius", POWER)], Reading()),
        # A register that begins anew among readings posted together: what it had counted was drawn.
        ([sample("1100", at_s=1), sample("20", at_s=2)], Reading(register_wh=1100)),
        ([sample("20", at_s=2), sample("1100", at_s=1)], Reading(register_wh=1100)),
        ([sample("9", location="Inlet")], Reading()),
        ([sample("9", location="Outlet")], Reading(register_wh=9)),
        ([sample("9", measurand="Energy.Active.Export.Register")], Reading()),
    ],
)  # fmt: skip
def test_samples_become_a_reading(samples, reading):
    assert reading_of(samples) == reading


def test_energy_never_decreases_and_an_ended_session_stays():
    session = Session(
        location_id="l", charger_id="c", number=1, assigned_at=START, meter_start_wh=100, energy_before_wh=50
    )
    charged = metered(session, Reading(register_wh=600), START)
    assert (charged.energy_wh, charged.meter_at) == (550, START)
    assert metered(charged, Reading(register_wh=300), START) is charged
    assert metered(charged, Reading(register_wh=0), START) is charged
    ended = Session(location_id="l", charger_id="c", number=1, assigned_at=START, meter_start_wh=0, ended_at=START)
    assert metered(ended, Reading(register_wh=600, power_w=7), START) is ended


def test_without_a_register_at_the_start_only_power_is_known():
    session = Session(location_id="l", charger_id="c", number=1, assigned_at=START)
    assert metered(session, Reading(register_wh=600, power_w=7), START).energy_wh == 0
    assert metered(session, Reading(register_wh=600, power_w=7), START).power_w == 7


@pytest.mark.parametrize(
    ("register_wh", "energy_wh"), [(5_200, 200), (4_294_967_295, 0), (10**15, 0), (1_005_000, 10**6)]
)
def test_a_register_that_jumps_draws_nothing(register_wh: int, energy_wh: int):
    session = Session(location_id="yard", charger_id="c1", number=1, assigned_at=START, meter_start_wh=5_000)
    assert metered(session, Reading(register_wh=register_wh), START).energy_wh == energy_wh
