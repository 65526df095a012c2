"""Charges one after another while the car stays plugged in: every Wh is booked once, to one session of its driver.

A drawing is a line of what the charge point says: ``start WHO ID REGISTER``, ``stop ID REGISTER``, ``meter WH`` (the
session's energy so far), ``available``. Beneath it: the energy of each session in Wh, and who has the charger.
"""

from dataclasses import replace

import pytest

from model.charger import EndReason
from model.settings import UnknownTags
from scheduling.effects import StopRemotely
from tests.fakes.yard import Yard

DRAWINGS = {
    "a register that goes on": (
        "start ann t1 1000, stop t1 1060, start ann t2 1060, stop t2 1120, start ann t3 1120, stop t3 1180",
        [180],
        "ann full",
    ),
    "a register that begins anew with each charge": (
        "start ann t1 0, stop t1 60, start ann t2 0, stop t2 60, start ann t3 0, stop t3 60",
        [180],
        "ann full",
    ),
    "a register that always begins with the same value": (
        "start ann t1 1000, stop t1 1060, start ann t2 1000, stop t2 1060, start ann t3 1000, meter 150, stop t3 1060",
        [180],
        "ann full",
    ),
    "a register that fell between": (
        "start ann t1 5000, stop t1 5060, start ann t2 200, stop t2 260",
        [120],
        "ann full",
    ),
    "what the register counts between two charges is no charge": (
        "start ann t1 1000, stop t1 1060, start ann t2 1500, stop t2 1560",
        [120],
        "ann full",
    ),
    "a register that fell within a charge books what was known": (
        "start ann t1 1000, meter 40, stop t1 10, start ann t2 10, stop t2 70",
        [100],
        "ann full",
    ),
    "the end of the first comes after the start of the second": (
        "start ann t1 1000, start ann t2 1060, stop t1 1060, stop t2 1120",
        [120],
        "ann full",
    ),
    "so with a register that begins anew": (
        "start ann t1 0, start ann t2 0, stop t1 60, stop t2 60",
        [120],
        "ann full",
    ),
    "so in the other order": (
        "start ann t1 0, start ann t2 0, stop t2 60, stop t1 60",
        [120],
        "ann full",
    ),
    "so when the car has left": (
        "start ann t1 500, meter 20, start ann t2 0, stop t2 60, available, stop t1 560",
        [120],
        "",
    ),
    "the end of the first told twice": (
        "start ann t1 0, start ann t2 0, stop t1 60, stop t1 60, stop t2 60, stop t2 60",
        [120],
        "ann full",
    ),
    "three that never ended, told in any order": (
        "start ann t1 0, start ann t2 0, start ann t3 0, stop t3 1, stop t1 10, stop t2 100",
        [111],
        "ann full",
    ),
    "a start told again after the next one has begun": (
        "start ann t1 1000, stop t1 1060, start ann t2 1060, start ann t1 1000, stop t2 1120",
        [120],
        "ann full",
    ),
    "so when the end of the first is still to come": (
        "start ann t1 1000, meter 40, start ann t2 1060, start ann t1 1000, stop t1 1060, stop t2 1120",
        [120],
        "ann full",
    ),
    "unplugged between: a session each": (
        "start ann t1 1000, stop t1 1060, available, start ann t2 1060, stop t2 1120, available",
        [60, 60],
        "",
    ),
    "one card is nobody's and so is the next, of the same car": (
        "start - t1 1000, stop t1 1060, start - t2 1060, stop t2 1120, available",
        [120],
        "",
    ),
}


@pytest.mark.parametrize("name", DRAWINGS)
def test_every_wh_is_booked_once(point_yard: Yard, name: str):
    drawing, energies_wh, on = DRAWINGS[name]
    point_yard.change(unknown_tags=UnknownTags.WALK_UP)
    for each in drawing.split(", "):
        tell(point_yard, *each.split())
    last = point_yard.charger().last_session
    assert [point_yard.record(number).energy_wh for number in range(1, last + 1)] == energies_wh
    assert point_yard.on() == on


