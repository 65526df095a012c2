"""A card held to a busy charger: its driver waits in the queue from then on."""

from collections.abc import Callable
from dataclasses import replace

import msgspec
import pytest

from model.documents import from_json, to_json
from model.settings import Presence
from model.site import Site
from model.store.errors import StoreBusy
from scheduling.inputs import PutCharger, PutLocation
from services.sites.desk import Desk
from tests.fakes.site_world import ADMIN, DRIVER, SETTINGS, YARD, World


@pytest.fixture
def yard(world: World) -> World:
    """One charger, in use by ann."""
    world.location()
    world.charge_point()
    world.ann, world.bob, world.cid = (world.driver(name) for name in ("ann", "bob", "cid"))
    world.tag("04B1", world.bob)
    world.starts(world.ann.tag)
    world.told()
    return world


def tap(yard: World, tag: str) -> str:
    return yard.services.questions.authorize("CP1", tag).tag_status.value


def queue(yard: World) -> list[tuple[str, str]]:
    return [(entry.member.username, entry.via) for entry in yard.site().queue]


def change(yard: World, **settings: object) -> None:
    location = PutLocation(settings=replace(SETTINGS, **settings))  # type: ignore[arg-type]
    yard.services.keeping.put_location(YARD, location, ADMIN)


def test_a_tap_at_a_busy_charger_joins_the_queue_and_is_answered_blocked(yard: World):
    assert tap(yard, "04b1") == "Blocked"
    assert queue(yard) == [("bob", "tap")]
    assert yard.user(yard.bob).place is not None
    assert yard.told() == [(yard.bob.user_id, "joined")]
    assert tap(yard, yard.cid.tag) == "Blocked"
    assert queue(yard) == [("bob", "tap"), ("cid", "tap")]
    yard.nudged()
    assert "number 2" in yard.notifier.sent[-1].text


def test_a_second_tap_changes_nothing(yard: World):
    tap(yard, "04B1")
    version = yard.site().version
    with yard.store.measure() as count:
        assert [tap(yard, tag) for tag in ("04B1", "04B1", yard.bob.tag)] == ["Blocked"] * 3
    assert count.writes == 0
    assert yard.site().version == version


def test_who_tapped_is_asked_when_the_charger_is_free(yard: World):
    tap(yard, "04B1")
    yard.told()
    yard.tell("CP1", "transaction_ended", transaction_id="t1", meter_stop_wh=3_000, reason="EVDisconnected")
    assert (yard.bob.user_id, "offered") in yard.told()
    assert tap(yard, "04B1") == "Accepted"
    assert yard.starts("04B1", "t2")["tag_status"] == "Accepted"


@pytest.mark.parametrize("presence", [Presence.QR, Presence.RADIUS])
def test_a_tap_is_proof_of_presence(yard: World, presence: Presence):
    change(yard, presence=presence)
    tap(yard, "04B1")
    assert queue(yard) == [("bob", "tap")]


def test_the_card_of_who_charges_is_a_wish_to_stop(yard: World):
    yard.tag("04A9", yard.ann)
    assert (tap(yard, yard.ann.tag), tap(yard, "04A9")) == ("Accepted", "Accepted")
    assert queue(yard) == []


def test_a_held_charger_is_busy_for_everybody_else(yard: World):
    tap(yard, "04B1")
    yard.tell("CP1", "transaction_ended", transaction_id="t1", meter_stop_wh=3_000, reason="EVDisconnected")
    assert tap(yard, yard.cid.tag) == "Blocked"
    assert queue(yard) == [("cid", "tap")]


def test_where_one_has_to_join_first_a_tap_joins_and_the_free_charger_is_offered(world: World):
    world.location(settings=replace(SETTINGS, walk_up=False))
    world.charge_point()
    ann = world.driver("ann")
    assert tap(world, ann.tag) == "Blocked"
    assert world.told() == [(ann.user_id, "joined"), (ann.user_id, "offered")]
    assert tap(world, ann.tag) == "Accepted"


