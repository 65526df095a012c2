"""Model room: one attempt of a transaction on Firestore: its reads, its commit, its end.

The first read begins the transaction, so a body costs one call more than it has reads. A body without reads is one
commit, which Firestore applies whole or not at all.
"""

import contextlib
from typing import Any, Self

from google.api_core.exceptions import GoogleAPICallError
from google.cloud.firestore_v1.types import firestore as messages
from grpc import StatusCode

from model.store.errors import (
    AlreadyExists,
    Contention,
    InvalidDocument,
    InvalidQuery,
    OutcomeUnknown,
    StoreError,
)
from model.store.firestore_connection import Connection
from model.store.firestore_errors import PASSING, is_lost_race, is_unsent, one_line, translate
from model.store.firestore_query import parent_of, structured
from model.store.firestore_turns import Turns
from model.store.firestore_values import decode_document, encode_fields
from model.store.port import Document, Query
from model.store.transaction import Write

_BatchGet, _RunQuery = messages.BatchGetDocumentsRequest, messages.RunQueryRequest
_Commit, _Rollback = messages.CommitRequest, messages.RollbackRequest

ROLLBACK_S = 2.0
"""Nobody needs to wait long for locks that go by themselves."""


class Reading:
    """Reads of one moment each, outside a transaction."""

    def __init__(self, connection: Connection) -> None:
        self._connection = connection

    def read(self, paths: list[str]) -> list[Document | None]:
        """Return the documents at checked paths, in order."""
        if not paths:
            return []
        root = self._connection.root
        request = _BatchGet.pb()(database=self._connection.database)
        request.documents.extend(root + path for path in dict.fromkeys(paths))
        found: dict[str, Document] = {}
        for answer in self._answers("batch_get_documents", _BatchGet.wrap(request)):
            if answer.HasField("found"):
                document = decode_document(answer.found, root)
                found[document.path] = document
        return [found.get(path) for path in paths]

    def search(self, query: Query) -> list[Document]:
        """Answer a checked query."""
        root = self._connection.root
        request = _RunQuery.pb()(parent=parent_of(query, root), structured_query=structured(query, root))
        answers = self._answers("run_query", _RunQuery.wrap(request), query.collection)
        return [decode_document(answer.document, root) for answer in answers if answer.HasField("document")]

    def _answers(self, method: str, request: Any, collection: str = "") -> list[Any]:
        try:
            answers = self._connection.call(method, request)
            return [type(answer).pb(answer) for answer in answers]
        except GoogleAPICallError as error:
            if collection and error.grpc_status_code is StatusCode.INVALID_ARGUMENT and not is_lost_race(error):
                raise InvalidQuery(one_line(error)) from error
            raise translate(error, self._connection.project, collection) from error


class Attempt(Reading):
    """One transaction, rolled back where its `with` block is left by an exception.

    `before` is the one that lost its race, whose place in the line it takes.
    """

    def __init__(self, connection: Connection, turns: Turns, before: bytes = b"") -> None:
        super().__init__(connection)
        self._turns = turns
        self._before = before
        self._held = contextlib.ExitStack()
        self._absent: set[str] = set()
        self.transaction = b""
        """The engine's name for it, empty until the first read."""

    def __enter__(self) -> Self:
        """Return itself."""
        return self

    def __exit__(self, kind: type[BaseException] | None, *_: object) -> None:
        """Give back what it holds."""
        with self._held:
            if kind is not None:
                self._roll_back()

    def read(self, paths: list[str]) -> list[Document | None]:
        """As `Reading.read`, and remember what was absent."""
        if paths:
            self._take_turn(paths[0])
        found = super().read(paths)
        self._absent.update(path for path, document in zip(paths, found, strict=True) if document is None)
        return found

    def search(self, query: Query) -> list[Document]:
        """As `Reading.search`."""
        self._take_turn(query.collection)
        return super().search(query)

    def commit(self, writes: list[Write]) -> None:
        """Apply `writes` if nothing read has changed; a body that only read was one moment if this succeeds."""
        if not writes and not self.transaction:
            return
        if refused_create(writes, set()):
            raise AlreadyExists(self._existing(writes))
        request = _Commit.pb()(database=self._connection.database, transaction=self.transaction)
        for write in writes:
            self._add(write, request.writes.add())
        try:
            self._send(_Commit.wrap(request), writes)
        except GoogleAPICallError as error:
            raise self._refused(error, writes) from error

    def _take_turn(self, name: str) -> None:
        if not self.transaction:
            self._held.close()
            self._held.enter_context(self._turns.at(name))

    def _roll_back(self) -> None:
        """Give the engine's locks back; it takes them itself after a minute, so a failure is no matter."""
        if self.transaction:
            request = _Rollback(database=self._connection.database, transaction=self.transaction)
            with contextlib.suppress(GoogleAPICallError, StoreError):
                self._connection.call("rollback", request, ROLLBACK_S)

    def _answers(self, method: str, request: Any, collection: str = "") -> list[Any]:
        raw = type(request).pb(request)
        if self.transaction:
            raw.transaction = self.transaction
        else:
            raw.new_transaction.read_write.retry_transaction = self._before
        answers = super()._answers(method, request, collection)
        if not self.transaction:
            self.transaction = next((answer.transaction for answer in answers if answer.transaction), b"")
        return answers

    def _send(self, request: Any, writes: list[Write]) -> None:
        """A transaction is committed at most once, so asking again tells whether the first time was heard.

        Where the engine then knows the transaction no more, it may have been saved the first time: `OutcomeUnknown`.
        """
        try:
            self._connection.call("commit", request)
        except GoogleAPICallError as error:
            if error.grpc_status_code not in PASSING or not writes or is_unsent(error):
                raise
            if not self.transaction or error.grpc_status_code is StatusCode.DEADLINE_EXCEEDED:
                raise OutcomeUnknown(one_line(error)) from error
            try:
                self._connection.call("commit", request)
            except GoogleAPICallError as again:
                raise OutcomeUnknown(f"{one_line(error)}; then {one_line(again)}") from again

    def _refused(self, error: GoogleAPICallError, writes: list[Write]) -> StoreError:
        if error.grpc_status_code is StatusCode.ALREADY_EXISTS:
            path = self._existing(writes)
            # Read as absent and there now: another came between, and the body decides anew.
            return Contention(f"{path} was created meanwhile") if path in self._absent else AlreadyExists(path)
        if error.grpc_status_code is StatusCode.INVALID_ARGUMENT and not is_lost_race(error):
            return InvalidDocument(", ".join(write.path for write in writes), "", f"was refused: {one_line(error)}")
        return translate(error, self._connection.project)

    def _existing(self, writes: list[Write]) -> str:
        """Which create met a document: the engine's sentence is not made to be read by programs."""
        paths = list(dict.fromkeys(write.path for write in writes))
        found = Reading(self._connection).read(paths)
        there = {path for path, document in zip(paths, found, strict=True) if document is not None}
        # None where it has gone meanwhile.
        return refused_create(writes, there) or next(write.path for write in writes if write.verb == "create")

    def _add(self, write: Write, into: Any) -> None:
        name = self._connection.root + write.path
        if write.data is None:
            into.delete = name
            return
        into.update.name = name
        encode_fields(write.data, into.update.fields)
        if write.verb == "create":
            into.current_document.exists = False


def refused_create(writes: list[Write], there: set[str]) -> str | None:
    """The first create, in order, of what is there or was written before it; None where all can be done."""
    there = set(there)
    for write in writes:
        if write.verb == "create" and write.path in there:
            return write.path
        if write.data is None:
            there.discard(write.path)
        else:
            there.add(write.path)
    return None
