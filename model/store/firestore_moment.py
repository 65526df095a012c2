"""Model room: reads of Firestore as it was at one instant; it keeps the last hour."""

from typing import Any

from google.cloud.firestore_v1.types import firestore as messages

from model.store.firestore_attempt import Reading
from model.store.firestore_connection import Connection

_BatchGet = messages.BatchGetDocumentsRequest
NOWHERE = "meta/moment"
"""Never written: asking for it tells the engine's time."""


class MomentReading(Reading):
    """Every read is of the instant at which this was made, by the engine's clock."""

    def __init__(self, connection: Connection) -> None:
        super().__init__(connection)
        self._instant: Any = None
        request = _BatchGet.pb()(database=connection.database)
        request.documents.append(connection.root + NOWHERE)
        (answer,) = super()._answers("batch_get_documents", _BatchGet.wrap(request))
        self._instant = answer.read_time

    def _answers(self, method: str, request: Any, collection: str = "") -> list[Any]:
        if self._instant is not None:
            type(request).pb(request).read_time.CopyFrom(self._instant)
        return super()._answers(method, request, collection)
