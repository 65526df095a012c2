"""Charge points that knock and are not known: listed, bounded, gone once adopted."""

from datetime import timedelta
from typing import Any

import pytest

from model import paths
from services.chargepoints.unknown import KEPT_FOR, MOST_UNKNOWN
from tests.fakes.site_world import ADMIN, World
from wire.attempts import Attempt


@pytest.fixture
def yard(world: World) -> World:
    world.location()
    return world


def attempt(yard: World, name: str, **more: Any) -> Attempt:
    now = yard.clock.now()
    fields: dict[str, Any] = {"count": 1, "first_at": now, "last_at": now} | more
    return Attempt(charge_point_id=name, **fields)


def names(yard: World) -> list[str]:
    return [each.charge_point_id for each in yard.services.unknown.all()]


def test_attempts_are_added_up_and_the_latest_comes_first(yard):
    unknown = yard.services.unknown
    began = yard.clock.now()
    unknown.report("b1", [attempt(yard, "A"), attempt(yard, "B")])
    yard.clock.advance(minutes=5)
    unknown.report("b1", [attempt(yard, "A", count=4, subprotocols=("ocpp1.6",), family="ipv6", is_tls=True)])
    first, second = unknown.all()
    assert (first.charge_point_id, first.attempts, first.first_at, first.last_at) == ("A", 5, began, yard.clock.now())
    assert (first.subprotocols, first.family, first.is_tls) == (("ocpp1.6",), "ipv6", True)
    assert second.charge_point_id == "B"


def test_one_that_is_made_known_leaves_the_list_and_one_that_is_forgotten_returns(yard):
    yard.services.unknown.report("b1", [attempt(yard, "CP1"), attempt(yard, "cp1")])
    yard.charge_point("CP1")
    assert names(yard) == ["cp1"]
    yard.services.registry.delete("CP1", ADMIN)
    assert names(yard) == ["cp1", "CP1"]


def test_an_identity_at_two_bridges_is_one_entry(yard):
    yard.services.unknown.report("b1", [attempt(yard, "A")])
    yard.clock.advance(minutes=1)
    yard.services.unknown.report("b2", [attempt(yard, "A")])
    assert [each.bridge_id for each in yard.services.unknown.all()] == ["b2"]


def test_after_a_week_nobody_is_listed_any_more(yard):
    yard.services.unknown.report("b1", [attempt(yard, "A")])
    yard.clock.advance(seconds=KEPT_FOR.total_seconds())
    assert names(yard) == []
    yard.services.unknown.report("b1", [attempt(yard, "B")])
    document = yard.store.get(paths.attempts("b1"))
    assert [each["charge_point_id"] for each in document.data["unknown"]] == ["B"]


def test_a_flood_of_names_fills_one_document_and_pushes_out_nobody_who_comes_again(yard):
    yard.services.unknown.report("b1", [attempt(yard, "real", count=2)])
    for batch in range(10):
        yard.clock.advance(seconds=10)
        yard.services.unknown.report("b1", [attempt(yard, f"made-up-{batch}-{number}") for number in range(50)])
    found = names(yard)
    assert len(found) == MOST_UNKNOWN
    assert "real" in found
    assert "made-up-9-49" in found


@pytest.mark.parametrize("name", ["", "__x__", "a\x00b", ".", "x" * 65, "\ud800"])
def test_what_could_be_no_charge_point_is_left_out(yard, name):
    yard.services.unknown.report("b1", [attempt(yard, name)])
    assert names(yard) == []


def test_a_bridge_whose_clock_is_ahead_makes_nobody_last_longer(yard):
    ahead = yard.clock.now() + timedelta(days=300)
    yard.services.unknown.report("b1", [attempt(yard, "A", first_at=ahead, last_at=ahead)])
    assert yard.services.unknown.all()[0].last_at == yard.clock.now()
