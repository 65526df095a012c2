"""Sessions by every filter against a plain look at all of them, and exports, on each of the stores."""

import hashlib
from collections.abc import Iterator
from dataclasses import replace
from datetime import datetime, timedelta
from itertools import product
from pathlib import Path

import pytest

from model.charger import EndReason
from model.export import Format, Wanted, What
from model.session import Session
from model.store.memory import MemoryStore
from services.history.filing import file_all
from services.sites.session_list import SessionFilter, list_sessions
from services.transfer.exporting import export
from services.transfer.importing import import_file
from tests.contracts.every_store.conftest import Opener
from tests.fakes.busy_yard import begin, lived, sessions_of
from tests.fakes.site_world import YARD, World

KINDS = ["memory", "sqlite", pytest.param("firestore", marks=pytest.mark.fuzz)]


@pytest.fixture(scope="module")
def lived_in(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A whole store as a file: two days of a yard, the first of them filed."""
    world = lived(World(), days=1)
    file_all(world.store)
    lived_again(world)
    path = tmp_path_factory.mktemp("lived") / "store.jsonl"
    export(world.store, path, lambda _count: None)
    return path


def lived_again(world: World) -> None:
    for number, tag in enumerate(("TANN", "TBOB", "TANN")):
        world.starts(tag, f"again{number}", meter_wh=1, connector=number % 2 + 1)
        world.clock.advance(minutes=7)
        world.tell("CP1", "transaction_ended", transaction_id=f"again{number}", meter_stop_wh=4_321)
        world.tell("CP1", "status", connector=number % 2 + 1, status="available")


@pytest.fixture(params=KINDS)
def world(request: pytest.FixtureRequest, opened: Opener, lived_in: Path) -> Iterator[World]:
    with opened(request.param) as store:
        import_file(store, lived_in, lambda _count: None)
        world = World(inner=store)
        world.clock.advance(days=3)
        yield world


def listed(world: World, wanted: SessionFilter, page_size: int) -> list[Session]:
    found: list[Session] = []
    token = ""
    while True:
        page = list_sessions(world.store, wanted, page_size, token)
        assert len(page.items) <= page_size
        found += page.items
        token = page.next_page_token
        if not token:
            return found


def test_every_combination_of_filters_finds_what_a_plain_look_finds(world: World) -> None:
    everything = sessions_of(world)
    assert len(everything) == 7
    noon = begin(world) + timedelta(hours=3)
    combinations = product(
        (None, "C1"), (None, "u-ann"), (None, "tann"), (None, EndReason.UNPLUGGED, EndReason.DECLINED), (False, True),
        ((None, None), (noon, None), (None, noon), (begin(world), noon)),
    )  # fmt: skip
    found_some = 0
    for number, (charger, user, tag, reason, unplugged, (since, until)) in enumerate(combinations):
        wanted = SessionFilter(
            location_id=YARD, charger_id=charger, user_id=user, tag=tag, since=since, until=until, end_reason=reason,
            unplugged=unplugged,
        )  # fmt: skip
        plain = [one for one in everything if wanted.fits(one) and in_time(one, since, until)]
        assert listed(world, wanted, 1 + number % 3) == plain, wanted
        if user is not None and charger is None:
            assert listed(world, replace(wanted, location_id=None), 2) == plain, wanted
        found_some += bool(plain)
    assert found_some > 60


def in_time(session: Session, since: datetime | None, until: datetime | None) -> bool:
    return (since is None or session.assigned_at >= since) and (until is None or session.assigned_at < until)


def test_what_comes_between_two_pages_moves_nothing(world: World) -> None:
    wanted = SessionFilter(location_id=YARD, unplugged=True)
    before = sessions_of(world)
    first = list_sessions(world.store, wanted, 3)
    world.seq = 1_000
    world.starts("TANN", "between")
    rest = list_sessions(world.store, wanted, 50, first.next_page_token)
    assert [*first.items, *rest.items] == before


def digests(world: World) -> dict[tuple[What, Format], str]:
    since = begin(world) - timedelta(days=1)
    found = {}
    for what, kind in product(What, Format):
        wanted = Wanted(what=what, format=kind, location_id=YARD, since=since, until=since + timedelta(days=9))
        file = b"".join(world.services.exports.now(wanted))
        assert len(file) > 500
        found[what, kind] = hashlib.sha256(file).hexdigest()
    return found


def test_an_export_is_the_same_byte_for_byte_again_and_on_another_store(world: World, lived_in: Path) -> None:
    first = digests(world)
    assert digests(world) == first
    with MemoryStore() as elsewhere:
        import_file(elsewhere, lived_in, lambda _count: None)
        other = World(inner=elsewhere)
        other.clock.advance(days=3)
        assert digests(other) == first
        file_all(other.store)
        assert digests(other) == first
    assert len(set(first.values())) == len(What) * len(Format)
