"""Model room: one process's connection to Firestore, or to its emulator, shared by all threads."""

import os
import threading
from typing import Any

import google.auth.exceptions
import grpc
from google.cloud.firestore_v1.services.firestore import FirestoreClient
from google.cloud.firestore_v1.services.firestore.transports import FirestoreGrpcTransport

from model.store.errors import StoreForbidden, StoreUnavailable

EMULATOR_VARIABLE = "FIRESTORE_EMULATOR_HOST"
RPC_S = 10.0
"""One call's deadline: longer than Firestore lets a read wait behind a short transaction's lock, and short enough that
a dead network is told within one request's patience."""

_OPTIONS = [
    ("grpc.max_send_message_length", -1),
    ("grpc.max_receive_message_length", -1),
    ("grpc.keepalive_time_ms", 30_000),
    # gRPC waits up to two minutes before it tries a lost host again; people do not. The least is also how long one
    # try may take.
    ("grpc.initial_reconnect_backoff_ms", 200),
    ("grpc.min_reconnect_backoff_ms", 5_000),
    ("grpc.max_reconnect_backoff_ms", 2_000),
]


class Connection:
    """Opened by the first call, and anew in a forked process: gRPC's threads do not survive a fork."""

    def __init__(self, project: str) -> None:
        self.project = project
        self.database = f"projects/{project}/databases/(default)"
        self.root = f"{self.database}/documents/"
        # As the official client reads it: once, when the store is opened.
        self._emulator = os.environ.get(EMULATOR_VARIABLE)
        self._metadata = [("google-cloud-resource-prefix", self.database)]
        if self._emulator:
            self._metadata.append(("authorization", "Bearer owner"))
        self._lock = threading.Lock()
        self._api: FirestoreClient | None = None
        self._process = 0
        self._closed = False

    def call(self, method: str, request: Any, timeout_s: float | None = None) -> Any:
        """Call one method of the engine once. The library's own retries are off: `Retry` decides."""
        send = getattr(self._current(), method)
        return send(request=request, metadata=self._metadata, retry=None, timeout=timeout_s or RPC_S)

    def close(self) -> None:
        """Give back the sockets."""
        with self._lock:
            self._closed = True
            if self._api is not None and self._process == os.getpid():
                self._api.transport.close()  # type: ignore[no-untyped-call]
            self._api = None

    def _current(self) -> FirestoreClient:
        with self._lock:
            if self._closed:
                raise StoreUnavailable(f"The connection to Firestore of project {self.project} has been closed.")
            if self._api is None or self._process != os.getpid():
                self._api = FirestoreClient(transport=self._transport())
                self._process = os.getpid()
            return self._api

    def _transport(self) -> FirestoreGrpcTransport:
        if self._emulator:
            host, channel = self._emulator, grpc.insecure_channel(self._emulator, options=_OPTIONS)
        else:
            host = FirestoreClient.DEFAULT_ENDPOINT
            try:
                channel = FirestoreGrpcTransport.create_channel(host, options=_OPTIONS)
            except google.auth.exceptions.GoogleAuthError as error:
                raise StoreForbidden(self.project, str(error)) from error
        return FirestoreGrpcTransport(host=host, channel=channel)
