"""The memory in Firestore, shared by any number of processes: a document per charge point, its operations and notes
below it.

A write goes through only if the document is still as it was read (no transaction, so no lock to wait for); who is to
work with a charge point for longer takes its lease, judged by Firestore's own clock.
"""

import contextlib
import os
import zlib
from base64 import urlsafe_b64encode
from collections.abc import Callable, Iterable, Iterator
from contextlib import contextmanager
from typing import Any, TypeVar

import google.auth.credentials
import google.auth.exceptions
import msgspec
from google.api_core.exceptions import AlreadyExists, FailedPrecondition, GoogleAPICallError, NotFound
from google.cloud import firestore

from simulator.memory.port import OPERATIONS_KEPT, Row, StateError

EMULATOR_VARIABLE = "FIRESTORE_EMULATOR_HOST"
CHARGE_POINTS = "simulator_charge_points"
LEASES = "simulator_leases"
# Firestore takes 1 MiB a document; the rest is for names and fields.
LARGEST_BYTES = 1_000_000
# Below this a document is not compressed: it saves no write and costs time.
COMPRESSED_FROM_BYTES = 2_000
TRIES = 8
CALL_S = 10.0

Value = TypeVar("Value")


class _Kept(msgspec.Struct, array_like=True):
    """What stands in a charge point's document; unsent messages by ``seq``."""

    settings: bytes
    state: bytes
    unsent: dict[int, bytes]


class FirestoreMemory:
    """``project`` of Google Cloud; with ``FIRESTORE_EMULATOR_HOST`` its emulator, without any account."""

    def __init__(self, project: str) -> None:
        try:
            self._client = firestore.Client(project=project, credentials=_credentials())
        except (google.auth.exceptions.GoogleAuthError, ValueError) as error:
            raise StateError(f"cannot open Firestore of {project}: {error}") from error

    def load(self) -> list[Row]:
        with _told("read"):
            found = [
                _row(one.get("id"), one.get("body"))
                for one in self._client.collection(CHARGE_POINTS).stream(timeout=CALL_S)
            ]
        return sorted(found, key=lambda row: row.charge_point_id)

    def find(self, charge_point_id: str) -> Row | None:
        with _told("read"):
            found = self._charge_point(charge_point_id).get(timeout=CALL_S)
        return _row(charge_point_id, found.get("body")) if found.exists else None

    def save(
        self,
        charge_point_id: str,
        settings: bytes,
        state: bytes,
        *,
        added: Iterable[tuple[int, bytes]] = (),
        answered: Iterable[int] = (),
    ) -> None:
        new, done = dict(added), set(answered)

        def changed(found: dict[str, Any] | None, _: float) -> tuple[dict[str, Any], None]:
            unsent = _kept(found["body"]).unsent if found is not None else {}
            unsent = {seq: message for seq, message in (unsent | new).items() if seq not in done}
            body = _packed(msgspec.msgpack.encode(_Kept(settings, state, unsent)))
            return {"id": charge_point_id, "body": body}, None

        self._change(self._charge_point(charge_point_id), changed)

    def delete(self, charge_point_id: str) -> None:
        document = self._charge_point(charge_point_id)
        with _told("write"):
            for collection in ("notes", "operations"):
                self._client.recursive_delete(document.collection(collection))
            document.delete(timeout=CALL_S)

    def note(self, charge_point_id: str, name: str) -> bytes | None:
        with _told("read"):
            found = self._charge_point(charge_point_id).collection("notes").document(name).get(timeout=CALL_S)
        return _unpacked(found.get("content")) if found.exists else None

    def take_note(self, charge_point_id: str, name: str, content: bytes | None) -> None:
        document = self._charge_point(charge_point_id).collection("notes").document(name)
        with _told("write"):
            if content is None:
                document.delete(timeout=CALL_S)
            else:
                document.set({"content": _packed(content)}, timeout=CALL_S)

    def keep_operation(
        self, charge_point_id: str, number: int, document: bytes, *, kept: int = OPERATIONS_KEPT
    ) -> None:
        operations = self._charge_point(charge_point_id).collection("operations")
        with _told("write"):
            batch = self._client.batch()
            batch.set(operations.document(f"{number:012}"), {"number": number, "document": _packed(document)})
            if number > kept:
                newest_first = operations.order_by("number", direction=firestore.Query.DESCENDING)
                for old in newest_first.offset(kept).limit(100).select([]).stream(timeout=CALL_S):
                    batch.delete(old.reference)
            batch.commit(timeout=CALL_S)

    def operation(self, charge_point_id: str, number: int) -> bytes | None:
        operations = self._charge_point(charge_point_id).collection("operations")
        with _told("read"):
            found = operations.document(f"{number:012}").get(timeout=CALL_S)
        return _unpacked(found.get("document")) if found.exists else None

    def operations(
        self, charge_point_id: str, *, before: int | None = None, limit: int = 50
    ) -> list[tuple[int, bytes]]:
        query = (
            self._charge_point(charge_point_id)
            .collection("operations")
            .order_by("number", direction=firestore.Query.DESCENDING)
        )
        if before is not None:
            query = query.start_after({"number": before})
        with _told("read"):
            return [
                (one.get("number"), _unpacked(one.get("document"))) for one in query.limit(limit).stream(timeout=CALL_S)
            ]

    def lease(self, charge_point_id: str, holder: str, for_s: float) -> bool:
        def taken(found: dict[str, Any] | None, age_s: float) -> tuple[dict[str, Any], bool] | None:
            if found is not None and found["holder"] != holder and age_s < found["for_s"]:
                return None
            return {"holder": holder, "for_s": for_s}, True

        return self._change(self._lease(charge_point_id), taken) is True

    def give_back(self, charge_point_id: str, holder: str) -> None:
        document = self._lease(charge_point_id)
        with _told("write"), contextlib.suppress(FailedPrecondition, NotFound):
            found = document.get(timeout=CALL_S)
            if found.exists and found.get("holder") == holder:
                # Somebody who took it over meanwhile keeps it.
                document.delete(option=self._client.write_option(last_update_time=found.update_time), timeout=CALL_S)

    def close(self) -> None:
        self._client.close()  # type: ignore[no-untyped-call]

    def _charge_point(self, charge_point_id: str) -> Any:
        return self._client.collection(CHARGE_POINTS).document(_key(charge_point_id))

    def _lease(self, charge_point_id: str) -> Any:
        return self._client.collection(LEASES).document(_key(charge_point_id))

    def _change(
        self, document: Any, change: Callable[[dict[str, Any] | None, float], tuple[dict[str, Any], Value] | None]
    ) -> Value | None:
        """Write what ``change`` makes of the document (None: there is none) and of the seconds since it was written;
        anew when somebody was faster. ``change`` answers None to leave it. Raises :class:`StateError`.
        """
        with _told("write"):
            for _ in range(TRIES):
                found = document.get(timeout=CALL_S)
                age_s = (found.read_time - found.update_time).total_seconds() if found.exists else 0.0
                wanted = change(found.to_dict() if found.exists else None, age_s)
                if wanted is None:
                    return None
                content, value = wanted
                try:
                    if found.exists:
                        unchanged = self._client.write_option(last_update_time=found.update_time)
                        document.update(content, option=unchanged, timeout=CALL_S)
                    else:
                        document.create(content, timeout=CALL_S)
                except (AlreadyExists, FailedPrecondition, NotFound):
                    continue
                return value
        raise StateError("cannot write: another process changes the same charge point all the time")


