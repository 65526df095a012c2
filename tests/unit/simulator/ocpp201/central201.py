"""A central system of OCPP 2.0.1 made with the `ocpp` package, which holds every message of both directions to the
official schemas with jsonschema: a judge that shares nothing with the simulator but the schema files.
"""

import asyncio
import contextlib
from collections.abc import Callable
from datetime import UTC, datetime
from typing import Any

from ocpp.messages import Call, CallError, MessageType, unpack, validate_payload  # type: ignore[import-untyped]
from ocpp.routing import on  # type: ignore[import-untyped]
from ocpp.v201 import ChargePoint as OcppChargePoint  # type: ignore[import-untyped]
from ocpp.v201 import call_result
from websockets.asyncio.server import Server, ServerConnection, serve
from websockets.exceptions import ConnectionClosed
from websockets.typing import Subprotocol


class Session(OcppChargePoint):  # type: ignore[misc]
    """One connected station as the central system sees it."""

    def __init__(self, station_id: str, connection: ServerConnection, central: "Central201") -> None:
        super().__init__(station_id, connection, response_timeout=5)
        self.central = central

    async def _handle_call(self, message: Call) -> Any:
        asked = message.payload
        answered = await super()._handle_call(message)
        if answered is not None:
            self.central.hear(message.action, asked)
        return answered

    async def _send(self, message: str) -> None:
        if unpack(message).message_type_id == MessageType.CallError:
            self.central.errors_sent.append(message)
        await super()._send(message)

    async def ask(self, action: str, payload: dict[str, Any]) -> dict[str, Any]:
        call = Call(f"ask-{action}", action, payload)
        await validate_payload(call, "2.0.1")
        async with self._call_lock:
            await self._send(call.to_json())
            answer = await self._get_specific_response(call.unique_id, 5)
        if isinstance(answer, CallError):
            raise answer.to_exception()
        answer.action = action
        await validate_payload(answer, "2.0.1")
        payload = answer.payload
        assert isinstance(payload, dict)
        return payload

    @on("BootNotification")
    def boot(self, **_fields):
        status, interval = self.central.boots.pop(0) if self.central.boots else ("Accepted", 300)
        return call_result.BootNotification(
            current_time=datetime.now(UTC).isoformat(), interval=interval, status=status
        )

    @on("Heartbeat")
    def heartbeat(self, **_fields):
        return call_result.Heartbeat(current_time=datetime.now(UTC).isoformat())

    @on("Authorize")
    def authorize(self, id_token, **_fields):
        return call_result.Authorize(id_token_info=self.central.info(id_token["id_token"]))

    @on("TransactionEvent")
    def transaction_event(self, id_token=None, **_fields):
        self.central.fail_if_told("TransactionEvent")
        if id_token is None:
            return call_result.TransactionEvent()
        refused = id_token["id_token"] in self.central.refused_at_start
        info = {"status": "Blocked"} if refused else self.central.info(id_token["id_token"])
        return call_result.TransactionEvent(id_token_info=info)

    @on("StatusNotification")
    def status(self, **_fields):
        return call_result.StatusNotification()

    @on("NotifyReport")
    def report(self, **_fields):
        return call_result.NotifyReport()

    @on("MeterValues")
    def meter_values(self, **_fields):
        return call_result.MeterValues()

    @on("ReservationStatusUpdate")
    def reservation(self, **_fields):
        return call_result.ReservationStatusUpdate()

    @on("ReportChargingProfiles")
    def profiles(self, **_fields):
        return call_result.ReportChargingProfiles()

    @on("NotifyChargingLimit")
    def limit(self, **_fields):
        return call_result.NotifyChargingLimit()

    @on("ClearedChargingLimit")
    def no_limit(self, **_fields):
        return call_result.ClearedChargingLimit()

    @on("DataTransfer")
    def data_transfer(self, **_fields):
        return call_result.DataTransfer(status="UnknownVendorId")


class Central201:
    """``async with Central201() as central``. What was valid and answered is in ``heard``, as it came."""

    def __init__(self) -> None:
        self.heard: list[tuple[str, dict[str, Any]]] = []
        self.tokens: dict[str, dict[str, Any]] = {"ALICE": {"status": "Accepted"}}
        self.refused_at_start: set[str] = set()
        self.boots: list[tuple[str, int]] = []
        # Action → how often it is answered InternalError.
        self.failures: dict[str, int] = {}
        self.errors_sent: list[str] = []
        self.authorizations: list[str | None] = []
        self.sessions: dict[str, Session] = {}
        self.port = 0
        self._news = asyncio.Event()
        self._server: Server | None = None

    @property
    def address(self) -> str:
        return f"ws://127.0.0.1:{self.port}/ocpp"

    async def __aenter__(self):
        await self.open()
        return self

    async def __aexit__(self, *_error):
        await self.close()

    async def open(self) -> None:
        self._server = await serve(self._serve, "127.0.0.1", self.port, subprotocols=[Subprotocol("ocpp2.0.1")])
        self.port = self._server.sockets[0].getsockname()[1]

    async def close(self) -> None:
        if self._server is not None:
            self._server.close()
            await self._server.wait_closed()
            self._server = None

    async def _serve(self, connection: ServerConnection) -> None:
        assert connection.request is not None
        station_id = connection.request.path.removeprefix("/ocpp/")
        self.authorizations.append(connection.request.headers.get("Authorization"))
        session = self.sessions[station_id] = Session(station_id, connection, self)
        with contextlib.suppress(ConnectionClosed):
            await session.start()

    def info(self, id_token: str) -> dict[str, Any]:
        return self.tokens.get(id_token, {"status": "Invalid"})

    def fail_if_told(self, action: str) -> None:
        if self.failures.get(action, 0) > 0:
            self.failures[action] -= 1
            raise RuntimeError("not now")

    def hear(self, action: str, payload: dict[str, Any]) -> None:
        self.heard.append((action, payload))
        self._news.set()

    def of(self, action: str) -> list[dict[str, Any]]:
        return [payload for heard, payload in self.heard if heard == action]

    @property
    def events(self) -> list[dict[str, Any]]:
        return self.of("TransactionEvent")

    async def until(self, is_so: Callable[[], bool], seconds: float = 10) -> None:
        """Waits until what was heard makes ``is_so`` true."""
        async with asyncio.timeout(seconds):
            while not is_so():
                self._news.clear()
                await self._news.wait()

    async def hears(self, action: str, count: int = 1) -> dict[str, Any]:
        """The ``count``-th message of this action, as soon as it is there."""
        await self.until(lambda: len(self.of(action)) >= count)
        return self.of(action)[count - 1]
