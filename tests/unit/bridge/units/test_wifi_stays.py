"""Whose energy OpenEVSE's WiFi module tells: with a total that is counted along, or that is added to at the end."""

from collections.abc import Iterable
from datetime import UTC, datetime

import pytest
from hypothesis import given
from hypothesis import strategies as st

from ocpp_bridge.units.openevse.wifi_status import WifiStatus
from ocpp_bridge.units.openevse.wifi_stays import WifiCount

Reading = tuple[float, float, float]
ALONG: tuple[Reading, ...] = ((0, 5000, 0), (300, 5300, 60), (800, 5800, 160))
"""(Wh of the session, Wh in total, seconds): a car of 800 Wh, with a total that is counted along."""
ADDED: tuple[Reading, ...] = ((0, 5000, 0), (300, 5000, 60), (800, 5000, 160))


def read(readings: Iterable[Reading], *, link_lost: bool = True) -> WifiCount:
    """Before the last one nobody listened, if ``link_lost``."""
    *before, last = readings
    count = WifiCount()
    for reading in before:
        count = WifiCount.remembered(count.read(*reading, fresh=False).text())
    return count.read(*last, fresh=link_lost)


@pytest.mark.parametrize(
    ("before", "last", "left", "former_wh"),
    [
        (ALONG, (900, 5900, 200), 0, None),
        (ALONG, (100, 6000, 20), 1, 900),  # It took 100 Wh more, the next one 100.
        (ALONG, (0, 5800, 0), 1, 800),
        (ALONG, (1500, 7400, 400), 1, 900),  # More than the first had, and for longer.
        (ALONG, (700, 5700, 140), 0, None),  # The module restarted: both are put back.
        (ALONG, (0, 0, 0), 0, None),  # It was reset.
        (ALONG, (810, 5815, 170), 0, None),  # Rounding.
        (ADDED, (900, 5000, 200), 0, None),
        (ADDED, (800, 5800, 160), 1, None),  # The former's count is still shown.
        (ADDED, (100, 5900, 20), 1, 900),
        (ADDED, (0, 5000, 0), 0, None),  # The unit was without power.
        (((0, 5000, 0), (10, 5010, 5)), (0, 5010, 0), 0, None),  # Next to nothing: nobody knows.
    ],
)
def test_another_car_is_told_by_the_total(
    before: tuple[Reading, ...], last: Reading, left: int, former_wh: float | None
) -> None:
    count = read((*before, last))
    assert (count.left, count.former_ws) == (left, -1 if former_wh is None else former_wh * 3600)
    assert (count.stay, count.counter) == (str(left), "1" if former_wh is not None else "")


def test_a_count_that_begins_anew_with_the_next_car_whose_plug_was_seen_is_no_swap() -> None:
    for before, after in ((ALONG, (0, 5800, 0)), (ADDED, (0, 5800, 0))):
        count = read(before, link_lost=False).unplugged()
        assert count.read(*after, fresh=False).left == 0


def test_values_told_apart_are_not_held_against_each_other() -> None:
    status = WifiStatus()
    status.merge({"state": 3, "vehicle": 1, "session_energy": 0, "total_energy": 5.0})
    status.merge({"session_energy": 300, "total_energy": 5.3})
    for told in ({"session_energy": 800}, {"total_energy": 5.8}, {"session_energy": 10}, {"total_energy": 9}):
        status.merge(told)
    assert status.count.left == 0


def test_what_a_module_forgot_in_its_restart_is_neither_lost_nor_counted_twice() -> None:
    status = WifiStatus()
    shown = []
    for session_wh in (0, 800, 700, 750, 600, 900):
        total_kwh = 5 + session_wh / 1000
        status.merge({"state": 3, "vehicle": 1, "session_energy": session_wh, "total_energy": total_kwh})
        seen = status.observation(datetime(2026, 5, 4, tzinfo=UTC))
        shown.append(((seen.energy_ws or 0) / 3600, seen.stay))
        status = WifiStatus(status.count.text())
    assert shown == [(wh, "0") for wh in (0, 800, 800, 850, 850, 1150)]


def test_a_session_cleared_before_the_plug_is_told_to_be_out_is_no_other_car() -> None:
    status = WifiStatus()
    for session_wh in (0, 800):
        total_kwh = 5 + session_wh / 1000
        status.merge({"state": 3, "vehicle": 1, "session_energy": session_wh, "total_energy": total_kwh})
    cleared = {"session_energy": 0, "total_energy": 5.8, "session_elapsed": 0}
    assert not status.merge(cleared), "nothing of it is taken yet"
    status.merge({"state": 1, "vehicle": 0})
    status.merge(cleared)
    assert status.count.left == 0


def test_a_session_that_stays_cleared_though_no_plug_is_told_is_taken() -> None:
    status = WifiStatus()
    status.merge({"state": 3, "vehicle": 1, "session_energy": 800, "total_energy": 5.8})
    assert [status.merge({"session_energy": 5, "total_energy": 5.805}) for _ in range(2)] == [False, True]


def test_a_pilots_state_told_by_the_name_of_its_current_is_no_limit() -> None:
    status = WifiStatus()
    for told in ({"state": 3, "pilot": 16}, {"state": 2, "pilot": 2}):
        status.merge(told)
    assert status.limit_a == 16


def test_older_names_of_the_fields_are_read() -> None:
    status = WifiStatus()
    for session_ws, total_wh in ((0, 5000), (800 * 3600, 5000), (100 * 3600, 5800)):
        status.merge({"state": 3, "vehicle": 1, "wattsec": session_ws, "watthour": total_wh})
    assert (status.count.stay, status.observation(None).former_energy_ws) == ("1", 800 * 3600)  # type: ignore[arg-type]


@pytest.mark.parametrize("text", ["", "1 2", "a b c d e f g h", "nan " * 8, "1e300 " * 8, "1 2 3 4 5 6 7 8 9 0"])
def test_a_memory_that_makes_no_sense_is_none(text: str) -> None:
    assert WifiCount.remembered(text) == WifiCount()


NUMBERS = st.floats(0, 1e9)


@given(st.lists(st.tuples(NUMBERS, NUMBERS, NUMBERS, st.booleans())))
def test_whatever_is_told_is_remembered_as_it_is(readings: list[tuple[float, float, float, bool]]) -> None:
    count = WifiCount()
    for session_wh, total_wh, elapsed_s, fresh in readings:
        count = count.read(session_wh, total_wh, elapsed_s, fresh=fresh)
        assert WifiCount.remembered(count.text()) == count
        assert 0 <= count.number <= count.left
