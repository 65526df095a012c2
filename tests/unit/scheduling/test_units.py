"""Chargers that speak no OCPP: how they are enforced is shown, and what that means for who may charge."""

from typing import Literal

import pytest

from model.charger import Enforcement
from model.errors import Conflict
from scheduling.effects import StartRemotely, StopRemotely
from scheduling.inputs import Booted, HoldAnswered, StartCharging, Tagged
from tests.fakes.yard import Yard

NOBODYS = Tagged(user_id="", parent_tag="", verdict="Invalid")


def _boots(yard: Yard, enforcement: Literal["", "power", "presumed"]) -> None:
    yard.decide(Booted(source=yard.source(), enforcement=enforcement))


def _hold_answered(yard: Yard, answer: str) -> None:
    reservation_id = yard.site.last_reservation
    source = yard.source()
    yard.decide(
        HoldAnswered(
            source=source, reservation_id=reservation_id, charge_point_id="CP1", outcome="accepted", answer=answer
        )
    )


@pytest.mark.parametrize("enforcement", ["power", "presumed"])
def test_a_unit_shows_how_it_is_enforced_when_it_boots(point_yard: Yard, enforcement: Literal["power", "presumed"]):
    _boots(point_yard, "")
    assert point_yard.charger().enforcement is Enforcement.AUTHORIZE
    _boots(point_yard, enforcement)
    assert point_yard.charger().enforcement == enforcement


@pytest.mark.parametrize("enforcement", ["power", "presumed"])
def test_a_hold_that_is_kept_so_shows_it_too(point_yard: Yard, enforcement: str):
    point_yard.join("ann")
    _hold_answered(point_yard, enforcement)
    assert point_yard.charger().enforcement == enforcement


def test_what_an_admin_chose_stays(point_yard: Yard):
    point_yard.connector(enforcement=Enforcement.PRESUMED)
    _boots(point_yard, "power")
    assert point_yard.charger().enforcement is Enforcement.PRESUMED


def test_where_power_is_switched_the_holder_starts_from_afar_and_a_stranger_is_refused(point_yard: Yard):
    _boots(point_yard, "power")
    point_yard.join("ann", "bob")
    point_yard.accept("ann")
    point_yard.status("preparing")
    with pytest.raises(Conflict):
        point_yard.decide(StartCharging(user_id="bob", charger_id="c1"))
    point_yard.decide(StartCharging(user_id="ann", charger_id="c1"))
    starts = [one for one in point_yard.effects if isinstance(one, StartRemotely)]
    assert [one.tag for one in starts] == ["tag-ann"]
    refused = point_yard.starts("", tagged=NOBODYS)
    assert refused.tag_status != "Accepted"
    assert any(isinstance(one, StopRemotely) for one in point_yard.effects)
    assert point_yard.on() == "ann held"


def test_where_nothing_is_refused_a_strangers_car_counts_as_the_holders_until_they_say_otherwise(point_yard: Yard):
    _boots(point_yard, "presumed")
    point_yard.join("ann")
    point_yard.accept("ann")
    point_yard.starts("", tagged=NOBODYS)
    assert point_yard.on() == "ann charging"
    assert not any(isinstance(one, StopRemotely) for one in point_yard.effects)


def test_where_nothing_is_refused_a_car_without_a_hold_is_nobodys(point_yard: Yard):
    _boots(point_yard, "presumed")
    point_yard.starts("", tagged=NOBODYS)
    assert point_yard.on().endswith("charging")
    assert not any(isinstance(one, StopRemotely) for one in point_yard.effects)
