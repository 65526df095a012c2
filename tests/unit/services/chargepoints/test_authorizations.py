"""What cards were answered: kept redacted, bounded and once, shown with whose they are."""

from datetime import timedelta
from typing import Any

import pytest

from model import paths
from model.errors import NotFound
from services.chargepoints.authorizations import BOOK, KEPT, KEPT_FOR
from tests.fakes.site_world import YARD, World
from wire.authorizations import Authorization


@pytest.fixture
def yard(world: World) -> World:
    world.location(chargers=2)
    world.charge_point(connectors=2)
    return world


def told(yard: World, tag: str = "04ABCDEF", **more: Any) -> Authorization:
    fields: dict[str, Any] = {"charge_point_id": "CP1", "at": yard.clock.now(), "asked": "start", "connector": 2,
                              "tag_status": "Accepted", "reason": "walk_up"}  # fmt: skip
    return Authorization(**fields | {"tag": tag} | more)


def test_a_card_is_shown_redacted_with_its_driver_its_charger_and_why(yard: World) -> None:
    yard.tag("04ABCDEF", yard.driver("eve"))
    yard.services.authorizations.report(
        [told(yard, "04abcdef"), told(yard, "nobody's", asked="authorize", connector=0)]
    )
    eve, nobody = yard.services.authorizations.of_charge_point("CP1", 10)
    assert (eve.username, eve.charger_id, eve.authorization.tag) == ("eve", "c2", "…ef")
    assert (eve.authorization.reason, eve.authorization.tag_status) == ("walk_up", "Accepted")
    assert (nobody.username, nobody.charger_id, nobody.authorization.tag) == ("", "", "…'s")
    assert "abcdef" not in str(yard.store.get(paths.charge_point_record("CP1", BOOK)))
    assert yard.services.authorizations.of_location(YARD, 10) == [eve, nobody]
    yard.store.delete(paths.user("u-eve"))
    assert yard.services.authorizations.of_charge_point("CP1", 1)[0].username == ""


def test_told_again_they_are_kept_once_and_write_nothing(yard: World) -> None:
    yard.services.authorizations.report([told(yard)])
    with yard.store.measure() as count:
        yard.services.authorizations.report([told(yard)])
    assert count.writes == 0
    assert len(yard.services.authorizations.of_charge_point("CP1", 10)) == 1


def test_a_minute_of_cards_is_one_write(yard: World) -> None:
    with yard.store.measure() as count:
        yard.services.authorizations.report([told(yard, "04ABCDEF", reason=str(number)) for number in range(100)])
    assert (count.reads, count.writes) == (2, 1)


def test_the_oldest_make_room(yard: World) -> None:
    for _ in range(3):
        yard.services.authorizations.report([told(yard, f"card-{number}") for number in range(100)])
        yard.clock.advance(minutes=1)
    assert len(yard.services.authorizations.of_charge_point("CP1", 1000)) == KEPT
    yard.clock.advance(seconds=KEPT_FOR.total_seconds())
    yard.services.authorizations.report([told(yard, "latest")])
    assert [one.authorization.tag for one in yard.services.authorizations.of_charge_point("CP1", 10)] == ["…st"]


def test_a_clock_that_is_ahead_and_a_charge_point_nobody_knows_do_no_harm(yard: World) -> None:
    ahead = told(yard, at=yard.clock.now() + timedelta(days=400))
    yard.services.authorizations.report([ahead, told(yard, "a\x00"), told(yard, charge_point_id="CP9")])
    found = yard.services.authorizations.of_charge_point("CP1", 10)
    assert {one.authorization.at for one in found} == {yard.clock.now()}
    with pytest.raises(NotFound):
        yard.services.authorizations.of_charge_point("CP9", 10)
