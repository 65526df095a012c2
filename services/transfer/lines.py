"""Services: the lines of an export: a header, one document a line, and a trailer that proves it is whole.

Nothing in it varies: the same documents always give the same bytes.
"""

import hashlib
from collections.abc import Iterable, Iterator
from typing import Any, BinaryIO

from model.errors import KilowaitError
from model.schemas import SCHEMAS
from model.store.document import Document
from model.store.errors import StoreError
from model.store.paths import check_path
from model.store.values import check_document
from services.transfer.everything import collection_of, position
from services.transfer.mark import check_schemas
from services.transfer.migrations import Unmigratable, current
from services.transfer.typed import Untyped, from_json, parse, to_json, to_line

FORMAT = 1
LINE_BYTES = 16 * 1024 * 1024
"""More than a document of 1 MiB can become."""
_HEADER = {"kilowait": "export", "format": FORMAT}


class BadFile(Exception):
    """The file cannot be imported; one sentence with the number of the line."""

    def __init__(self, reason: str, line: int = 0) -> None:
        super().__init__(f"line {line}: {reason}." if line else f"{reason}.")
        self.line = line


def document_line(document: Document) -> bytes:
    """The line of a document."""
    return to_line({"path": document.path, "data": to_json(document.data)})


def write(documents: Iterable[Document], into: BinaryIO) -> Iterator[int]:
    """Write a whole file, yielding how many documents were written after each."""
    digest = hashlib.sha256()
    number = 0

    def out(line: bytes) -> None:
        into.write(line)
        digest.update(line)

    out(to_line({**_HEADER, "schemas": {name: schema for name, schema in sorted(SCHEMAS.items()) if schema > 1}}))
    for document in documents:
        out(document_line(document))
        number += 1
        yield number
    into.write(to_line({"documents": number, "sha256": digest.hexdigest()}))


class Lines:
    """Reads a file whole: ``documents`` yields what it holds, migrated and checked; then ``sha256`` is known.

    Raises :class:`BadFile`, ``StoreTooNew``. Who needs it to be whole before writing anything reads it twice.
    """

    def __init__(self, file: BinaryIO) -> None:
        self._file = file
        self._digest = hashlib.sha256()
        self._number = 0
        self.count = 0
        self.sha256 = ""

    def documents(self) -> Iterator[Document]:
        """Every document, in the order of all files."""
        self._read_header()
        last: tuple[int, str] | None = None
        while True:
            line, plain = self._next()
            if "documents" in plain:
                self._read_trailer(plain)
                return
            self._digest.update(line)
            document = self._document(plain)
            place = position(document.path)
            if last is not None and place <= last:
                reason = "is there twice" if place == last else "is not in the order of an export"
                raise self._bad(f"{document.path} {reason}")
            last = place
            self.count += 1
            yield document

    def _read_header(self) -> None:
        line, header = self._next()
        if header.get("kilowait") != "export":
            raise BadFile("This is no export of Kilowait")
        if header.get("format") != FORMAT:
            raise BadFile(f"The file has format {header.get('format')!r}, this version knows {FORMAT}")
        schemas = header.get("schemas")
        if not isinstance(schemas, dict) or not all(type(number) is int for number in schemas.values()):
            raise self._bad("the header lacks its schemas")
        check_schemas(schemas, "The file")
        self._digest.update(line)

    def _read_trailer(self, trailer: dict[str, Any]) -> None:
        if trailer.get("documents") != self.count:
            raise self._bad(f"the file should hold {trailer.get('documents')!r} documents and holds {self.count}")
        if trailer.get("sha256") != self._digest.hexdigest():
            raise self._bad("the file was changed since it was written: its SHA-256 is another")
        if self._file.read(1):
            raise BadFile("something follows the last line", self._number + 1)
        self.sha256 = self._digest.hexdigest()

    def _next(self) -> tuple[bytes, dict[str, Any]]:
        line = self._file.readline(LINE_BYTES + 1)
        if not line and not self._number:
            raise BadFile("The file is empty")
        self._number += 1
        if len(line) > LINE_BYTES:
            raise self._bad("it is longer than any document")
        if not line.endswith(b"\n"):
            raise self._bad(f"the file ends here, after {self.count} documents, before it is complete")
        try:
            plain = parse(line)
        except Untyped as error:
            raise (self._bad(str(error)) if self._number > 1 else BadFile("This is no export of Kilowait")) from error
        if not isinstance(plain, dict):
            raise self._bad("it is no JSON object")
        return line, plain

    def _document(self, plain: dict[str, Any]) -> Document:
        if plain.keys() != {"path", "data"} or not isinstance(plain["data"], dict):
            raise self._bad("it is no document: it must have a path and data")
        try:
            path = check_path(plain["path"])
            position(path)
            data = from_json(plain["data"])
            if not isinstance(data, dict):
                raise self._bad(f"{path} is no map of names")
            checked = check_document(path, current(collection_of(path.rpartition("/")[0]), data))
        except RecursionError as error:
            raise self._bad(f"{plain['path']}: it is nested too deep") from error
        except (Untyped, Unmigratable) as error:
            raise self._bad(f"{plain['path']}: {error}") from error
        except (StoreError, KilowaitError) as error:
            raise self._bad(str(error).rstrip(".")) from error
        return Document(path, checked.data)

    def _bad(self, reason: str) -> BadFile:
        return BadFile(reason, self._number)
