"""Model room: documents another program wrote to Firestore, read leniently; nothing is ever written to them."""

from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from typing import Any

from google.cloud.firestore_v1.types import firestore as messages

from model.store.firestore_attempt import Reading
from model.store.firestore_connection import Connection
from model.store.firestore_query import parent_of, structured
from model.store.port import Document, Query
from model.store.transact import Retry

_RunQuery = messages.RunQueryRequest
_EPOCH = datetime(1970, 1, 1, tzinfo=UTC)
PAGE = 300


def foreign_documents(project: str, names: tuple[str, ...]) -> Iterator[Document]:
    """All documents of the collections of these names, at any depth. A reference becomes the path it names."""
    connection = Connection(project)
    reading = _ForeignReading(connection)
    retry = Retry()
    try:
        for name in names:
            last: Document | None = None
            while True:
                page = Query(name, group=True, limit=PAGE, after=last)
                found = retry.run(lambda page=page: reading.search(page))  # type: ignore[misc]
                yield from found
                if len(found) < PAGE:
                    break
                last = found[-1]
    finally:
        connection.close()


class _ForeignReading(Reading):
    """Decodes what our own documents never hold."""

    def search(self, query: Query) -> list[Document]:
        root = self._connection.root
        request = _RunQuery.pb()(parent=parent_of(query, root), structured_query=structured(query, root))
        answers = self._answers("run_query", _RunQuery.wrap(request), query.collection)
        found = [answer.document for answer in answers if answer.HasField("document")]
        return [Document(one.name.removeprefix(root), _map(one.fields, root)) for one in found]


def _map(fields: Any, root: str) -> dict[str, Any]:
    return {name: _value(value, root) for name, value in fields.items()}


def _value(value: Any, root: str) -> Any:
    kind = value.WhichOneof("value_type")
    match kind:
        case "null_value" | None:
            return None
        case "map_value":
            return _map(value.map_value.fields, root)
        case "array_value":
            return [_value(item, root) for item in value.array_value.values]
        case "reference_value":
            return value.reference_value.removeprefix(root)
        case "timestamp_value":
            stamp = value.timestamp_value
            return _EPOCH + timedelta(seconds=stamp.seconds, microseconds=stamp.nanos // 1000)
        case "geo_point_value":
            return {"latitude": value.geo_point_value.latitude, "longitude": value.geo_point_value.longitude}
        case _:
            return getattr(value, kind)
