"""Tags on the wire: what a real socket is answered, with the API and without it, and what the API then shows."""

import itertools
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest

from tests.e2e.box import Box, Refused, now
from tests.e2e.world import Person, Site, World, wait_for

_numbers = itertools.count(1)


@pytest.fixture(scope="module")
def ann(world: World) -> Person:
    """She has a card of each kind."""
    ann = world.driver("ann")
    for card in ("ANN-1", "ANN-2", "usb:ann"):
        ann.do("POST", "user/tag", {"tag": card})
    ann.do("POST", "user/tag", {"tag": "ANN-LOST"})
    ann.do("PATCH", "user/tag/ANN-LOST", {"active": False})
    past = (datetime.now(UTC) - timedelta(days=1)).isoformat()
    ann.do("POST", "user/tag", {"tag": "ANN-OLD", "expires_at": past})
    return ann


@pytest.fixture(scope="module")
def bob(world: World) -> Person:
    bob = world.driver("bob")
    bob.do("POST", "user/tag", {"tag": "BOB-1"})
    return bob


@pytest.fixture(autouse=True)
def _alive(world: World) -> Iterator[None]:
    """Whatever a test killed lives again for the next."""
    yield
    world.revive()


def a_site(world: World, **settings: Any) -> Site:
    return world.site(f"tags-{next(_numbers)}", **settings)


def box_of(world: World, site: Site) -> Box:
    return Box(f"ws://127.0.0.1:{world.machine.ocpp_port}/ocpp", site.charge_point_id, site.password)


def info(box: Box, tag: str) -> dict[str, Any]:
    """Authorize's idTagInfo."""
    found: dict[str, Any] = box.call("Authorize", {"idTag": tag})["idTagInfo"]
    return found


def stop(box: Box, transaction_id: int, tag: str) -> str:
    """StopTransaction's verdict on the tag; empty: none."""
    payload = {"transactionId": transaction_id, "meterStop": box.register_wh, "timestamp": now(), "idTag": tag}
    return str(box.call("StopTransaction", payload).get("idTagInfo", {}).get("status", ""))


def copy_knows_ann(box: Box) -> None:
    """The bridge has polled since her cards were made: it answers StopTransaction by its own copy."""
    known = {"ANN-1": "Accepted", "ANN-LOST": "Blocked", "ANN-OLD": "Expired", "usb:ann": "Accepted"}
    wait_for(lambda: {tag: stop(box, -1, tag) for tag in known} == known, 10, "the copy knows her cards")


VERDICTS = [
    ("ANN-1", "Accepted"), ("ann-1", "Accepted"), ("Ann-2", "Accepted"), ("USB:ANN", "Accepted"),
    ("ANN-LOST", "Blocked"), ("ann-lost", "Blocked"), ("ANN-OLD", "Expired"), ("NOBODY", "Invalid"),
    ("", "Invalid"), ("a\x01b", "Invalid"), ("Ångström", "Invalid"), ("x" * 20, "Invalid"), (" ANN-1", "Invalid"),
]  # fmt: skip
KNOWN = {"ANN-1", "ANN-2", "USB:ANN", "ANN-LOST", "ANN-OLD"}


AWAY = [one for one in VERDICTS if one[0] in {"ANN-1", "USB:ANN", "ann-lost", "ANN-OLD", "NOBODY", "", "Ångström"}]
"""One of each kind: what is asked while the API is away takes its time."""


def check_verdicts(box: Box, ann: Person, verdicts: list[tuple[str, str]]) -> None:
    """Each is the same at Authorize and at StartTransaction, with the made-up tag as the parent of known cards."""
    for tag, verdict in verdicts:
        said = info(box, tag)
        parent = ann.tag if tag.upper() in KNOWN else None
        assert (said["status"], said.get("parentIdTag")) == (verdict, parent), tag
        transaction_id, status = box.start_transaction(tag)
        assert status == verdict, tag
        assert stop(box, transaction_id, tag) == (verdict if tag else ""), tag
        box.status("Available")


def test_each_tag_is_worth_the_same_wherever_it_is_asked_about(world: World, ann: Person) -> None:
    site = a_site(world)
    with box_of(world, site) as box:
        copy_knows_ann(box)
        check_verdicts(box, ann, VERDICTS)
        wait_for(lambda: ann.state == "inactive")
        sessions = world.sessions(site)
    admitted = [tag for tag, verdict in VERDICTS if verdict == "Accepted"]
    assert [session["user"]["username"] for session in sessions] == ["ann"] * len(admitted)


def test_without_the_api_each_tag_is_worth_the_same(world: World, ann: Person) -> None:
    site = a_site(world)
    with box_of(world, site) as box:
        copy_knows_ann(box)
        world.kill9(world.api)
        check_verdicts(box, ann, AWAY)
        world.start(world.api)
        admitted = [tag for tag, verdict in AWAY if verdict == "Accepted"]
        wait_for(lambda: len(world.sessions(site)) == len(admitted), 20)
    assert {session["user"]["username"] for session in world.sessions(site)} == {"ann"}


def test_a_tag_longer_than_ocpp_allows_is_refused_for_its_form(world: World, ann: Person) -> None:
    with box_of(world, a_site(world)) as box:
        with pytest.raises(Refused, match="Violation"):
            info(box, "x" * 21)
        assert stop(box, -1, "x" * 21) == "Invalid"
        assert info(box, ann.tag)["status"] == "Accepted"


