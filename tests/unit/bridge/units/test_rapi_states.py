"""OpenEVSE's states, and how its energy is counted over sessions that nobody watched."""

import pytest

from ocpp_bridge.units.openevse.rapi_energy import EnergyCount
from ocpp_bridge.units.openevse.rapi_states import STATES, Doing, is_plugged, state_of


@pytest.mark.parametrize(
    ("evse", "pilot", "vflags", "plugged"),
    [
        (0x01, 0x01, 0x0200, False),
        (0x02, 0x02, 0x0700, True),
        (0x03, 0x03, 0x0540, True),
        (0xFE, 0x03, 0x0540, True),
        (0xFE, 0x02, 0x0100, True),
        (0xFE, 0x01, 0x0000, False),
        (0xFF, 0x01, 0x0000, False),
        (0xFF, 0x0F, 0x0000, None),
        (0xFF, 0x0F, 0x0100, True),
        (0x06, 0x03, 0x0100, True),
        (0x08, None, None, None),
    ],
)
def test_a_plug_is_told_by_the_state_or_the_pilot(
    evse: int, pilot: int | None, vflags: int | None, plugged: bool | None
) -> None:
    assert is_plugged(evse, pilot, vflags) is plugged


def test_every_fault_has_a_word_of_its_own() -> None:
    faults = [state.fault for state in STATES.values() if state.doing is Doing.FAULT]
    assert len(set(faults)) == len(faults) == 8
    assert all(faults)


@pytest.mark.parametrize(("evse", "doing"), [(0x0C, Doing.FAULT), (0x20, Doing.STARTING), (-1, Doing.STARTING)])
def test_a_state_that_nobody_knows_gives_no_power(evse: int, doing: Doing) -> None:
    assert state_of(evse).doing is doing


def _read(*readings: tuple[int, int]) -> list[tuple[int, int | None]]:
    count, told = EnergyCount(), []
    for session_ws, life_wh in readings:
        count = EnergyCount.remembered(count.text()) if count.session_ws is not None else count
        count = count.read(session_ws, life_wh)
        told.append((count.number, count.former_ws))
    return told


def test_a_session_that_grows_is_one_session() -> None:
    assert _read((0, 100), (3600, 100), (7300, 100)) == [(0, None)] * 3


def test_a_session_whose_energy_went_to_the_life_is_still_the_same_until_another_grows() -> None:
    assert _read((7300, 100), (7300, 102), (7300, 102), (50, 102), (90, 102)) == [
        (0, None), (0, None), (0, None), (1, None), (1, None),
    ]  # fmt: skip


def test_a_later_session_that_is_larger_already_is_another_one() -> None:
    assert _read((7300, 100), (7300, 102), (9000, 102))[-1] == (1, None)


def test_a_session_that_ended_and_another_that_began_unseen_are_told_apart_by_the_life() -> None:
    assert _read((7200, 100), (50 * 3600, 105))[-1] == (1, 5 * 3600), "the one before ended at 5 Wh"


@pytest.mark.parametrize(
    ("readings", "left"),
    [
        (((0, 100), (7300, 100), (9000, 100)), 0),
        (((7300, 100), (7300, 102)), 1),  # It left.
        (((7300, 100), (7300, 102), (50, 102), (90, 102)), 1),  # Another came, and charges.
        (((7300, 100), (50 * 3600, 105)), 1),
        (((7300, 100), (9000, 102)), 1),
        (((7300, 100), (0, 100), (900, 100)), 0),  # It was without power.
        (((3000, 100), (100, 100)), 0),  # Or one that drew less than a Wh left: nobody knows.
        (((7300, 100), (7300, 102), (900, 105)), 2),
    ],
)
def test_a_life_that_grows_says_that_a_car_left(readings: tuple[tuple[int, int], ...], left: int) -> None:
    count = EnergyCount()
    for session_ws, life_wh in readings:
        count = EnergyCount.remembered(count.text()) if count.session_ws is not None else count
        count = count.read(session_ws, life_wh)
    assert count.left == left


def test_what_was_remembered_before_departures_were_counted_is_read() -> None:
    assert EnergyCount.remembered("3 7300 100 1") == EnergyCount(3, 7300, 100, closed=True)


@pytest.mark.parametrize("text", ["", "1 2", "a b c d", "1 2 3 -1", "1 2 3 0 x", "1 2 3 0 4 5"])
def test_a_memory_that_makes_no_sense_is_none(text: str) -> None:
    assert EnergyCount.remembered(text) == EnergyCount()
