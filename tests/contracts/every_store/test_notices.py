"""Notices and records on each of the stores: booked once whoever posts at the same time, and read page by page."""

from concurrent.futures import ThreadPoolExecutor
from typing import Any

import pytest

from model.charge_point_records import Firmware
from model.store.port import Store
from tests.fakes.site_world import World


@pytest.fixture
def yard(store: Store) -> World:
    world = World(inner=store)
    world.location()
    world.charge_point()
    return world


def told(world: World, action: str = "") -> list[bytes]:
    """All of a kind, page by page, the newest first."""
    found: list[bytes] = []
    token = "-"
    while token:
        page = world.services.notices.page("CP1", action, 2, token.strip("-"))
        found += [one.payload for one in page.items]
        token = page.next_page_token
    return found


def notice(world: World, action: str, **payload: Any) -> dict[str, Any]:
    world.clock.advance(seconds=1)
    return world.event("CP1", "notice", action=action, payload=payload)


def test_a_batch_posted_twice_at_the_same_time_is_booked_once(yard: World):
    batch = [notice(yard, "FirmwareStatusNotification", status=status) for status in ("Downloading", "Downloaded")]
    with ThreadPoolExecutor(2) as threads:
        replies = list(threads.map(lambda _: yard.post(*batch), range(2)))
    outcomes = sorted([result.outcome for result in reply.results] for reply in replies)
    assert outcomes == [["applied", "applied"], ["repeat", "repeat"]]
    found = yard.services.records.get("CP1", "firmware", Firmware)
    assert [step.status for step in found.steps] == ["Downloading", "Downloaded"]
    assert told(yard) == [b'{"status":"Downloaded"}', b'{"status":"Downloading"}']


def test_pages_of_one_kind_and_of_all_are_in_the_order_they_were_heard(yard: World):
    yard.post(*[notice(yard, ("DataTransfer", "SecurityEventNotification")[n % 2], type=str(n)) for n in range(7)])
    assert told(yard) == [b'{"type":"%d"}' % n for n in range(6, -1, -1)]
    assert told(yard, "DataTransfer") == [b'{"type":"%d"}' % n for n in (6, 4, 2, 0)]