def test_one_person_charges_at_one_place(world: World, ann: Person) -> None:
    here, there = a_site(world), a_site(world)
    with box_of(world, here) as box, box_of(world, there) as other:
        copy_knows_ann(box)
        transaction_id, status = box.start_transaction("ANN-1")
        assert status == "Accepted"
        for answered_by in ("api", "copy"):
            assert info(box, "ANN-2")["status"] == "Accepted", "at the running charge it is a wish to stop"
            assert info(other, "ANN-2")["status"] == "ConcurrentTx", answered_by
            refused, verdict = other.start_transaction("ANN-2")
            assert verdict == "ConcurrentTx", answered_by
            other.stop_transaction(refused, "", "DeAuthorized")
            other.status("Available")
            if answered_by == "api":
                world.kill9(world.api)
        world.start(world.api)
        assert stop(box, transaction_id, "ANN-2") == "Accepted"
        box.status("Available")
        wait_for(lambda: ann.state == "inactive")
    assert world.sessions(there) == []


@pytest.mark.parametrize("with_api", [True, False], ids=["api", "copy"])
def test_unknown_tags_walk_up_where_the_location_says_so(world: World, ann: Person, *, with_api: bool) -> None:
    site = a_site(world, unknown_tags="walk_up")
    with box_of(world, site) as box:
        copy_knows_ann(box)
        if not with_api:
            world.kill9(world.api)
        assert info(box, "STRANGER") == {"status": "Accepted"}
        transaction_id, status = box.start_transaction("STRANGER")
        assert status == "Accepted"
        assert stop(box, transaction_id, "STRANGER") == "Accepted"
        box.status("Available")
        assert info(box, "ANN-LOST")["status"] == "Blocked"
        world.revive()
        [session] = wait_for(lambda: world.sessions(site), 20)
    assert session["user"] is None
    assert ann.state == "inactive"


def test_another_drivers_card_is_no_end_but_the_end_is_a_fact(world: World, ann: Person, bob: Person) -> None:
    site = a_site(world, tap_to_join=False)
    with box_of(world, site) as box:
        copy_knows_ann(box)
        transaction_id, _ = box.start_transaction("ANN-1")
        wait_for(lambda: ann.state == "connected_charging")
        assert info(box, "BOB-1")["status"] == "Blocked"
        refused = bob.ask("DELETE", f"{site.charger_path}/session")
        assert refused.status_code == 403
        box.meter_values(transaction_id, 700)
        assert stop(box, transaction_id, "BOB-1") == "Invalid"
        box.status("Available")
        wait_for(lambda: ann.state == "inactive")
        [session] = world.sessions(site)
        assert (session["user"]["username"], session["energy_wh"]) == ("ann", 700)
        wait_for(lambda: [one for one in world.messages(site) if one["kind"] == "alert.anomaly"])


def test_a_tap_at_a_busy_charger_joins_the_queue(world: World, ann: Person, bob: Person) -> None:
    site = a_site(world, presence="qr")
    with box_of(world, site) as box:
        copy_knows_ann(box)
        transaction_id, _ = box.start_transaction("ANN-1")
        wait_for(lambda: ann.state == "connected_charging")
        assert info(box, "NOBODY")["status"] == "Invalid"
        assert info(box, "ANN-LOST")["status"] == "Blocked"
        for _ in range(3):
            assert info(box, "bob-1") == {"status": "Blocked", "parentIdTag": bob.tag}
        assert bob.state == "in_queue"
        queue = world.admin.do("GET", f"{site.path}/queue")["queue"]
        assert [(one["username"], one["place"]) for one in queue] == [("bob", 1)]
        wait_for(lambda: [one for one in world.messages(site) if one["kind"] == "joined"])
        assert stop(box, transaction_id, "ANN-2") == "Accepted"
        box.status("Available")
        wait_for(lambda: bob.state == "assigned")
        assert info(box, "BOB-1")["status"] == "Accepted"
        assert info(box, "ANN-1")["status"] == "Blocked"
        transaction_id, status = box.start_transaction("BOB-1")
        assert status == "Accepted"
        wait_for(lambda: bob.state == "connected_charging")
        assert ann.state == "in_queue", "her tap at the held charger was a wish, too"
        ann.do("DELETE", f"{site.path}/queue")
        assert stop(box, transaction_id, "BOB-1") == "Accepted"
        box.status("Available")
        wait_for(lambda: bob.state == "inactive")
    assert len([one for one in world.messages(site) if one["kind"] == "joined"]) == 2


def test_without_the_api_a_tap_is_only_refused(world: World, ann: Person, bob: Person) -> None:
    site = a_site(world)
    with box_of(world, site) as box:
        copy_knows_ann(box)
        transaction_id, _ = box.start_transaction("ANN-1")
        wait_for(lambda: stop(box, -1, "BOB-1") == "Accepted")
        world.kill9(world.api)
        assert info(box, "BOB-1")["status"] == "Blocked"
        world.start(world.api)
        assert bob.state == "inactive"
        assert stop(box, transaction_id, "ANN-1") == "Accepted"
        box.status("Available")
        wait_for(lambda: ann.state == "inactive")
