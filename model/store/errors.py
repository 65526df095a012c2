"""Model room: what a document store can refuse, each with one sentence a person can act on."""


class StoreError(Exception):
    """Any refusal or failure of a document store; `str(error)` is one readable sentence."""


class InvalidPath(StoreError, ValueError):
    """The path or collection does not follow the rules in `paths.py`."""

    def __init__(self, path: object, reason: str) -> None:
        super().__init__(f"{path!r} is not a valid document path: {reason}.")
        self.path = path
        self.reason = reason


class InvalidDocument(StoreError, TypeError):
    """A value is not one a document may hold (see `values.py`)."""

    def __init__(self, path: str, field: str, reason: str) -> None:
        super().__init__(f"Document {path} cannot be stored: {field or 'the document'} {reason}.")
        self.path = path
        self.field = field
        self.reason = reason


class DocumentTooLarge(StoreError, ValueError):
    """The document is above 1 MiB by the size rule of `values.py`."""

    def __init__(self, path: str, size_bytes: int, limit_bytes: int) -> None:
        super().__init__(
            f"Document {path} is {size_bytes} bytes; the largest allowed is {limit_bytes} bytes.",
        )
        self.path = path
        self.size_bytes = size_bytes
        self.limit_bytes = limit_bytes


class TransactionTooLarge(StoreError, ValueError):
    """The writes of one transaction together are above 10 MiB."""

    def __init__(self, size_bytes: int, limit_bytes: int) -> None:
        super().__init__(
            f"One transaction writes {size_bytes} bytes; the most allowed is {limit_bytes} bytes.",
        )
        self.size_bytes = size_bytes
        self.limit_bytes = limit_bytes


class InvalidQuery(StoreError, ValueError):
    """The query breaks a rule every adapter must keep (see `query.py`)."""

    def __init__(self, reason: str) -> None:
        super().__init__(f"This query is not allowed: {reason}.")
        self.reason = reason


class InvalidStoreUrl(StoreError, ValueError):
    """`KILOWAIT_STORE` names no store we know."""

    def __init__(self, url: str) -> None:
        super().__init__(
            f"{url!r} names no store: use sqlite:///relative/file.db, sqlite:////absolute/file.db, "
            "firestore:PROJECT or memory:.",
        )
        self.url = url


class AlreadyExists(StoreError):
    """`create` met a document that is there already; never retried."""

    def __init__(self, path: str) -> None:
        super().__init__(f"Document {path} exists already.")
        self.path = path


class ReadAfterWrite(StoreError, RuntimeError):
    """A transaction body read after its first write: a mistake in the code."""

    def __init__(self, what: str) -> None:
        super().__init__(
            f"A transaction must do all its reads before its first write; {what} came after one.",
        )


class NotAllowedInTransaction(StoreError, RuntimeError):
    """A transaction body called the store itself, or a finished transaction was used again."""

    def __init__(self, what: str) -> None:
        super().__init__(
            f"{what} is not allowed here: inside a transaction use the transaction that is handed "
            "to the body, and use it only until the body returns.",
        )


class Contention(StoreError):
    """One attempt lost a race. Internal: `transact.py` tries again and callers never see it.

    `at_last` is what callers are told when no attempt gets through; without it they are told `StoreBusy`.
    """

    def __init__(self, reason: str = "another writer came first", *, at_last: "StoreUnavailable | None" = None) -> None:
        super().__init__(f"This attempt has to be made again: {reason}.")
        self.at_last = at_last


class StoreBusy(StoreError):
    """Every attempt lost its race; answer 503 with `Retry-After: retry_after_s` (whole seconds)."""

    def __init__(self, attempts: int, waited_s: float, retry_after_s: int) -> None:
        super().__init__(
            f"The store is busy: {attempts} attempts in {waited_s:.1f} s did not get through. "
            f"Try again in {retry_after_s} s.",
        )
        self.attempts = attempts
        self.waited_s = waited_s
        self.retry_after_s = retry_after_s


class StoreUnavailable(StoreError):
    """The store cannot be reached or opened; the message says why and what to do."""


class StoreFull(StoreUnavailable):
    """Nothing more can be written; what was acknowledged before is safe."""

    def __init__(self, file_name: str) -> None:
        super().__init__(
            f"The disk that holds {file_name} is full, so nothing was saved. "
            "Free some space there and try again; everything saved before is intact.",
        )
        self.file_name = file_name


