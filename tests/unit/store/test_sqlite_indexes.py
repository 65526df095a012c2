"""The SQLite store's indexes: made where missing, used by the queries they were declared for."""

import sqlite3
from datetime import UTC, datetime
from pathlib import Path

import pytest

from model.store.errors import InvalidPath, InvalidQuery
from model.store.indexes import Index
from model.store.port import Document, Filter, Order, Query
from model.store.sqlite import SqliteStore

NOW = datetime(2026, 11, 21, 10, tzinfo=UTC)
INDEXES = [
    Index("locations", "next_due_at"),
    Index("decisions", "pending_since", group=True),
    Index("sessions", "user_id", "-started_at", group=True),
    Index("decisions", "kind", "at"),
    Index("chargepoints", "connection.bridge_id"),
]
SESSIONS = Query("sessions", (Filter("user_id", "==", "u"),), (Order("started_at", descending=True),), 10, group=True)
INDEXED = {
    "due locations": Query("locations", (Filter("next_due_at", "<=", NOW),), limit=50),
    "pending decisions of all locations": Query("decisions", (Filter("pending_since", "<", NOW),), group=True),
    "pending decisions in order": Query("decisions", (), (Order("pending_since"),), 5, group=True),
    "a user's last sessions": SESSIONS,
    "a user's next page of sessions": Query(
        "sessions",
        SESSIONS.where,
        SESSIONS.order_by,
        10,
        Document("locations/l/sessions/s", {"started_at": NOW}),
        group=True,
    ),
    "one location's decisions of a kind": Query(
        "locations/l/decisions", (Filter("kind", "==", "join"),), (Order("at"),), 20
    ),
    "charge points of a bridge": Query("chargepoints", (Filter("connection.bridge_id", "==", "b"),)),
    "a whole collection": Query("locations/l/decisions", limit=20),
}


@pytest.mark.parametrize("name", INDEXED)
def test_an_indexed_query_neither_reads_all_documents_nor_sorts(tmp_path: Path, name: str) -> None:
    with SqliteStore(tmp_path / "store.db", indexes=INDEXES) as store:
        (step,) = store.explain(INDEXED[name])
    # One step: nothing is sorted afterwards. An index holds only documents that have its fields.
    assert " USING INDEX " in step


def test_without_its_index_a_group_query_scans(tmp_path: Path) -> None:
    with SqliteStore(tmp_path / "store.db") as store:
        assert store.explain(SESSIONS) == ["SCAN documents", "USE TEMP B-TREE FOR ORDER BY"]


def test_indexes_do_not_change_answers(tmp_path: Path) -> None:
    answers = []
    for indexes in ([], INDEXES):
        with SqliteStore(tmp_path / f"{len(indexes)}.db", indexes=indexes) as store:
            for number in range(30):
                value = [NOW, None, 5, "text"][number % 4]
                store.put(f"locations/{number:02}", {"next_due_at": value} if number % 5 else {})
                store.put(
                    f"locations/{number % 3}/sessions/{number:02}",
                    {"user_id": "u" if number % 2 else "v", "started_at": number % 7},
                )
            due = Query("locations", (Filter("next_due_at", "<=", NOW),))
            answers.append((store.query(due), store.query(SESSIONS)))
    assert answers[0] == answers[1]
    assert len(answers[0][0]) == 6
    assert len(answers[0][1]) == 10


def test_an_index_declared_later_covers_what_was_there_before(tmp_path: Path) -> None:
    file = tmp_path / "store.db"
    with SqliteStore(file) as store:
        store.put("locations/l/sessions/s", {"user_id": "u", "started_at": 1})
    for _ in range(2):
        with SqliteStore(file, indexes=INDEXES) as store:
            assert [one.id for one in store.query(SESSIONS)] == ["s"]
    database = sqlite3.connect(file)
    made = database.execute("SELECT count(*) FROM sqlite_master WHERE name LIKE 'documents_%'").fetchone()
    database.close()
    assert made == (len(INDEXES),)


@pytest.mark.parametrize("fields", [(), ("",), ("a b",), ("a'",), ("--a",)])
def test_an_index_needs_fields_that_can_be_ordered_by(fields) -> None:
    with pytest.raises(InvalidQuery):
        Index("locations", *fields)


def test_an_index_names_one_collection() -> None:
    with pytest.raises(InvalidPath):
        Index("locations/l/decisions", "n")
