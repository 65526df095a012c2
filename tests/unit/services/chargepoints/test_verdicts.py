"""Every verdict on a tag, as `docs/tags.md` says: by the API, and by the bridge's copy of what the API told it."""

from collections.abc import Callable
from dataclasses import replace
from pathlib import Path

import msgspec
import pytest

from model import paths
from model.settings import UnknownTags
from ocpp_bridge.back_end.local_copy import LocalCopy
from ocpp_bridge.spool.copy_rows import StoredCopy
from scheduling.inputs import PutCharger, PutLocation
from tests.fakes.site_world import ADMIN, DRIVER, SETTINGS, YARD, World
from wire.codec import decode, encode
from wire.questions import BridgeConfig

PAGE = Path(__file__).parents[4] / "docs/tags.md"
CARD, OTHER = "04A1", "04A2"
ODD = {"colon": "usb:04a1", "unicode": "Ångström-ß"}


def rows(heading: str) -> list[list[str]]:
    """The fields of the page's table below a heading."""
    section = PAGE.read_text("utf-8").split(f"## {heading}\n")[1].split("\n## ")[0]
    lines = [line.strip("| ").split(" | ") for line in section.splitlines() if line.startswith("| ")]
    return [[field.strip() for field in line] for line in lines[1:]]


BEFORE, AT_END = rows("Before a charge"), rows("At its end")


@pytest.fixture
def yard(world: World) -> World:
    """CP1 and CP2, a charger each, free; ann has two cards, bob one."""
    world.location(chargers=2)
    for name, charger_id in (("CP1", "c1"), ("CP2", "c2")):
        world.services.registry.put(name, {"1": f"{YARD}:{charger_id}"}, ADMIN, password="0123456789abcdef")
        world.tell(name, "connection", connected=True, bridge_id="b1", epoch=1)
        world.tell(name, "status", connector=1, status="available")
    world.ann, world.bob, world.cid = (world.driver(name) for name in ("ann", "bob", "cid"))
    world.tag(CARD, world.ann)
    world.tag(OTHER, world.ann)
    return world


def begin(yard: World, charge_point_id: str, tag: str, transaction_id: str = "t1") -> None:
    result = yard.tell(
        charge_point_id,
        "transaction_started",
        connector=1,
        transaction_id=transaction_id,
        meter_start_wh=0,
        tag=tag,
    )
    assert result["tag_status"] == "Accepted"


def change(yard: World, **settings: object) -> None:
    location = PutLocation(settings=replace(SETTINGS, **settings))  # type: ignore[arg-type]
    yard.services.keeping.put_location(YARD, location, ADMIN)


def hold(yard: World, tag: str = CARD) -> str:
    """ann is offered c1: c2 is used."""
    begin(yard, "CP2", yard.cid.tag, "t9")
    yard.services.queueing.join(YARD, yard.ann.user_id, DRIVER)
    assert yard.charger(1).session is not None
    return tag


def use(yard: World, tag: str, at: str = "CP1", by: str = CARD) -> str:
    begin(yard, at, by)
    return tag


def unknown_may(yard: World, tag: str = "NOBODY") -> str:
    change(yard, unknown_tags=UnknownTags.WALK_UP)
    return tag


def carded(yard: World, tag: str, **changes: object) -> str:
    yard.tag(tag, yard.ann, **changes)
    return tag


def deactivated(yard: World) -> str:
    yard.driver("eve", active=False)
    return "TEVE"


def waits_elsewhere(yard: World) -> str:
    yard.location("meadow")
    yard.services.queueing.join("meadow", yard.ann.user_id, DRIVER)
    return CARD


def others_wait(yard: World) -> str:
    """bob waits, for all is used; c1's car has charged and its plug is out, but the charger is not offered yet."""
    yard.tell("CP1", "status", connector=1, status="preparing")
    begin(yard, "CP2", yard.cid.tag, "t9")
    yard.services.queueing.join(YARD, yard.bob.user_id, DRIVER)
    assert len(yard.site().queue) == 1
    return CARD


def join_first(yard: World) -> str:
    change(yard, walk_up=False, tap_to_join=False)
    return CARD


def out_of_service(yard: World) -> str:
    yard.services.keeping.put_charger(YARD, PutCharger(charger_id="c1", out_of_service=True), ADMIN)
    return CARD


def held_from_unknown(yard: World) -> str:
    hold(yard)
    return unknown_may(yard)


SITUATIONS: dict[str, Callable[[World], str]] = {
    "a card at a free charger": lambda _: CARD,
    "a card in other letter case": lambda _: CARD.lower(),
    "a card with a colon": lambda yard: carded(yard, ODD["colon"]),
    "a card of letters beyond ASCII": lambda yard: carded(yard, ODD["unicode"]),
    "a made-up tag": lambda yard: yard.ann.tag,
    "a blocked card": lambda yard: carded(yard, "BLOCKED", active=False),
    "an expired card": lambda yard: carded(yard, "EXPIRED", expires_at=yard.clock.now()),
    "a card of a deactivated driver": deactivated,
    "a card of nobody": lambda _: "NOBODY",
    "a card of nobody where unknown tags may charge": unknown_may,
    "a card of nobody where unknown tags may charge, at a held charger": held_from_unknown,
    "a text that is no tag": lambda _: "a\x00b",
    "no text at all": lambda _: "",
    "the holder's card at the held charger": hold,
    "another card of the holder at the held charger": lambda yard: hold(yard, OTHER),
    "the holder's card, blocked, at the held charger": lambda yard: hold(yard, carded(yard, "BLOCKED", active=False)),
    "another driver's card at the held charger": lambda yard: hold(yard, yard.bob.tag),
    "a card of nobody at the held charger": lambda yard: hold(yard, "NOBODY"),
    "another driver's card at a charger in use": lambda yard: use(yard, yard.bob.tag),
    "the charging driver's card at their charger": lambda yard: use(yard, CARD),
    "the charging driver's card at another charger": lambda yard: use(yard, CARD, at="CP2"),
    "another card of the charging driver at another charger": lambda yard: use(yard, OTHER, at="CP2"),
    "a card of who waits at another location": waits_elsewhere,
    "a card while others wait": others_wait,
    "a card where one has to join first": join_first,
    "a card at a charger out of service": out_of_service,
}