class StoreReadOnly(StoreUnavailable):
    """The file, its folder or its disk cannot be written."""

    def __init__(self, file_name: str) -> None:
        super().__init__(
            f"{file_name} or its folder is read-only for this process, so nothing can be saved. "
            "Give the process write permission to the file and its folder.",
        )
        self.file_name = file_name


class StoreMoved(StoreUnavailable):
    """The file was deleted, moved or replaced while it was open."""

    def __init__(self, file_name: str) -> None:
        super().__init__(
            f"{file_name} is not the file any more that was opened: it was deleted, moved or replaced. "
            "Nothing was saved; put the right file there and start anew.",
        )
        self.file_name = file_name


class StoreFolderMissing(StoreUnavailable):
    """The folder of the database file does not exist."""

    def __init__(self, file_name: str, folder: str) -> None:
        super().__init__(
            f"{file_name} cannot be created: its folder {folder} does not exist. "
            "Create the folder or correct KILOWAIT_STORE.",
        )
        self.file_name = file_name
        self.folder = folder


class NotAStore(StoreUnavailable):
    """The file is something else than a Kilowait store; it is left untouched."""

    def __init__(self, file_name: str, reason: str) -> None:
        super().__init__(
            f"{file_name} is not a Kilowait store: {reason}. It was left untouched; "
            "correct KILOWAIT_STORE or move the file away.",
        )
        self.file_name = file_name


class StoreDamaged(StoreUnavailable):
    """SQLite finds the file's structure broken."""

    def __init__(self, file_name: str) -> None:
        super().__init__(
            f"{file_name} is damaged. Stop Kilowait, keep a copy of the file and of its -wal file, "
            "and restore a backup or recover it with `sqlite3 FILE .recover`.",
        )
        self.file_name = file_name


class StoreForbidden(StoreUnavailable):
    """Firestore does not know this program, or does not let it in."""

    def __init__(self, project: str, said: str) -> None:
        super().__init__(
            f"Firestore of project {project} does not let this program in ({said}). Give its service account the role "
            "roles/datastore.user there, or correct its credentials; nothing was saved.",
        )
        self.project = project


class StoreMissing(StoreUnavailable):
    """The project has no such database."""

    def __init__(self, project: str, said: str) -> None:
        super().__init__(
            f"Project {project} has no Firestore database ({said}). "
            "Create it in native mode, or correct KILOWAIT_STORE.",
        )
        self.project = project


class StoreQuotaExceeded(StoreUnavailable):
    """Firestore answers no more for now: a free day's quota or a spending limit is used up."""

    def __init__(self, project: str, said: str) -> None:
        super().__init__(
            f"Firestore's quota of project {project} is used up ({said}); nothing was saved. "
            "Enable billing, raise the quota, or wait for the next day.",
        )
        self.project = project


class IndexMissing(StoreUnavailable):
    """Firestore has no index for a query."""

    def __init__(self, collection: str, said: str) -> None:
        super().__init__(
            f"Firestore cannot answer a query of {collection}: {said} "
            "Deploy firestore.indexes.json and wait until its indexes are built.",
        )
        self.collection = collection


class OutcomeUnknown(StoreUnavailable):
    """The connection was lost while writes were being saved: all of them are saved, or none is.

    Never tried again here: a body that adds to something would add twice. Who asks again must be able to, by an
    idempotency key or an event's number.
    """

    def __init__(self, said: str) -> None:
        super().__init__(f"Whether the last change was saved is not known ({said}). Look, or send it again.")


class CorruptDocument(StoreError):
    """The store's file is sound but one document in it cannot be decoded."""

    def __init__(self, path: str) -> None:
        super().__init__(f"Document {path} is damaged in the store and cannot be read.")
        self.path = path


class ServerlessStoreRefused(StoreUnavailable):
    """A local store was asked for on App Engine, Cloud Run or Cloud Functions."""

    def __init__(self, url: str, variable: str) -> None:
        super().__init__(
            f"{url} cannot be used here: {variable} is set, so this runs serverless, where local "
            "files and memory are lost at any moment. Set KILOWAIT_STORE=firestore:PROJECT.",
        )
        self.url = url
        self.variable = variable
