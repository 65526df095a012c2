"""Files that are no whole export: one sentence that names the line, and nothing written."""

import gzip
import hashlib
import os
from pathlib import Path

import pytest

from model import paths
from model.store.memory import MemoryStore
from services.transfer.everything import documents
from services.transfer.exporting import export
from services.transfer.files import FileTrouble
from services.transfer.importing import StoreNotEmpty, import_file
from services.transfer.lines import BadFile
from services.transfer.mark import StoreHalfFilled, StoreTooNew, check_mark, put_mark
from services.transfer.typed import to_line

HEADER = to_line({"kilowait": "export", "format": 1, "schemas": {}})
ANN = to_line({"path": "users/ann", "data": {"n": 1}})
BOB = to_line({"path": "users/bob", "data": {}})


def silent(_count: int) -> None:
    """Nobody watches."""


def filled() -> MemoryStore:
    """A store of one document."""
    store = MemoryStore()
    store.put("users/ann", {"n": 1})
    return store


def contents(store: MemoryStore) -> list[str]:
    mark = [] if store.get(paths.mark()) is None else [paths.mark()]
    return [*mark, *(document.path for document in documents(store))]


def whole(*lines: bytes, header: bytes = HEADER, number: int | None = None) -> bytes:
    digest = hashlib.sha256(header + b"".join(lines)).hexdigest()
    count = len(lines) if number is None else number
    return header + b"".join(lines) + to_line({"documents": count, "sha256": digest})


def with_path(path, data=None) -> bytes:
    return to_line({"path": path, "data": data or {}})


GOOD = whole(ANN, BOB)
PACKED = gzip.compress(GOOD)
BAD = {
    "an empty file": (b"", "The file is empty."),
    "another program's file": (b"SQLite format 3\0\xff\n", "This is no export of Kilowait."),
    "other JSON": (b'{"users":[]}\n', "This is no export of Kilowait."),
    "a list": (b"[]\n", "line 1: it is no JSON object."),
    "a newer format": (GOOD.replace(b'"format":1', b'"format":2'), "The file has format 2, this version knows 1."),
    "no schemas": (b'{"kilowait":"export","format":1}\n', "line 1: the header lacks its schemas."),
    "cut within the header": (GOOD[:20], "line 1: the file ends here, after 0 documents, before it is complete."),
    "cut within a line": (
        GOOD[: len(HEADER) + len(ANN) + 9],
        "line 3: the file ends here, after 1 documents, before it is complete.",
    ),
    "cut between lines": (HEADER + ANN, "line 3: the file ends here, after 1 documents, before it is complete."),
    "cut within the trailer": (GOOD[:-1], "line 4: the file ends here, after 2 documents, before it is complete."),
    "a flipped bit": (
        GOOD.replace(b'"n":1', b'"n":3'),
        "line 4: the file was changed since it was written: its SHA-256 is another.",
    ),
    "a line lost": (GOOD.replace(ANN, b""), "line 3: the file should hold 2 documents and holds 1."),
    "a wrong count": (whole(ANN, number=2), "line 3: the file should hold 2 documents and holds 1."),
    "more behind the end": (GOOD + ANN, "line 5: something follows the last line."),
    "two files in one": (GOOD + GOOD, "line 5: something follows the last line."),
    "the same path twice": (whole(ANN, ANN), "line 3: users/ann is there twice."),
    "another order": (whole(BOB, ANN), "line 3: users/ann is not in the order of an export."),
    "an unknown collection": (
        whole(with_path("people/ann")),
        "line 2: Document people/ann is in no collection this version of Kilowait knows.",
    ),
    "what a store says of itself": (
        whole(with_path("meta/store")),
        "line 2: Document meta/store is in no collection this version of Kilowait knows.",
    ),
    "a path that is none": (
        whole(with_path("users")),
        "line 2: 'users' is not a valid document path: a document has an even number of parts.",
    ),
    "a path that is a number": (whole(with_path(7)), "line 2: 7 is not a valid document path: it is not text."),
    "a number too large": (
        whole(with_path("users/ann", {"n": 2**63})),
        "line 2: Document users/ann cannot be stored: n is a whole number beyond 64 bits.",
    ),
    "half a character": (
        whole(b'{"path":"users/ann","data":{"t":"\\ud800"}}\n'),
        "line 2: Document users/ann cannot be stored: t holds text that is not valid Unicode.",
    ),
    "a type of value nobody knows": (
        whole(with_path("users/ann", {"t": {"$place": 1}})),
        "line 2: users/ann: '$place' is no type of value.",
    ),
    "a schema that is no number": (
        whole(with_path("locations/l/decisions/1", {"schema": "1"})),
        "line 2: locations/l/decisions/1: its schema is '1', which is no number.",
    ),
    "no data": (whole(b'{"path":"users/ann"}\n'), "line 2: it is no document: it must have a path and data."),
    "data that is a list": (
        whole(b'{"path":"users/ann","data":[]}\n'),
        "line 2: it is no document: it must have a path and data.",
    ),
    "data that is bytes": (
        whole(b'{"path":"users/ann","data":{"$bytes":""}}\n'),
        "line 2: users/ann is no map of names.",
    ),
    "an endless line": (HEADER + b" " * (16 * 1024 * 1024 + 2), "line 2: it is longer than any document."),
    "a compressed file cut short": (PACKED[:-20], "The compressed file ends before it is complete."),
    "a compressed file with a flipped bit": (
        PACKED[:30] + bytes([PACKED[30] ^ 1]) + PACKED[31:],
        "The compressed file is damaged.",
    ),
}


