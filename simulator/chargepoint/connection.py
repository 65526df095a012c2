"""The WebSocket to the central system: one call at a time, answers matched to calls, reconnection with
jitter.
"""

import asyncio
import logging
import random
from base64 import b64encode
from collections.abc import Awaitable, Callable
from typing import Any
from urllib.parse import quote

from websockets.asyncio.client import ClientConnection, connect
from websockets.exceptions import ConnectionClosed, InvalidHandshake, WebSocketException
from websockets.typing import Subprotocol

from simulator.chargepoint import frames
from simulator.chargepoint.messagelog import MessageLog

SUBPROTOCOL = Subprotocol("ocpp1.6")
CALL_TIMEOUT_S = 30.0
FIRST_DELAY_S = 0.5
LONGEST_DELAY_S = 15.0

log = logging.getLogger(__name__)


class NotConnected(Exception):
    """There is no socket, or it closed before the answer came."""


class CallFailed(Exception):
    """The central system answered CALLERROR, or nothing in time."""

    def __init__(self, code: str, description: str = "") -> None:
        super().__init__(f"{code}: {description}" if description else code)
        self.code = code


class Refused(Exception):
    """Raised by a handler of the central system's call: answered as CALLERROR with this code."""

    def __init__(self, code: str, description: str = "") -> None:
        super().__init__(description or code)
        self.code = code


# A handler answers a payload, and what to do once the answer is out.
Answer = tuple[dict[str, Any], Callable[[], object] | None]
Handler = Callable[[str, dict[str, Any]], Answer]


class Connection:
    """Keeps one socket open while wanted. ``on_open`` runs beside each socket, cancelled with it."""

    def __init__(
        self,
        charge_point_id: str,
        messages: MessageLog,
        handle: Handler,
        on_open: Callable[[], Awaitable[None]],
    ) -> None:
        self._id = charge_point_id
        self._messages = messages
        self._handle = handle
        self._on_open = on_open
        self._socket: ClientConnection | None = None
        self._one_call = asyncio.Lock()
        self._waiting: dict[str, asyncio.Future[dict[str, Any]]] = {}
        self.last_error: str | None = None
        self.opening = False

    @property
    def connected(self) -> bool:
        return self._socket is not None

    async def keep_open(self, central: str, credentials: bytes | None) -> None:
        """Connect, serve, reconnect; returns never, ends by cancellation."""
        address = f"{central.rstrip('/')}/{quote(self._id, safe='')}"
        headers = {}
        if credentials is not None:
            headers["Authorization"] = "Basic " + b64encode(self._id.encode() + b":" + credentials).decode()
        delay_s = FIRST_DELAY_S
        while True:
            self.opening = True
            try:
                async with connect(
                    address,
                    subprotocols=[SUBPROTOCOL],
                    additional_headers=headers,
                    user_agent_header="kilowait-simulator",
                    compression=None,
                    proxy=None,
                    close_timeout=2,
                ) as socket:
                    if socket.subprotocol != SUBPROTOCOL:
                        raise InvalidHandshake("the central system does not speak ocpp1.6")
                    delay_s = FIRST_DELAY_S
                    await self._serve(socket)
            except (OSError, WebSocketException) as error:
                self.last_error = str(error) or type(error).__name__
                log.info("%s: not connected: %s", self._id, self.last_error)
            self.opening = False
            await asyncio.sleep(delay_s * random.uniform(0.5, 1.5))
            delay_s = min(delay_s * 2, LONGEST_DELAY_S)

    async def _serve(self, socket: ClientConnection) -> None:
        self._socket, self.opening, self.last_error = socket, False, None
        session = asyncio.ensure_future(self._on_open())
        try:
            async for text in socket:
                await self._receive(socket, text)
            self.last_error = f"closed by the central system ({socket.close_code})"
        except ConnectionClosed as closed:
            self.last_error = str(closed)
        finally:
            self._socket = None
            session.cancel()
            for waiting in self._waiting.values():
                if not waiting.done():
                    waiting.set_exception(NotConnected("the socket closed before the answer"))
            self._waiting.clear()
            await asyncio.gather(session, return_exceptions=True)

    def drop(self) -> None:
        """Lose the socket as a power cut does: without a closing handshake."""
        if self._socket is not None:
            self._socket.transport.abort()

    async def call(self, action: str, payload: dict[str, Any]) -> dict[str, Any]:
        """Ask the central system. Raises :class:`NotConnected` or :class:`CallFailed`."""
        async with self._one_call:
            socket = self._socket
            if socket is None:
                raise NotConnected("not connected")
            call = frames.Call(frames.new_id(), action, payload)
            answer: asyncio.Future[dict[str, Any]] = asyncio.get_running_loop().create_future()
            self._waiting[call.unique_id] = answer
            try:
                await self._send(socket, call)
                async with asyncio.timeout(CALL_TIMEOUT_S):
                    return await answer
            except TimeoutError:
                raise CallFailed("Timeout", f"no answer within {CALL_TIMEOUT_S:.0f} s") from None
            finally:
                self._waiting.pop(call.unique_id, None)

    async def _send(self, socket: ClientConnection, frame: frames.Frame) -> None:
        text = frames.encode(frame)
        self._messages.add("sent", text)
        try:
            await socket.send(text)
        except ConnectionClosed:
            raise NotConnected("the socket closed while sending") from None

    async def _receive(self, socket: ClientConnection, text: str | bytes) -> None:
        self._messages.add("received", text)
        try:
            frame = frames.decode(text)
        except frames.BadFrame as bad:
            log.warning("%s: dropped a message: %s", self._id, bad)
            return
        if isinstance(frame, frames.Call):
            await self._answer(socket, frame)
            return
        waiting = self._waiting.get(frame.unique_id)
        if waiting is None or waiting.done():
            log.info("%s: answer to no open call: %s", self._id, frame.unique_id)
        elif isinstance(frame, frames.CallResult):
            waiting.set_result(frame.payload)
        else:
            waiting.set_exception(CallFailed(frame.code, frame.description))

    async def _answer(self, socket: ClientConnection, call: frames.Call) -> None:
        afterwards: Callable[[], object] | None = None
        answer: frames.Frame
        try:
            payload, afterwards = self._handle(call.action, call.payload)
            answer = frames.CallResult(call.unique_id, payload)
        except Refused as refused:
            answer = frames.CallError(call.unique_id, refused.code, str(refused))
        except Exception:
            log.exception("%s: failed to handle %s", self._id, call.action)
            answer = frames.CallError(call.unique_id, "InternalError", "the charge point failed")
        try:
            await self._send(socket, answer)
        except NotConnected:
            log.info("%s: %s was answered too late", self._id, call.action)
        # What was promised is done whether or not the promise arrived.
        if afterwards is not None:
            afterwards()
