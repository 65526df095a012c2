"""A store that fills up in mid-charge: what was not answered is told again, nothing is half booked, nothing is lost."""

import contextlib
from pathlib import Path
from typing import Any

import pytest

from model.store.errors import StoreFull
from model.store.sqlite import SqliteStore
from services.sites.replay import replay
from tests.fakes.money_world import CREDIT, MoneyWorld
from tests.fakes.site_world import YARD

FILLER = b"x" * 100_000
CHARGES = 12


def fill_up(store: SqliteStore) -> None:
    """To the last page, and then room for a few decisions again."""
    with contextlib.suppress(StoreFull):
        for number in range(1_000):
            store.put(f"filler/{number}", {"body": FILLER})
    store.delete("filler/0")


def empty(store: SqliteStore) -> None:
    for number in range(1_000):
        store.delete(f"filler/{number}")


def charge(world: MoneyWorld, number: int, tag: str) -> list[list[dict[str, Any]]]:
    """The posts of one charge of 1 kWh: each is told as a whole, or again."""
    ids: dict[str, Any] = {"connector": 1, "transaction_id": f"t{number}"}
    at = world.clock.now()
    begun = world.event("CP1", "transaction_started", meter_start_wh=1000 * number, tag=tag, **ids)
    samples = [{"at": at.isoformat(), "value": str(1000 * number + 400), "unit": "Wh"}]
    read = world.event("CP1", "meter", samples=samples, **ids)
    over = world.event("CP1", "transaction_ended", meter_stop_wh=1000 * number + 1000, reason="EVDisconnected", **ids)
    free = world.event("CP1", "status", connector=1, status="available")
    world.clock.advance(minutes=10)
    return [[begun], [read], [over, free]]


def test_a_full_store_takes_nothing_by_half_and_goes_on_when_there_is_room(tmp_path: Path) -> None:
    with SqliteStore(tmp_path / "store.db", max_pages=400) as store:
        world = MoneyWorld(inner=store)
        world.paid_location()
        ann = world.account("ann")
        fill_up(store)
        refused = 0
        for number in range(CHARGES):
            for post in charge(world, number, ann.tag):
                try:
                    world.post(*post)
                except StoreFull:
                    refused += 1
                    with pytest.raises(StoreFull):
                        world.post(*post)
                    empty(store)
                    assert world.wrong() == []
                    outcomes = [result.outcome for result in world.post(*post).results]
                    assert set(outcomes) <= {"applied", "repeat"}
        assert refused >= 1
        sessions = [world.services.sites.session(YARD, "c1", number) for number in range(1, CHARGES + 1)]
        assert [session.energy_wh for session in sessions] == [1000] * CHARGES
        assert world.user(ann).balance == CREDIT - 30 * CHARGES
        assert world.wrong() == []
        assert replay(world.store, YARD).different == ()
