"""Services: where the original's documents come from: its live project, or a JSON export of it.

The JSON is the form of node-firestore-import-export: ``{"__collections__": {"user": {"id": {…}}}}``, a document's
collections beside its fields, and ``{"__datatype__": "timestamp" | "documentReference" | …, "value": …}`` for what JSON
does not know.
"""

import json
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

from model.store.document import Document
from services.transfer.lines import BadFile

USER, LOCATION, CHARGER, SESSION = "user", "location", "charger", "session"
_PROJECT = "firestore:"
_COLLECTIONS = "__collections__"
_EPOCH = datetime(1970, 1, 1, tzinfo=UTC)


def original_documents(source: str) -> list[Document]:
    """Users, locations, chargers and sessions, by path; references are the paths they name.

    ``source`` is ``firestore:PROJECT`` or a file. Raises :class:`BadFile`, ``StoreError``.
    """
    if source.startswith(_PROJECT):
        from model.store.firestore_foreign import foreign_documents  # noqa: PLC0415 -- a heavy client

        found = list(foreign_documents(source.removeprefix(_PROJECT), (USER, LOCATION, CHARGER, SESSION)))
    else:
        found = list(_from_file(Path(source)))
    if not found:
        raise BadFile(f"{source} holds no user and no location of the original service")
    return sorted(found, key=lambda document: document.path)


def _from_file(path: Path) -> Iterator[Document]:
    try:
        plain = json.loads(path.read_bytes())
        yield from _collections(plain[_COLLECTIONS], "")
    except OSError as error:
        raise BadFile(f"{path} cannot be read: {error.strerror}") from error
    except (ValueError, TypeError, KeyError, AttributeError, RecursionError, OverflowError) as error:
        raise BadFile(f"{path} is no JSON export of Firestore (node-firestore-import-export)") from error


def _collections(collections: dict[str, Any], above: str) -> Iterator[Document]:
    for name, documents in collections.items():
        for document_id, fields in documents.items():
            path = f"{above}{name}/{document_id}"
            if name in {USER, LOCATION, CHARGER, SESSION}:
                yield Document(path, {key: _value(value) for key, value in fields.items() if key != _COLLECTIONS})
            yield from _collections(fields.get(_COLLECTIONS, {}), f"{path}/")


def _value(plain: Any) -> Any:
    if isinstance(plain, list):
        return [_value(each) for each in plain]
    if not isinstance(plain, dict):
        return plain
    value = plain.get("value")
    match plain.get("__datatype__"):
        case None:
            return {name: _value(each) for name, each in plain.items()}
        case "timestamp" if isinstance(value, dict):
            plainly = {name.removeprefix("_"): number for name, number in value.items()}
            return _EPOCH + timedelta(seconds=plainly["seconds"], microseconds=plainly.get("nanoseconds", 0) // 1000)
        case "timestamp":
            return datetime.fromisoformat(str(value)).astimezone(UTC)
        case _:
            return value
