"""Between a Firestore client and the emulator: makes calls fail as told, before or after the engine has done them."""

import threading
from collections import deque
from typing import Any

import grpc

from tests.emulators.firestore_proxy import SERVICE, FirestoreProxy


class FaultyProxy(FirestoreProxy):
    """``fail`` plans what becomes of the next calls of one method; ``calls`` counts them."""

    def __init__(self, emulator_host: str) -> None:
        super().__init__(emulator_host)
        self._planned: dict[str, deque[tuple[grpc.StatusCode, str, bool]]] = {}
        self._ended = threading.Event()

    def __exit__(self, *error: object) -> None:
        self._ended.set()
        super().__exit__(*error)

    def fail(self, method: str, code: grpc.StatusCode, says: str = "", *, times: int = 1, after: bool = False) -> None:
        """``after``: the engine does it, and only its answer is lost. DEADLINE_EXCEEDED: no answer ever comes."""
        self._planned.setdefault(method, deque()).extend([(code, says, after)] * times)

    def heal(self) -> None:
        """Forget what was planned."""
        self._planned.clear()

    def service(self, handler_call_details: grpc.HandlerCallDetails) -> grpc.RpcMethodHandler:
        handler = super().service(handler_call_details)
        planned = self._planned.get(handler_call_details.method.removeprefix(SERVICE))
        if not planned:
            return handler
        code, says, after = planned.popleft()

        def failing(request: bytes, context: grpc.ServicerContext) -> Any:
            if after:
                done = handler.unary_stream or handler.unary_unary
                answer = done(request, context)
                if handler.response_streaming:
                    list(answer)
            if code is grpc.StatusCode.DEADLINE_EXCEEDED:
                self._ended.wait(context.time_remaining())
            context.abort(code, says or f"{code.name} for a test")

        if handler.response_streaming:
            return grpc.unary_stream_rpc_method_handler(failing)
        return grpc.unary_unary_rpc_method_handler(failing)