def test_twenty_charges_of_a_plugged_car_are_one_session_that_charges_each_time(point_yard: Yard):
    for number in range(20):
        point_yard.starts("ann", f"t{number}", meter_start_wh=1000)
        assert point_yard.on() == "ann charging"
        point_yard.stops(f"t{number}", 1060)
        assert point_yard.on() == "ann full"
    point_yard.status("available")
    assert (point_yard.charger().last_session, point_yard.record(1).energy_wh) == (1, 1200)
    assert point_yard.people["ann"].record.got_kwh == pytest.approx(1.2)


def test_another_card_of_the_driver_goes_on_with_the_session(point_yard: Yard):
    point_yard.starts("ann", "t1")
    point_yard.stops("t1", 1060)
    another = replace(point_yard.tagged("ann"), tag_key="card-2")
    assert point_yard.starts("ann", "t2", meter_start_wh=1060, tagged=another).tag_status == "Accepted"
    point_yard.stops("t2", 1120)
    assert point_yard.record(1).energy_wh == 120


def test_another_drivers_card_is_refused_while_the_car_is_there_and_its_charge_kept_apart(point_yard: Yard):
    point_yard.starts("ann", "t1")
    point_yard.stops("t1", 1060)
    assert point_yard.starts("bob", "t2", meter_start_wh=1060).tag_status == "Blocked"
    assert [one.transaction_id for one in point_yard.effects if isinstance(one, StopRemotely)] == ["t2"]
    answer = point_yard.stops("t2", 1090)
    assert (answer.outcome, answer.reason) == ("noted", "refused_transaction")
    assert (point_yard.on(), point_yard.record(1).energy_wh) == ("ann full", 60)
    assert point_yard.starts("ann", "t3", meter_start_wh=1090).tag_status == "Accepted"
    point_yard.stops("t3", 1150)
    assert point_yard.record(1).energy_wh == 120


def test_another_drivers_charge_that_was_let_go_on_is_a_session_of_their_own(point_yard: Yard):
    point_yard.starts("ann", "t1")
    point_yard.stops("t1", 1060)
    point_yard.starts("bob", "t2", meter_start_wh=1060, admitted=True)
    point_yard.stops("t2", 1120)
    first, second = point_yard.record(1), point_yard.record(2)
    assert (first.username, first.energy_wh, first.end_reason) == ("ann", 60, EndReason.GHOST)
    assert (second.username, second.energy_wh, point_yard.on()) == ("bob", 60, "bob full")


def test_a_card_of_nobody_does_not_go_on_with_somebodys_session(point_yard: Yard):
    point_yard.change(unknown_tags=UnknownTags.WALK_UP)
    point_yard.starts("ann", "t1")
    point_yard.stops("t1", 1060)
    assert point_yard.starts("", "t2", meter_start_wh=1060).tag_status == "Blocked"
    assert point_yard.on() == "ann full"


def test_what_is_told_late_still_counts_for_the_drivers_share(point_yard: Yard):
    point_yard.starts("ann", "t1", meter_start_wh=0)
    point_yard.starts("ann", "t2", meter_start_wh=0)
    point_yard.stops("t2", 2000, reason="EVDisconnected")
    assert point_yard.people["ann"].record.got_kwh == pytest.approx(2)
    answer = point_yard.stops("t1", 1000)
    assert (answer.outcome, answer.reason, answer.session_number) == ("applied", "late", 1)
    assert point_yard.people["ann"].record.got_kwh == pytest.approx(3)
    assert point_yard.people["ann"].record.sessions == 1


def tell(yard: Yard, word: str, *more: str) -> None:
    """One word of a drawing."""
    match word:
        case "start":
            who, transaction_id, register = more
            yard.starts("" if who == "-" else who, transaction_id, meter_start_wh=int(register))
        case "stop":
            yard.stops(more[0], int(more[1]))
        case "meter":
            yard.metered(int(more[0]))
        case _:
            yard.status(word)
