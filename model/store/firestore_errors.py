"""Model room: what Firestore reports, turned into the store's own errors."""

from typing import Any

from google.api_core.exceptions import GoogleAPICallError
from grpc import StatusCode

from model.store.errors import (
    Contention,
    IndexMissing,
    StoreError,
    StoreForbidden,
    StoreMissing,
    StoreQuotaExceeded,
    StoreUnavailable,
)

PASSING = {
    StatusCode.CANCELLED,
    StatusCode.DEADLINE_EXCEEDED,
    StatusCode.INTERNAL,
    StatusCode.UNAVAILABLE,
    StatusCode.UNKNOWN,
}
"""Trouble on the way or in the engine that passes; what the call was to do may have been done."""


def translate(error: GoogleAPICallError, project: str, collection: str = "") -> StoreError:
    """Return the store's error for one of Firestore's; `collection` is the queried one, if any.

    Right for calls that write nothing. After a commit only `is_lost_race` says for certain that nothing was saved.
    """
    said = one_line(error)
    match error.grpc_status_code:
        case _ if is_lost_race(error):
            return Contention(said)
        case StatusCode.PERMISSION_DENIED | StatusCode.UNAUTHENTICATED:
            return StoreForbidden(project, said)
        case StatusCode.RESOURCE_EXHAUSTED:
            return StoreQuotaExceeded(project, said)
        case StatusCode.NOT_FOUND:
            return StoreMissing(project, said)
        case StatusCode.FAILED_PRECONDITION if "index" in said:
            return IndexMissing(collection, said)
        case code:
            failed = StoreUnavailable(f"Firestore of project {project} cannot be used just now ({said}).")
            return Contention(said, at_last=failed) if code in PASSING else failed


def is_lost_race(error: GoogleAPICallError) -> bool:
    """Tell whether the engine gave a transaction up, its writes not saved."""
    if error.grpc_status_code is StatusCode.ABORTED:
        return True
    # A transaction that waited too long is closed by the engine, which then calls it invalid.
    return error.grpc_status_code is StatusCode.INVALID_ARGUMENT and "transaction" in one_line(error).lower()


def is_unsent(error: GoogleAPICallError) -> bool:
    """Tell whether the call never left: gRPC says so of a host it could not connect to."""
    return error.grpc_status_code is StatusCode.UNAVAILABLE and "failed to connect" in one_line(error)


def one_line(error: GoogleAPICallError) -> str:
    """The engine's sentence with its status."""
    code: Any = error.grpc_status_code
    name = code.name if isinstance(code, StatusCode) else "unknown"
    return f"{name}: {' '.join(str(error.message).split())[:500]}"