@pytest.mark.parametrize("case", BAD)
def test_a_file_that_is_not_sound_changes_nothing(case: str, tmp_path: Path) -> None:
    content, told = BAD[case]
    file, store = tmp_path / "bad", MemoryStore()
    file.write_bytes(content)
    with pytest.raises(BadFile) as refused:
        import_file(store, file, silent, replace=True)
    assert str(refused.value) == told
    assert contents(store) == []


def test_a_document_too_large_for_any_store_is_named(tmp_path: Path) -> None:
    (tmp_path / "bad").write_bytes(whole(ANN, with_path("users/bob", {"t": "x" * 1_100_000})))
    store = MemoryStore()
    with pytest.raises(BadFile, match=r"line 3: Document users/bob is 1100\d{3} bytes; the largest allowed is 104"):
        import_file(store, tmp_path / "bad", silent)
    assert contents(store) == []


def test_the_good_file_of_these_is_taken(tmp_path: Path) -> None:
    for content in (GOOD, PACKED, whole()):
        (tmp_path / "good").write_bytes(content)
        store = MemoryStore()
        assert import_file(store, tmp_path / "good", silent).documents == content.count(b"users/") or content == PACKED
        check_mark(store)


def test_a_file_of_a_newer_schema_asks_for_the_newer_version(tmp_path: Path) -> None:
    (tmp_path / "new").write_bytes(whole(header=to_line({"kilowait": "export", "format": 1, "schemas": {"users": 2}})))
    with pytest.raises(StoreTooNew, match=r"The file was written by a newer version of Kilowait \(users: schema 2"):
        import_file(MemoryStore(), tmp_path / "new", silent)


@pytest.mark.parametrize(("name", "told"), [("none", "No such file"), (".", "Is a directory")])
def test_a_file_that_cannot_be_read_is_named(tmp_path: Path, name: str, told: str) -> None:
    with pytest.raises(BadFile, match=told):
        import_file(MemoryStore(), tmp_path / name, silent)


def test_a_pipe_is_neither_waited_for_nor_replaced(tmp_path: Path) -> None:
    pipe = tmp_path / "pipe"
    os.mkfifo(pipe)
    with pytest.raises(BadFile, match="no ordinary file"):
        import_file(MemoryStore(), pipe, silent)
    with pytest.raises(FileTrouble, match="no ordinary file"):
        export(filled(), pipe, silent)
    assert list(tmp_path.iterdir()) == [pipe]
    assert pipe.is_fifo()


def test_a_store_that_is_not_empty_is_left_as_it_is(tmp_path: Path) -> None:
    (tmp_path / "good").write_bytes(GOOD)
    store = MemoryStore()
    store.put("locations/gone/sessions/c:1", {})
    with pytest.raises(StoreNotEmpty, match="The store is not empty"):
        import_file(store, tmp_path / "good", silent)
    assert contents(store) == ["locations/gone/sessions/c:1"]


def test_a_store_half_filled_from_another_file_is_left_as_it_is(tmp_path: Path) -> None:
    (tmp_path / "good").write_bytes(GOOD)
    store = MemoryStore()
    put_mark(store, "another file's")
    with pytest.raises(StoreHalfFilled, match="has not ended"):
        check_mark(store)
    with pytest.raises(StoreNotEmpty, match="An import of another file"):
        import_file(store, tmp_path / "good", silent)
    assert contents(store) == ["meta/store"]
    import_file(store, tmp_path / "good", silent, replace=True)
    check_mark(store)


def test_a_store_half_filled_is_not_exported(tmp_path: Path) -> None:
    store = MemoryStore()
    put_mark(store, "a file's")
    with pytest.raises(StoreHalfFilled):
        export(store, tmp_path / "half", silent)
    assert list(tmp_path.iterdir()) == []


@pytest.mark.parametrize("name", ["plain", "packed.gz"])
def test_a_full_disk_leaves_the_older_file_and_no_half_one(tmp_path: Path, name: str, monkeypatch) -> None:
    store = MemoryStore()
    store.put("users/ann", {"t": os.urandom(100_000)})
    (tmp_path / name).write_bytes(b"older")

    def full(_descriptor: int) -> None:
        raise OSError(28, "No space left on device")

    monkeypatch.setattr(os, "fsync", full)
    with pytest.raises(FileTrouble, match="cannot be written: No space left on device"):
        export(store, tmp_path / name, silent)
    assert [(each.name, each.read_bytes()) for each in tmp_path.iterdir()] == [(name, b"older")]


@pytest.mark.parametrize("file", ["missing/file", "/dev/full/file", "."])
def test_a_target_that_cannot_be_written_is_one_sentence(tmp_path: Path, file: str) -> None:
    with pytest.raises(FileTrouble, match="cannot be written: "):
        export(filled(), tmp_path / file, silent)
    assert list(tmp_path.iterdir()) == []


def test_nobody_else_may_read_an_export(tmp_path: Path) -> None:
    (tmp_path / "export").write_bytes(b"older")
    (tmp_path / "export").chmod(0o644)
    export(filled(), tmp_path / "export", silent)
    assert (tmp_path / "export").stat().st_mode & 0o777 == 0o600
