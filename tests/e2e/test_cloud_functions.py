"""Functions in their framework, pushed to by Pub/Sub, on Firestore: twice, at once, beside what is broken."""

import base64
import json
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from typing import Any

import httpx
import pytest

from model import paths
from model.documents import to_json
from model.store.open import open_store
from model.store.port import Store
from services.sites.site_document import site_document, site_of
from tests.e2e.cloud import CloudWorld
from tests.e2e.world import Person, Site, wait_for

pytestmark = pytest.mark.timeout(300)
AT_ONCE = 8


@pytest.fixture
def world(cloud_world: CloudWorld) -> CloudWorld:
    return cloud_world


@pytest.fixture
def store(world: CloudWorld) -> Iterator[Store]:
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("FIRESTORE_EMULATOR_HOST", world.cloud.firestore_host)
        opened = open_store(f"firestore:{world.cloud.project}", environ={})
    with opened:
        yield opened


def free_site(world: CloudWorld, name: str, **settings: Any) -> Site:
    """A site whose charger is free."""
    site = world.site(name, **settings)
    free = replace(site, charger_id="unit")
    world.admin.do("POST", free.charger_path, {})
    world.admin.do("PUT", free.charger_path, {"state": "available"})
    return free


def offered(driver: Person, site: Site) -> None:
    """The driver has joined and is asked."""
    assert driver.do("POST", f"{site.path}/queue")["offer"]["state"] == "offered"


def publish_at_once(world: CloudWorld, topic: str, body: Any = None) -> None:
    """The same message, as often as Pub/Sub might deliver it on a bad day."""
    data = json.dumps({} if body is None else body).encode()
    with ThreadPoolExecutor(AT_ONCE) as threads:
        list(threads.map(lambda _: world.publish(topic, data), range(AT_ONCE)))


def decisions(world: CloudWorld, site: Site) -> list[dict[str, Any]]:
    found: list[dict[str, Any]] = world.admin.do("GET", f"{site.path}/decisions?page_size=100")["decisions"]
    return found


def said(world: CloudWorld, site: Site, words: str) -> int:
    """How many decisions say so."""
    return sum(words in decision["summary"] for decision in decisions(world, site))


def yesterday(store: Store, site: Site) -> None:
    """The site as if its midnight were due."""
    document = store.get(paths.location(site.location_id))
    assert document is not None
    found = site_of(document.data)
    assert found.day is not None
    before = replace(
        found, day=replace(found.day, date=found.day.date - timedelta(days=1)), next_due_at=datetime.now(UTC)
    )
    store.put(document.path, site_document(before, to_json(before)))


def test_an_offer_lapses_once_however_often_the_tick_comes(world: CloudWorld):
    site = free_site(world, "lapse", response_s=2)
    first = world.driver("lapse-1")
    offered(first, site)
    wait_for(lambda: first.state == "in_queue", 20, "the offer lapses")
    publish_at_once(world, "tick")
    assert said(world, site, "did not answer") == 1


def test_midnight_resets_a_queue_once_though_both_functions_come_at_once(world: CloudWorld, store: Store):
    site = free_site(world, "midnight")
    drivers = [world.driver(f"midnight-{number}") for number in range(4)]
    for driver in drivers:
        driver.do("POST", f"{site.path}/queue")
    states = [driver.state for driver in drivers]
    yesterday(store, site)
    publish_at_once(world, "reset-queues")
    publish_at_once(world, "tick")
    wait_for(lambda: said(world, site, "a new day"), 20, "it is midnight")
    waited = [driver for driver, state in zip(drivers, states, strict=True) if state == "in_queue"]
    assert waited
    assert [driver.state for driver in waited] == ["inactive"] * len(waited)
    wait_for(lambda: _kinds(world, site).count("reset") >= len(waited), 20, "they are told")
    assert said(world, site, "a new day") == 1
    assert _kinds(world, site).count("reset") == len(waited)


def test_one_broken_location_stops_no_other(world: CloudWorld, store: Store):
    broken, whole = world.site("broken"), free_site(world, "whole", response_s=2)
    document = store.get(paths.location("broken"))
    assert document is not None
    past = datetime.now(UTC) - timedelta(days=1)
    store.put(document.path, {**document.data, "next_due_at": past, "body": b"\x01broken"})
    try:
        driver = world.driver("whole-1")
        offered(driver, whole)
        wait_for(lambda: driver.state == "in_queue", 20, "the offer lapses beside a location that cannot be read")
        assert "tick_failed" in world.functions["tick"].log_tail(200)
        answer = world.admin.ask("GET", broken.path)
        assert answer.status_code == httpx.codes.INTERNAL_SERVER_ERROR
        assert answer.json()["code"]
    finally:
        store.put(document.path, document.data)


def test_a_decision_delivered_many_times_at_once_is_told_by_one_id(world: CloudWorld):
    site = free_site(world, "twice")
    offered(world.driver("twice-1"), site)
    decision = next(one for one in decisions(world, site) if one["effects"])
    path = paths.decision(site.location_id, decision["version"])
    publish_at_once(world, "decisions", {"path": path})
    wait_for(lambda: _kinds(world, site), 20, "the offer is told")
    ids = {message["message_id"] for message in world.messages(site)}
    assert len(ids) == 1
    wait_for(lambda: not decisions(world, site)[-decision["version"]]["pending"], 20, "nothing is pending")


def test_what_is_past_is_removed_and_the_rest_stays(world: CloudWorld, store: Store):
    now = datetime.now(UTC)
    store.put(f"{paths.TOKENS}/past", {"expires_at": now - timedelta(seconds=1)})
    store.put(f"{paths.TOKENS}/future", {"expires_at": now + timedelta(hours=1)})
    publish_at_once(world, "refresh-tokens")
    wait_for(lambda: store.get(f"{paths.TOKENS}/past") is None, 20, "the old token is gone")
    assert store.get(f"{paths.TOKENS}/future") is not None
    assert world.admin.state == "inactive", "whose token is not past"


@pytest.mark.parametrize(
    "body", [b"", b"\xff\xfe", b"[]", b'"text"', b'{"path": 5}', b'{"path": "users/x"}', b'{"v": 99}']
)
def test_a_message_that_is_none_is_not_delivered_for_ever(world: CloudWorld, body: bytes):
    address = world.functions["sweep_outbox"].plan.ready_url
    published = datetime.now(UTC).isoformat().replace("+00:00", "Z")
    message = {"data": base64.b64encode(body).decode(), "messageId": "bad", "publishTime": published}
    assert httpx.post(address, json={"message": message, "subscription": "s"}).status_code == httpx.codes.OK


def _kinds(world: CloudWorld, site: Site) -> list[str]:
    return [message["kind"] for message in world.messages(site)]