def test_at_a_free_charger_a_tap_is_a_walk_up(world: World):
    world.location()
    world.charge_point()
    ann = world.driver("ann")
    assert tap(world, ann.tag) == "Accepted"
    assert queue(world) == []


def test_two_connectors_are_busy_when_both_are(world: World):
    world.location(chargers=2)
    world.charge_point(connectors=2)
    ann, bob, cid = (world.driver(name) for name in ("ann", "bob", "cid"))
    world.starts(ann.tag, "t1", connector=1)
    assert tap(world, bob.tag) == "Accepted"
    assert queue(world) == []
    world.services.keeping.put_charger(YARD, PutCharger(charger_id="c2", out_of_service=True), ADMIN)
    assert tap(world, cid.tag) == "Blocked"
    assert queue(world) == [("cid", "tap")]


def queued_elsewhere(yard: World) -> None:
    yard.location("meadow")
    yard.services.queueing.join("meadow", yard.bob.user_id, DRIVER)


def charging_elsewhere_here(yard: World) -> None:
    yard.services.registry.put("CP2", {"1": f"{YARD}:c2"}, ADMIN, password="0123456789abcdef")
    yard.tell("CP2", "transaction_started", connector=1, transaction_id="t2", meter_start_wh=0, tag="04B1")


def closed(yard: World) -> None:
    change(yard, queue_hours={"tue": (("07:00", "07:01"),)})


def as_told(site: Site) -> Site:
    """But for what managers were told, and when that was decided."""
    return replace(site, version=0, decided_at=None, warned={})


@pytest.mark.parametrize(
    ("prepare", "tag", "answer"),
    [
        (lambda yard: change(yard, tap_to_join=False), "04B1", "Blocked"),
        (closed, "04B1", "Blocked"),
        (queued_elsewhere, "04B1", "ConcurrentTx"),
        (charging_elsewhere_here, "04B1", "ConcurrentTx"),
        (lambda _: None, "NOBODY", "Invalid"),
        (lambda _: None, "", "Invalid"),
        (lambda _: None, "x" * 300, "Invalid"),
        (lambda _: None, "a\x00", "Invalid"),
        (lambda yard: yard.tag("LOST", yard.bob, active=False), "LOST", "Blocked"),
        (lambda yard: yard.tag("OLD", yard.bob, expires_at=yard.clock.now()), "OLD", "Expired"),
        (lambda yard: yard.driver("eve", active=False), "TEVE", "Blocked"),
    ],
    ids=["off", "closed", "queued", "charging", "nobody", "empty", "long", "control", "blocked", "expired", "inactive"],
)
def test_these_taps_join_nothing(yard: World, prepare: Callable[[World], object], tag: str, answer: str):
    prepare(yard)
    yard.told()
    before = yard.site()
    assert tap(yard, tag) == answer
    assert queue(yard) == []
    assert as_told(yard.site()) == as_told(before)
    assert set(yard.told()) <= {("", "alert.unknown_tag")}, "a card nobody knows is told to the managers, and no more"


def test_a_charger_out_of_service_is_not_busy(world: World):
    world.location()
    world.charge_point()
    ann = world.driver("ann")
    world.services.keeping.put_charger(YARD, PutCharger(charger_id="c1", out_of_service=True), ADMIN)
    assert tap(world, ann.tag) == "Blocked"
    assert queue(world) == []


def test_the_verdict_stands_when_the_store_is_too_busy_to_join(yard: World, monkeypatch: pytest.MonkeyPatch):
    def busy(*_args: object, **_more: object) -> None:
        raise StoreBusy(8, 1.0, 1)

    monkeypatch.setattr(Desk, "decide", busy)
    assert tap(yard, "04B1") == "Blocked"
    monkeypatch.undo()
    assert queue(yard) == []
    tap(yard, "04B1")
    assert queue(yard) == [("bob", "tap")]


def test_a_site_written_before_there_was_the_setting_lets_taps_join(yard: World):
    plain = msgspec.json.decode(to_json(yard.site()))
    del plain["settings"]["tap_to_join"]
    assert from_json(Site, msgspec.json.encode(plain)) == yard.site()
