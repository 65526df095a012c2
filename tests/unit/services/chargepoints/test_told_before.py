"""A charge point that tells its history again: however old it is, no session is booked twice."""

from datetime import timedelta
from typing import Any

import pytest

from scheduling.charging.sessions import MOST_PAST_TRANSACTIONS
from services.sites.replay import replay
from tests.fakes.site_world import YARD, World


@pytest.fixture
def yard(world: World) -> World:
    world.location(chargers=2)
    world.charge_point(connectors=2)
    world.ann = world.driver("ann")
    return world


def starts(yard: World, transaction_id: str, ago: timedelta, connector: int = 1) -> dict[str, Any]:
    at = (yard.clock.now() - ago).isoformat()
    fields = {"connector": connector, "transaction_id": transaction_id, "meter_start_wh": 1000, "tag": yard.ann.tag}
    return yard.tell("CP1", "transaction_started", occurred_at=at, **fields)


def charges(yard: World, transaction_id: str, ago: timedelta = timedelta()) -> dict[str, Any]:
    begun = starts(yard, transaction_id, ago)
    yard.tell("CP1", "transaction_ended", transaction_id=transaction_id, meter_stop_wh=1500, reason="EVDisconnected")
    yard.tell("CP1", "status", connector=1, status="available")
    return begun


def booked(yard: World) -> list[int]:
    numbers = range(1, yard.charger().last_session + 1)
    return [yard.services.sites.session(YARD, "c1", number).energy_wh for number in numbers]


def test_a_charge_of_last_week_told_again_after_many_others_is_booked_once(yard):
    others = MOST_PAST_TRANSACTIONS + 2
    charges(yard, "old")
    for number in range(others):
        charges(yard, f"t{number}")
    yard.clock.advance(days=7)
    again = charges(yard, "old", timedelta(days=7))
    assert (again["outcome"], again["reason"], again["tag_status"]) == ("repeat", "over", "Accepted")
    assert booked(yard) == [500] * (others + 1)
    assert replay(yard.store, YARD).different == ()


def test_an_old_charge_told_for_the_first_time_is_booked(yard):
    assert charges(yard, "old", timedelta(days=7))["outcome"] == "applied"
    assert booked(yard) == [500]


def test_the_same_transaction_of_another_connector_is_another(yard):
    charges(yard, "same")
    assert starts(yard, "same", timedelta(hours=1), connector=2)["outcome"] == "applied"


def test_a_clock_that_begins_anew_with_every_boot_repeats_nothing(yard):
    """It gives each charge after a boot the same time, so that all get the same id."""
    unset = timedelta(days=400)
    charges(yard, "same", unset)
    for number in range(MOST_PAST_TRANSACTIONS + 1):
        charges(yard, f"t{number}")
    assert charges(yard, "same", unset)["outcome"] == "applied"
