"""Model room: the embedded store: one SQLite file in WAL mode, shared by threads and processes.

Every acknowledged write has been flushed to disk (`synchronous = FULL`); a transaction holds
SQLite's write lock from its beginning (`BEGIN IMMEDIATE`), so what it reads cannot change.
"""

import sqlite3
import threading
from collections.abc import Callable, Iterator, Sequence
from contextlib import closing, contextmanager
from pathlib import Path
from typing import Any, TypeVar

import msgspec

from model.store.adapter import Adapter
from model.store.errors import AlreadyExists, Contention, CorruptDocument, StoreError, StoreMoved
from model.store.indexes import Index
from model.store.moment import Moment
from model.store.ordering import index_keys
from model.store.paths import group_of, split_path
from model.store.port import Document, Query, Transaction
from model.store.query import check_query
from model.store.sqlite_connections import Connections
from model.store.sqlite_errors import translate
from model.store.sqlite_file import check_file, connect, identity_of, prepare
from model.store.sqlite_query import statement
from model.store.transact import Retry
from model.store.transaction import BufferedTransaction, Write

T = TypeVar("T")

SELECT = "SELECT data FROM documents WHERE collection = ? AND id = ?"
INSERT = "INSERT INTO documents (collection, id, name, keys, data) VALUES (?, ?, ?, ?, ?)"
UPSERT = INSERT + (" ON CONFLICT (collection, id) DO UPDATE SET keys = excluded.keys, data = excluded.data")
DELETE = "DELETE FROM documents WHERE collection = ? AND id = ?"


class SqliteStore(Adapter):
    """The documents of one file.

    `indexes` are made on opening where missing; a group query without its index reads the whole
    file. `busy_timeout_s` is how long one attempt waits for another writer (0: not at all).
    `max_pages` bounds the file (pages of 8 KiB); beyond it writes raise `StoreFull`.
    Raises the `StoreUnavailable`s of `errors.py` when the file cannot be used.
    """

    def __init__(
        self,
        file: Path | str,
        *,
        indexes: Sequence[Index] = (),
        busy_timeout_s: float = 5.0,
        max_pages: int | None = None,
        retry: Retry | None = None,
    ) -> None:
        super().__init__(retry)
        # Absolute, as a later change of the working directory must not change the file.
        self.file = Path(file).absolute()
        self._busy_timeout_s = busy_timeout_s
        check_file(self.file)
        self._connections = Connections(
            self.file.name,
            lambda: connect(self.file, busy_timeout_s, max_pages),
        )
        try:
            with self._connections.using() as connection:
                prepare(self.file, connection, indexes)
            self._identity = identity_of(self.file)
        except BaseException:
            self._connections.close()
            raise

    def close(self) -> None:
        """Close the connections of all threads of this process."""
        self._connections.close()

    def explain(self, query: Query) -> list[str]:
        """Return SQLite's plan for `query`, one step a line (`SEARCH … USING INDEX …`)."""
        check_query(query)
        sql, parameters = statement(query)
        with self._connections.using() as connection:
            rows = self._execute(connection, "EXPLAIN QUERY PLAN " + sql, parameters)
        return [str(row[3]) for row in rows]

    def attempt(self, body: Callable[[Transaction], T]) -> T:
        """Run `body` once under the file's write lock; `Contention` when the lock is not free."""
        with self._connection() as connection, self._sole_writer(self._connections.writing):
            self._execute(connection, "BEGIN IMMEDIATE")
            try:
                transaction = BufferedTransaction(
                    lambda paths: self._read_with(connection, paths),
                    lambda query: self._search_with(connection, query),
                )
                try:
                    result = body(transaction)
                finally:
                    writes = transaction.finish()
                for write in writes:
                    self._apply(connection, write)
                self._execute(connection, "COMMIT")
            except BaseException:
                self._roll_back(connection)
                raise
        return result

    @contextmanager
    def moment(self) -> Iterator[Moment]:
        """A connection of its own in a read transaction: WAL keeps what it sees until it ends."""
        if identity_of(self.file) != self._identity:
            raise StoreMoved(self.file.name)
        with closing(connect(self.file, self._busy_timeout_s, None)) as connection:
            self._execute(connection, "BEGIN")
            self._execute(connection, "SELECT 1 FROM documents LIMIT 1")  # the moment is that of the first read
            yield Moment(
                lambda paths: self._read_with(connection, paths),
                lambda query: self._search_with(connection, query),
                self.retry,
            )

    @contextmanager
    def _connection(self) -> Iterator[sqlite3.Connection]:
        """The thread's connection. What is written to a file that was moved away would be acknowledged and lost."""
        if identity_of(self.file) != self._identity:
            raise StoreMoved(self.file.name)
        with self._connections.using() as connection:
            yield connection

    def _read(self, paths: list[str]) -> list[Document | None]:
        with self._connection() as connection:
            return self._read_with(connection, paths)

    def _search(self, query: Query) -> list[Document]:
        with self._connection() as connection:
            return self._search_with(connection, query)

    def _read_with(
        self,
        connection: sqlite3.Connection,
        paths: list[str],
    ) -> list[Document | None]:
        found: list[Document | None] = []
        for path in paths:
            rows = self._execute(connection, SELECT, split_path(path))
            found.append(_decode(path, rows[0][0]) if rows else None)
        return found

    def _search_with(self, connection: sqlite3.Connection, query: Query) -> list[Document]:
        sql, parameters = statement(query)
        rows = self._execute(connection, sql, parameters)
        return [_decode(f"{collection}/{name}", data) for collection, name, data in rows]

    def _apply(self, connection: sqlite3.Connection, write: Write) -> None:
        collection, document_id = split_path(write.path)
        if write.data is None:
            self._execute(connection, DELETE, (collection, document_id))
            return
        keys = msgspec.json.encode(index_keys(write.data)).decode()
        data = msgspec.msgpack.encode(write.data)
        row = (collection, document_id, group_of(collection), keys, data)
        if write.verb == "put":
            self._execute(connection, UPSERT, row)
            return
        try:
            self._execute(connection, INSERT, row)
        except StoreError as error:
            if isinstance(error.__cause__, sqlite3.IntegrityError):
                raise AlreadyExists(write.path) from error
            raise

    def _execute(
        self,
        connection: sqlite3.Connection,
        sql: str,
        parameters: Sequence[Any] = (),
    ) -> list[Any]:
        try:
            return connection.execute(sql, parameters).fetchall()
        except sqlite3.Error as error:
            raise translate(error, self.file) from error

    def _roll_back(self, connection: sqlite3.Connection) -> None:
        # SQLite has rolled back by itself after some errors, a full disk for one.
        try:
            if connection.in_transaction:
                connection.execute("ROLLBACK")
        except sqlite3.Error as error:
            raise translate(error, self.file) from error

    @contextmanager
    def _sole_writer(self, writing: threading.Lock) -> Iterator[None]:
        if not writing.acquire(timeout=self._busy_timeout_s):
            raise Contention("another thread is writing")
        try:
            yield
        finally:
            writing.release()


def _decode(path: str, data: bytes) -> Document:
    try:
        decoded = msgspec.msgpack.decode(data)
    except (msgspec.DecodeError, TypeError) as error:
        raise CorruptDocument(path) from error
    if not isinstance(decoded, dict):
        raise CorruptDocument(path)
    return Document(path, decoded)
