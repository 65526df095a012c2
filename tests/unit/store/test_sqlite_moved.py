"""A database file that is taken away from a running process."""

from pathlib import Path

import pytest

from model.store.errors import StoreMoved
from model.store.query import Query
from model.store.sqlite import SqliteStore


@pytest.mark.parametrize("replaced", [False, True])
def test_a_file_that_was_moved_away_takes_nothing_more(tmp_path: Path, *, replaced: bool) -> None:
    file = tmp_path / "kilowait.db"
    with SqliteStore(file) as store:
        store.put("things/one", {"n": 1})
        file.rename(tmp_path / "elsewhere.db")
        if replaced:
            SqliteStore(file).close()
        for use in (
            lambda: store.put("things/two", {"n": 2}),
            lambda: store.get("things/one"),
            lambda: store.query(Query("things")),
        ):
            with pytest.raises(StoreMoved, match="deleted, moved or replaced"):
                use()


def test_a_file_that_is_back_is_used_again(tmp_path: Path) -> None:
    file = tmp_path / "kilowait.db"
    with SqliteStore(file) as store:
        store.put("things/one", {"n": 1})
        file.rename(tmp_path / "elsewhere.db")
        (tmp_path / "elsewhere.db").rename(file)
        store.put("things/two", {"n": 2})
    with SqliteStore(file) as store:
        assert len(store.query(Query("things"))) == 2
