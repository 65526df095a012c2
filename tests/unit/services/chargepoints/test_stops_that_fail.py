"""A charge that was to end at a unit without means: from the effect over the bridge's answer to the managers' alert."""

import pytest

from scheduling.inputs import End
from tests.fakes.site_world import ADMIN, YARD, World
from wire.commands import Stop


@pytest.fixture
def yard(world: World) -> World:
    """A unit that only tells, ``presumed``; a manager has ended the session of the car that charges there."""
    world.location()
    world.charge_point()
    world.tell("CP1", "boot", protocol="meter", commands=[], enforcement="presumed")
    world.tell("CP1", "status", connector=1, status="available")
    world.tell("CP1", "transaction_started", connector=1, transaction_id="9", meter_start_wh=0)
    world.services.desk.decide(YARD, [End(charger_id="c1", by="admin")], ADMIN)
    world.told()
    return world


def stop_of(yard: World) -> Stop:
    [stop] = [one for _, one in yard.bus.commands if isinstance(one, Stop)]
    return stop


def test_the_managers_are_told_that_a_charge_which_was_to_end_goes_on(yard: World) -> None:
    answer = {"command_id": stop_of(yard).command_id, "outcome": "failed", "answer": "impossible"}
    assert yard.tell("CP1", "command_result", **answer)["outcome"] == "applied"
    assert yard.told() == [("", "alert.not_stopped")]
    yard.tell("CP1", "command_result", **answer)
    assert yard.told() == [], "the same charger again is summed up later"


@pytest.mark.parametrize("outcome", ["accepted", "not_connected", "expired"])
def test_a_stop_that_was_taken_or_never_came_there_is_no_alert(yard: World, outcome: str) -> None:
    yard.tell("CP1", "command_result", command_id=stop_of(yard).command_id, outcome=outcome)
    assert yard.told() == []
