"""The WebSocket to the central system: one call at a time, answers matched to calls, reconnection with
jitter.
"""

import asyncio
import contextlib
import logging
import random
from collections.abc import Awaitable, Callable
from typing import Any
from urllib.parse import quote

import msgspec
from websockets.asyncio.client import ClientConnection, connect
from websockets.exceptions import ConnectionClosed, InvalidHandshake, WebSocketException
from websockets.typing import Subprotocol

from simulator.link import frames, tls
from simulator.link.errors import CallFailed, NotConnected
from simulator.link.interference import Interference
from simulator.link.messagelog import MessageLog, in_operation, operation_id

CALL_TIMEOUT_S = 30.0
FIRST_DELAY_S = 0.5
LONGEST_DELAY_S = 15.0

log = logging.getLogger(__name__)

# Takes a request of the central system and says with the given function what is to be answered.
Reply = Callable[[frames.CallResult | frames.CallError], Awaitable[None]]
OnCall = Callable[[frames.Call, Reply], Awaitable[None]]


class _Waiting(msgspec.Struct):
    answer: asyncio.Future[dict[str, Any]]
    action: str
    sent_s: float
    operation_id: str | None


class Connection:
    """Keeps one socket open while wanted. ``on_open`` runs beside each socket, cancelled with it. ``asked``
    names the operation that a request of the central system is.
    """

    def __init__(
        self,
        charge_point_id: str,
        subprotocol: str,
        messages: MessageLog,
        on_call: OnCall,
        on_open: Callable[[], Awaitable[None]],
        *,
        asked: Callable[[str], str | None] = lambda _action: None,
    ) -> None:
        self._id = charge_point_id
        self._subprotocol = Subprotocol(subprotocol)
        self._messages = messages
        self._on_call = on_call
        self._on_open = on_open
        self._asked = asked
        self._socket: ClientConnection | None = None
        self._one_call = asyncio.Lock()
        self._waiting: dict[str, _Waiting] = {}
        self._interference: Interference | None = None
        self.last_error: str | None = None
        self.opening = False
        # Set while there is a socket.
        self.opened = asyncio.Event()

    @property
    def connected(self) -> bool:
        return self._socket is not None

    @property
    def interference(self) -> Interference | None:
        return self._interference

    @interference.setter
    def interference(self, interference: Interference | None) -> None:
        """From now on, also on the socket that is open."""
        self._interference = interference
        if interference is not None and self._socket is not None:
            interference.opened(self._socket)

    async def keep_open(self, central: str, security: tls.Security, ping_interval_s: int) -> None:
        """Connect, and again whenever the socket closes; ends by cancellation."""
        address = f"{tls.address(central, security).rstrip('/')}/{quote(self._id, safe='')}"
        delay_s = FIRST_DELAY_S
        while True:
            self.opening = True
            try:
                async with connect(
                    address,
                    ssl=tls.context(address, security),
                    subprotocols=[self._subprotocol],
                    additional_headers=tls.headers(self._id, security),
                    user_agent_header="kilowait-simulator",
                    compression=None,
                    proxy=None,
                    close_timeout=2,
                    ping_interval=ping_interval_s or None,
                ) as socket:
                    self._agree(socket)
                    delay_s = FIRST_DELAY_S
                    try:
                        await self._serve(socket)
                    except asyncio.CancelledError:
                        # In good order, where leaving the block so would tell of an internal error.
                        await socket.close()
                        raise
            except (OSError, WebSocketException) as error:
                self.last_error = _why(error)
                log.info("%s: not connected: %s", self._id, self.last_error)
            except Exception as error:
                # Whatever it was, a charge point tries again.
                self.last_error = _why(error)
                log.exception("%s: the connection failed", self._id)
            self.opening = False
            # Who asked for the connection asked for the first one.
            operation_id.set(None)
            await asyncio.sleep(delay_s * random.uniform(0.5, 1.5))
            delay_s = min(delay_s * 2, LONGEST_DELAY_S)

    def _agree(self, socket: ClientConnection) -> None:
        """Raises ``InvalidHandshake``."""
        if socket.subprotocol != self._subprotocol:
            raise InvalidHandshake(f"the central system does not speak {self._subprotocol}")

    async def _serve(self, socket: ClientConnection) -> None:
        self._socket, self.opening, self.last_error = socket, False, None
        self.opened.set()
        if self.interference is not None:
            self.interference.opened(socket)
        session = asyncio.ensure_future(self._on_open())
        try:
            async for text in socket:
                if self.interference is not None:
                    await self.interference.received(text, self._receive)
                else:
                    await self._receive(text)
            self.last_error = f"closed by the central system ({socket.close_code})"
        except ConnectionClosed as closed:
            self.last_error = str(closed)
        finally:
            self._socket = None
            self.opened.clear()
            if self.interference is not None:
                self.interference.closed()
            session.cancel()
            for waiting in self._waiting.values():
                if not waiting.answer.done():
                    waiting.answer.set_exception(NotConnected("the socket closed before the answer"))
            self._waiting.clear()
            await asyncio.gather(session, return_exceptions=True)

    def drop(self) -> None:
        """Lose the socket as a power cut does: without a closing handshake."""
        if self._socket is not None:
            self._socket.transport.abort()

    async def call(self, action: str, payload: dict[str, Any]) -> dict[str, Any]:
        """Ask the central system. Raises :class:`NotConnected` or :class:`CallFailed`."""
        async with self._one_call:
            loop = asyncio.get_running_loop()
            call = frames.Call(frames.new_id(), action, payload)
            waiting = _Waiting(loop.create_future(), action, loop.time(), operation_id.get())
            if self._socket is None:
                raise NotConnected("not connected")
            self._waiting[call.unique_id] = waiting
            try:
                await self._send(call, action)
                async with asyncio.timeout(CALL_TIMEOUT_S):
                    return await waiting.answer
            except TimeoutError:
                raise CallFailed("Timeout", f"no answer within {CALL_TIMEOUT_S:.0f} s") from None
            finally:
                self._waiting.pop(call.unique_id, None)
                if waiting.answer.done() and not waiting.answer.cancelled():
                    waiting.answer.exception()  # Seen, also where the socket closed while the request still went out.

    async def _send(self, frame: frames.Frame, action: str | None, latency_ms: float | None = None) -> None:
        socket = self._socket
        if socket is None:
            raise NotConnected("not connected")
        text = frames.encode(frame)
        self._messages.add("sent", text, action=action, unique_id=frame.unique_id, latency_ms=latency_ms)
        try:
            if self.interference is not None:
                await self.interference.send(text, socket)
            else:
                await socket.send(text)
        except ConnectionClosed:
            raise NotConnected("the socket closed while sending") from None

    async def _receive(self, text: str | bytes) -> None:
        try:
            frame = frames.decode(text)
        except frames.BadFrame as bad:
            self._messages.add("received", text)
            log.warning("%s: dropped a message: %s", self._id, bad)
            if bad.unique_id is not None:
                await self._refuse(bad.unique_id, str(bad))
            return
        if isinstance(frame, frames.Call):
            with in_operation(self._asked(frame.action)):
                self._messages.add("received", text, action=frame.action, unique_id=frame.unique_id)
                await self._answer(frame)
        else:
            self._take(frame, text)

    async def _refuse(self, unique_id: str, text: str) -> None:
        code = "FormationViolation" if self._subprotocol == "ocpp1.6" else "FormatViolation"
        with contextlib.suppress(NotConnected):
            await self._send(frames.CallError(unique_id, code, text), None)

    def _take(self, frame: frames.CallResult | frames.CallError, text: str | bytes) -> None:
        waiting = self._waiting.get(frame.unique_id)
        if waiting is None or waiting.answer.done():
            self._messages.add("received", text, unique_id=frame.unique_id)
            log.info("%s: answer to no open call: %s", self._id, frame.unique_id)
            return
        latency_ms = round((asyncio.get_running_loop().time() - waiting.sent_s) * 1000, 2)
        with in_operation(waiting.operation_id):
            self._messages.add(
                "received", text, action=waiting.action, unique_id=frame.unique_id, latency_ms=latency_ms
            )
        if isinstance(frame, frames.CallResult):
            waiting.answer.set_result(frame.payload)
        else:
            waiting.answer.set_exception(CallFailed(frame.code, frame.description))

    async def _answer(self, call: frames.Call) -> None:
        received_s = asyncio.get_running_loop().time()

        async def reply(answer: frames.CallResult | frames.CallError) -> None:
            latency_ms = round((asyncio.get_running_loop().time() - received_s) * 1000, 2)
            try:
                await self._send(answer, call.action, latency_ms)
            except NotConnected:
                log.info("%s: %s was answered too late", self._id, call.action)

        await self._on_call(call, reply)


def _why(error: Exception) -> str:
    """Why there is no connection, for a person."""
    if isinstance(error, ConnectionRefusedError):
        return "connection refused: nobody listens there"
    return str(error) or type(error).__name__
