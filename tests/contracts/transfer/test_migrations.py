"""Documents an older version wrote become today's: while they are imported, or where they lie (I5)."""

from pathlib import Path

import pytest

from model import paths
from model.errors import Unavailable
from model.schemas import SCHEMAS
from model.store.document import Document
from model.store.port import Filter, Query
from services.sites.decision_document import decision_of
from services.sites.replay import replay
from services.transfer.everything import documents
from services.transfer.exporting import export
from services.transfer.importing import import_file
from services.transfer.lines import BadFile, Lines
from services.transfer.mark import StoreTooNew, claim, read_mark
from services.transfer.migrating import migrate
from services.transfer.typed import from_json, parse
from tests.fakes.site_world import DRIVER, YARD, World

SCHEMA_1 = Path(__file__).with_name("schema_1.jsonl")
"""Exported from what the last version with decisions of schema 1 wrote: two drivers, one charger, one offer pending."""
DECISIONS = Query(paths.DECISIONS, group=True)


def silent(_count: int) -> None:
    """Nobody watches."""


def as_it_was(store) -> None:
    """The documents of the old file, as the old version wrote them."""
    for line in SCHEMA_1.read_bytes().splitlines()[1:-1]:
        plain = parse(line)
        store.put(plain["path"], from_json(plain["data"]))


def check_it_is_todays(store) -> None:
    found = store.query(DECISIONS)
    assert [document.data["schema"] for document in found] == [2, 2, 2, 2]
    assert [document.id for document in found if "pending_since" in document.data] == ["000000000003"]
    assert [decision_of(document.data).version for document in found] == [1, 2, 3, 4]
    report = replay(store, YARD)
    assert (report.replayed, report.different, report.missing) == (3, (), None)


def test_an_older_file_is_migrated_while_it_is_imported(store) -> None:
    import_file(store, SCHEMA_1, silent)
    check_it_is_todays(store)
    assert read_mark(store).schemas == SCHEMAS


def test_an_older_store_is_migrated_where_it_lies(store) -> None:
    as_it_was(store)
    assert migrate(store, silent, dry_run=True) == {"decisions": 4}
    assert [document.data.get("schema") for document in store.query(DECISIONS)] == [None] * 4
    assert migrate(store, silent) == {"decisions": 4}
    check_it_is_todays(store)
    assert migrate(store, silent) == {}


def test_both_ways_come_to_the_same(store, make, tmp_path: Path) -> None:
    as_it_was(store)
    migrate(store, silent)
    export(store, tmp_path / "1", silent)
    imported = make("memory")
    import_file(imported, SCHEMA_1, silent)
    export(imported, tmp_path / "2", silent)
    assert (tmp_path / "1").read_bytes() == (tmp_path / "2").read_bytes()


def test_the_service_works_on_before_and_after(store) -> None:
    """A site whose log is of the old schema decides as ever; what it writes then is new."""
    as_it_was(store)
    world = World(inner=store)
    driver = world.driver("cid")
    world.services.queueing.join(YARD, driver.user_id, DRIVER)
    assert migrate(store, silent) == {"decisions": 4}
    world.services.queueing.leave(YARD, driver.user_id, DRIVER)
    assert [document.data["schema"] for document in store.query(DECISIONS)] == [2] * 6
    assert replay(store, YARD).different == ()


def test_what_changed_meanwhile_is_not_put_back(make) -> None:
    store = make("memory")
    as_it_was(store)

    def meanwhile(count: int) -> None:
        if count == 4:
            store.put(paths.decision(YARD, 3), {**store.get(paths.decision(YARD, 3)).data, "summary": "changed"})
            store.delete(paths.decision(YARD, 2))

    migrate(store, meanwhile)
    found = store.query(DECISIONS)
    assert [document.id[-1] for document in found] == ["1", "3", "4"]
    assert found[1].data["summary"] == "changed"


def test_a_store_a_newer_version_wrote_to_is_refused_and_left_as_it_is(store, tmp_path: Path) -> None:
    newer = {"schemas": {"decisions": 9}, "importing": ""}
    store.put(paths.mark(), newer)
    store.put("users/a", {})
    told = "The store was written by a newer version of Kilowait \\(decisions: schema 9, this version knows 2\\)"
    for attempt in (
        lambda: claim(store),
        lambda: migrate(store, silent),
        lambda: migrate(store, silent, dry_run=True),
        lambda: export(store, tmp_path / "1", silent),
        lambda: import_file(store, SCHEMA_1, silent, replace=True),
    ):
        with pytest.raises(StoreTooNew, match=told):
            attempt()
    assert list(documents(store)) == [Document("users/a", {})]
    assert store.get(paths.mark()) == Document(paths.mark(), newer)
    assert not (tmp_path / "1").exists()


def test_a_version_that_writes_a_new_schema_says_so_before_anything_else(store) -> None:
    claim(store)
    assert read_mark(store).schemas == SCHEMAS
    assert list(documents(store)) == []


def test_claiming_a_store_again_writes_nothing(make) -> None:
    world = World(inner=make("memory"))
    claim(world.store)
    with world.store.measure() as count:
        claim(world.store)
    assert (count.reads, count.writes) == (1, 0)


def test_a_document_a_newer_version_wrote_is_refused_by_name() -> None:
    with pytest.raises(Unavailable, match="decisions: schema 3, this version knows 2"):
        decision_of({"schema": 3})


def test_a_site_a_newer_version_wrote_is_not_decided_about(make) -> None:
    store = make("memory")
    world = World(inner=store)
    world.location()
    site = store.get(paths.location(YARD))
    store.put(site.path, {**site.data, "schema": 2})
    with pytest.raises(Unavailable, match="locations: schema 2, this version knows 1") as refused:
        world.services.queueing.join(YARD, world.driver("ann").user_id, DRIVER)
    assert refused.value.code == "newer_schema"


def test_one_newer_document_stops_a_migration_by_name_and_an_import_before_it_began(store, tmp_path: Path) -> None:
    store.put(paths.decision(YARD, 1), {"schema": 3})
    with pytest.raises(Unavailable, match="decisions: schema 3"):
        migrate(store, silent)
    export(store, tmp_path / "newer", silent)
    with (tmp_path / "newer").open("rb") as file, pytest.raises(BadFile, match=r"line 2: .*decisions: schema 3"):
        list(Lines(file).documents())


def test_pending_decisions_are_found_as_before(store) -> None:
    import_file(store, SCHEMA_1, silent)
    found = store.query(DECISIONS)
    since = next(document.data["pending_since"] for document in found if "pending_since" in document.data)
    query = Query(paths.DECISIONS, (Filter("pending_since", "<=", since),), group=True)
    assert [document.id for document in store.query(query)] == ["000000000003"]
