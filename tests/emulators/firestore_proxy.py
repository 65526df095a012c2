"""Between a Firestore client and the emulator: counts the documents in gRPC messages, as Firestore bills them."""

import threading
from collections import Counter
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from typing import Any, Self

import grpc
from google.cloud.firestore_v1 import types

from model.store.counting import Count

SERVICE = "/google.firestore.v1.Firestore/"
FREE = {f"{SERVICE}{name}" for name in ("BeginTransaction", "Rollback")}
THREADS = 16


class UncountedCall(Exception):
    """A method whose documents this proxy does not know how to count was called."""


class FirestoreProxy(grpc.GenericRpcHandler):  # type: ignore[misc] # grpc says nothing of its types
    """``host`` is what FIRESTORE_EMULATOR_HOST wants. ``calls`` counts messages by method."""

    def __init__(self, emulator_host: str) -> None:
        self._channel = grpc.insecure_channel(emulator_host)
        self._server = grpc.server(ThreadPoolExecutor(THREADS), handlers=(self,))
        self.host = f"127.0.0.1:{self._server.add_insecure_port('127.0.0.1:0')}"
        self._lock = threading.Lock()
        self._total = Count()
        self.calls: Counter[str] = Counter()

    def __enter__(self) -> Self:
        self._server.start()
        return self

    def __exit__(self, *_error: object) -> None:
        self._server.stop(0).wait()
        self._channel.close()

    @contextmanager
    def measure(self) -> Iterator[Count]:
        """Yield a count of what happens inside the ``with``; it is filled in at its end."""
        with self._lock:
            before = (self._total.reads, self._total.writes, self._total.deletes)
        count = Count()
        yield count
        with self._lock:
            now = (self._total.reads, self._total.writes, self._total.deletes)
        count.reads, count.writes, count.deletes = (after - then for after, then in zip(now, before, strict=True))

    def service(self, handler_call_details: grpc.HandlerCallDetails) -> grpc.RpcMethodHandler:
        """Every method is passed on as it is."""
        method = handler_call_details.method
        self.calls[method.removeprefix(SERVICE)] += 1
        match method.removeprefix(SERVICE):
            case "BatchGetDocuments":
                return self._stream(method, types.BatchGetDocumentsResponse, _looked_up)
            case "RunQuery":
                return self._stream(method, types.RunQueryResponse, _found, least=1)
            case "Commit":
                return self._unary(method, self._committed)
        if method in FREE:
            return self._unary(method, None)
        raise UncountedCall(method)

    def _stream(
        self, method: str, response: Any, reads_of: Callable[[Any], int], least: int = 0
    ) -> grpc.RpcMethodHandler:
        call = self._channel.unary_stream(method)

        def forward(request: bytes, context: grpc.ServicerContext) -> Iterator[bytes]:
            reads = 0
            try:
                for answer in call(request, timeout=context.time_remaining(), metadata=_metadata(context)):
                    reads += reads_of(response.deserialize(answer))
                    yield answer
            except grpc.RpcError as error:
                context.abort(error.code(), error.details())
                raise
            self._add(Count(reads=max(least, reads)))

        return grpc.unary_stream_rpc_method_handler(forward)

    def _unary(self, method: str, counted: Callable[[bytes], None] | None) -> grpc.RpcMethodHandler:
        call = self._channel.unary_unary(method)

        def forward(request: bytes, context: grpc.ServicerContext) -> bytes:
            try:
                answer: bytes = call(request, timeout=context.time_remaining(), metadata=_metadata(context))
            except grpc.RpcError as error:
                context.abort(error.code(), error.details())
                raise
            if counted is not None:
                counted(request)
            return answer

        return grpc.unary_unary_rpc_method_handler(forward)

    def _committed(self, request: bytes) -> None:
        writes = types.CommitRequest.deserialize(request).writes
        deletes = sum("delete" in write for write in writes)
        self._add(Count(writes=len(writes) - deletes, deletes=deletes))

    def _add(self, count: Count) -> None:
        with self._lock:
            self._total.add(count)


def _looked_up(answer: Any) -> int:
    """A document that is not there is read, too; a message may hold only the transaction's name."""
    return int("found" in answer or "missing" in answer)


def _found(answer: Any) -> int:
    return int("document" in answer)


def _metadata(context: grpc.ServicerContext) -> list[tuple[str, Any]]:
    """What the client said, but for what this proxy's own connection says itself."""
    return [
        (key, value)
        for key, value in context.invocation_metadata()
        if not key.startswith((":", "grpc-")) and key not in {"user-agent", "content-type", "te"}
    ]