def _credentials() -> google.auth.credentials.Credentials | None:
    """The emulator asks for none; else those of the machine."""
    if not os.environ.get(EMULATOR_VARIABLE):
        return None
    return google.auth.credentials.AnonymousCredentials()  # type: ignore[no-untyped-call]


def _key(charge_point_id: str) -> str:
    """A document's name may not hold every character that an id may."""
    return "id-" + urlsafe_b64encode(charge_point_id.encode()).decode().rstrip("=")


def _row(charge_point_id: str, body: bytes) -> Row:
    kept = _kept(body)
    return Row(charge_point_id, kept.settings, kept.state, [message for _, message in sorted(kept.unsent.items())])


def _kept(body: bytes) -> _Kept:
    try:
        return msgspec.msgpack.decode(_unpacked(body), type=_Kept)
    except msgspec.MsgspecError as error:
        raise StateError(f"cannot read: the document is none of ours: {error}") from error


def _packed(content: bytes) -> bytes:
    """One byte says whether the rest is compressed. Raises :class:`StateError` for what no document holds."""
    packed = b"\x00" + content if len(content) < COMPRESSED_FROM_BYTES else b"\x01" + zlib.compress(content)
    if len(packed) > LARGEST_BYTES:
        raise StateError(f"cannot write: {len(packed)} bytes are too many for one document of Firestore")
    return packed


def _unpacked(packed: bytes) -> bytes:
    return zlib.decompress(packed[1:]) if packed[:1] == b"\x01" else bytes(packed[1:])


@contextmanager
def _told(verb: str) -> Iterator[None]:
    try:
        yield
    except (GoogleAPICallError, google.auth.exceptions.GoogleAuthError) as error:
        raise StateError(f"cannot {verb}: {error}") from error