def copy_of(yard: World) -> LocalCopy:
    """What a bridge holds after its first poll, over the wire."""
    config = decode(BridgeConfig, encode(yard.services.bridge_configs.config("b1")))
    copy = LocalCopy(StoredCopy(cursor="", charge_points=[], tags=[], holds=[]))
    copy.apply(config, 0.0)
    return copy


def running(yard: World) -> dict[tuple[str, int], str]:
    chargers = yard.site().chargers.values()
    return {(one.charge_point_id, one.connector): one.transaction.tag_key for one in chargers if one.transaction}


def test_the_page_and_the_situations_are_the_same():
    assert [row[0] for row in BEFORE] == list(SITUATIONS)
    assert [row[0] for row in AT_END] == list(ENDS)


@pytest.mark.parametrize(("situation", "authorize", "start", "_copy_authorize", "_copy_start"), BEFORE)
def test_the_api_says_of_a_tag(yard: World, situation, authorize, start, _copy_authorize, _copy_start):
    tag = SITUATIONS[situation](yard)
    asked = yard.services.questions.authorize("CP1", tag, 1)
    assert asked.tag_status.value == authorize, asked.reason
    start_of = {"connector": 1, "transaction_id": "t2", "meter_start_wh": 0, "tag": tag}
    began = yard.tell("CP1", "transaction_started", **start_of)
    assert began["tag_status"] == start, began
    known = yard.store.get(paths.tag(tag)) if tag else None
    assert began.get("parent_tag", "") == asked.parent_tag == (known.data["parent_tag"] if known else "")


@pytest.mark.parametrize(("situation", "_authorize", "_start", "authorize", "start"), BEFORE)
def test_the_bridge_says_of_a_tag_without_the_api(yard: World, situation, _authorize, _start, authorize, start):
    tag = SITUATIONS[situation](yard)
    copy, now = copy_of(yard), yard.clock.now()
    runs = running(yard)
    asked = copy.authorize("CP1", tag, runs, now)
    assert asked.tag_status.value == authorize, asked.reason
    began = copy.start(("CP1", 1), tag, runs, now)
    assert began.tag_status.value == start, began.reason
    if tag.casefold() in {CARD.casefold(), OTHER.casefold()}:
        assert asked.parent_tag == began.parent_tag == yard.ann.tag


def blocked_since(yard: World) -> str:
    yard.tag(CARD, yard.ann, active=False)
    return CARD


def expired_since(yard: World) -> str:
    yard.tag(CARD, yard.ann, expires_at=yard.clock.now())
    return CARD


ENDS: dict[str, Callable[[World], str]] = {
    "the card it began with": lambda _: CARD,
    "another card of the same driver": lambda _: OTHER,
    "the driver's made-up tag": lambda yard: yard.ann.tag,
    "the card it began with, blocked since": blocked_since,
    "the card it began with, expired since": expired_since,
    "another driver's card": lambda yard: yard.bob.tag,
    "a card of nobody ending somebody's charge": lambda _: "NOBODY",
    "the card of nobody it began with": lambda _: "NOBODY",
}


@pytest.mark.parametrize(("situation", "answered", "noted"), AT_END)
def test_a_tag_at_the_end_of_a_charge(yard: World, situation, answered, noted):
    starter = unknown_may(yard) if situation == "the card of nobody it began with" else CARD
    begin(yard, "CP1", starter)
    tag = ENDS[situation](yard)
    copy = copy_of(yard)
    assert copy.stop(tag, starter.lower(), yard.clock.now()).tag_status.value == answered
    ended = yard.tell("CP1", "transaction_ended", transaction_id="t1", meter_stop_wh=5_000, tag=tag)
    assert ended["tag_status"] == noted
    strangers = noted == "Invalid"
    assert (ended["outcome"], ended.get("reason", "")) == (
        ("noted", "ended_by_another_card") if strangers else ("applied", "")
    )
    assert yard.charger(1).transaction is None
    told = [one.kind for one in told_to_managers(yard)]
    assert told == (["alert.anomaly"] if strangers else [])


def told_to_managers(yard: World):
    yard.nudged()
    return [one for one in yard.notifier.sent if not one.user_id]


def test_after_our_session_has_closed_its_drivers_cards_still_end_the_charge(yard: World):
    begin(yard, "CP1", CARD)
    yard.services.charging.end_session(YARD, "c1", "owner", DRIVER, user_id=yard.ann.user_id)
    ended = yard.tell("CP1", "transaction_ended", transaction_id="t1", meter_stop_wh=5_000, tag=OTHER)
    assert (ended["outcome"], ended["tag_status"]) == ("applied", "Accepted")


def test_a_card_that_changes_is_told_as_blocked_while_its_driver_is_deactivated(yard: World):
    yard.clock.advance(seconds=31)
    cursor = yard.services.bridge_configs.config("b1").cursor
    account = paths.user(yard.ann.user_id)
    document = yard.store.get(account)
    assert document is not None
    yard.store.put(account, {**document.data, "active": False})
    yard.tag(CARD, yard.ann, label="touched")
    [told] = yard.services.bridge_configs.config("b1", cursor).tags
    assert msgspec.to_builtins(told)["status"] == "Blocked"
