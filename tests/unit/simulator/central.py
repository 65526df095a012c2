"""A small central system made with the `ocpp` package, which holds every message of both directions to the schemas."""

import asyncio
import contextlib
import ssl
from collections.abc import Callable
from datetime import UTC, datetime
from types import SimpleNamespace
from typing import Any

from ocpp.messages import Call, MessageType, unpack  # type: ignore[import-untyped]
from ocpp.routing import on  # type: ignore[import-untyped]
from ocpp.v16 import ChargePoint as OcppChargePoint  # type: ignore[import-untyped]
from ocpp.v16 import call_result
from websockets.asyncio.server import Server, ServerConnection, serve
from websockets.exceptions import ConnectionClosed
from websockets.typing import Subprotocol


class Session(OcppChargePoint):  # type: ignore[misc]
    """One connected charge point as the central system sees it."""

    def __init__(self, charge_point_id: str, connection: ServerConnection, central: "Central") -> None:
        super().__init__(charge_point_id, connection, response_timeout=5)
        self.central = central
        self.socket = connection

    async def ask_raw(self, action: str, payload: dict[str, Any]) -> Any:
        """A request that the package would not let through; the answer as it came."""
        call = Call(f"raw-{action}", action, payload)
        await super()._send(call.to_json())
        return await self._get_specific_response(call.unique_id, 5)

    async def ask_text(self, text: str, unique_id: str) -> Any:
        """Whatever text; the answer to its id as it came."""
        await self.socket.send(text)
        return await self._get_specific_response(unique_id, 5)

    async def _send(self, message: str) -> None:
        if unpack(message).message_type_id == MessageType.CallError:
            self.central.errors_sent.append(message)
        await super()._send(message)

    def note(self, action: str, fields: dict[str, Any]) -> SimpleNamespace:
        heard = SimpleNamespace(action=action, charge_point=self.id, **fields)
        self.central.hear(heard)
        return heard

    @on("BootNotification")
    def boot(self, **fields):
        self.note("BootNotification", fields)
        status, interval = self.central.boots.pop(0) if self.central.boots else ("Accepted", 300)
        return call_result.BootNotification(
            current_time=datetime.now(UTC).isoformat(), interval=interval, status=status
        )

    @on("Heartbeat")
    def heartbeat(self, **fields):
        self.note("Heartbeat", fields)
        return call_result.Heartbeat(current_time=datetime.now(UTC).isoformat())

    @on("StatusNotification")
    def status(self, **fields):
        self.note("StatusNotification", fields)
        return call_result.StatusNotification()

    @on("Authorize")
    def authorize(self, **fields):
        heard = self.note("Authorize", fields)
        return call_result.Authorize(id_tag_info=self.central.info(heard.id_tag))

    @on("StartTransaction")
    def start_transaction(self, **fields):
        heard = self.note("StartTransaction", fields)
        self.central.fail_if_told("StartTransaction")
        return call_result.StartTransaction(
            transaction_id=self.central.transaction_id(heard), id_tag_info=self.central.start_info(heard.id_tag)
        )

    @on("MeterValues")
    def meter_values(self, **fields):
        self.note("MeterValues", fields)
        return call_result.MeterValues()

    @on("DataTransfer")
    def data_transfer(self, **fields):
        self.note("DataTransfer", fields)
        return call_result.DataTransfer(status="UnknownVendorId")

    @on("FirmwareStatusNotification")
    def firmware_status(self, **fields):
        self.note("FirmwareStatusNotification", fields)
        return call_result.FirmwareStatusNotification()

    @on("DiagnosticsStatusNotification")
    def diagnostics_status(self, **fields):
        self.note("DiagnosticsStatusNotification", fields)
        return call_result.DiagnosticsStatusNotification()

    @on("SignedFirmwareStatusNotification")
    def signed_firmware_status(self, **fields):
        self.note("SignedFirmwareStatusNotification", fields)
        return call_result.SignedFirmwareStatusNotification()

    @on("LogStatusNotification")
    def log_status(self, **fields):
        self.note("LogStatusNotification", fields)
        return call_result.LogStatusNotification()

    @on("SecurityEventNotification")
    def security_event(self, **fields):
        self.note("SecurityEventNotification", fields)
        return call_result.SecurityEventNotification()

    @on("SignCertificate")
    def sign_certificate(self, **fields):
        self.note("SignCertificate", fields)
        return call_result.SignCertificate(status="Accepted")

    @on("StopTransaction")
    def stop_transaction(self, **fields):
        self.note("StopTransaction", fields)
        self.central.fail_if_told("StopTransaction")
        return call_result.StopTransaction()


class Central:
    """``async with Central() as central``. What it hears it keeps; what it answers can be set."""

    def __init__(self) -> None:
        self.heard: list[SimpleNamespace] = []
        self.tags: dict[str, tuple[str, str | None]] = {"ALICE": ("Accepted", None)}
        # Tags that Authorize lets through and StartTransaction does not.
        self.refused_at_start: set[str] = set()
        self.boots: list[tuple[str, int]] = []
        # Action → how often it is answered InternalError.
        self.failures: dict[str, int] = {}
        self.errors_sent: list[str] = []
        self.authorizations: list[str | None] = []
        self.sessions: dict[str, Session] = {}
        self.port = 0
        self._transactions: dict[tuple[Any, ...], int] = {}
        self._news = asyncio.Condition()
        self._pending_news: set[asyncio.Task[None]] = set()
        self._server: Server | None = None
        self.tls: ssl.SSLContext | None = None

    @property
    def address(self) -> str:
        return f"ws://127.0.0.1:{self.port}/ocpp"

    async def __aenter__(self):
        await self.open()
        return self

    async def __aexit__(self, *_error):
        await self.close()

    async def open(self) -> None:
        self._server = await serve(
            self._serve, "127.0.0.1", self.port, subprotocols=[Subprotocol("ocpp1.6")], ssl=self.tls
        )
        self.port = self._server.sockets[0].getsockname()[1]

    async def close(self) -> None:
        if self._server is not None:
            self._server.close()
            await self._server.wait_closed()
            self._server = None

    async def _serve(self, connection: ServerConnection) -> None:
        assert connection.request is not None
        charge_point_id = connection.request.path.removeprefix("/ocpp/")
        self.authorizations.append(connection.request.headers.get("Authorization"))
        session = Session(charge_point_id, connection, self)
        self.sessions[charge_point_id] = session
        with contextlib.suppress(ConnectionClosed):
            await session.start()

    def info(self, id_tag: str) -> dict[str, str]:
        status, parent = self.tags.get(id_tag, ("Invalid", None))
        return {"status": status} | ({"parent_id_tag": parent} if parent else {})

    def start_info(self, id_tag: str) -> dict[str, str]:
        return {"status": "Blocked"} if id_tag in self.refused_at_start else self.info(id_tag)

    def transaction_id(self, start: SimpleNamespace) -> int:
        """The same message gets the same id, however often it comes."""
        key = (start.charge_point, start.connector_id, start.id_tag, start.timestamp, start.meter_start)
        return self._transactions.setdefault(key, 100 + len(self._transactions))

    def fail_if_told(self, action: str) -> None:
        if self.failures.get(action, 0) > 0:
            self.failures[action] -= 1
            raise RuntimeError("not now")

    def hear(self, message: SimpleNamespace) -> None:
        self.heard.append(message)
        task = asyncio.get_running_loop().create_task(self._tell())
        self._pending_news.add(task)
        task.add_done_callback(self._pending_news.discard)

    async def _tell(self) -> None:
        async with self._news:
            self._news.notify_all()

    def of(self, action: str) -> list[SimpleNamespace]:
        return [message for message in self.heard if message.action == action]

    def statuses(self, connector_id: int = 1) -> list[str]:
        return [one.status for one in self.of("StatusNotification") if one.connector_id == connector_id]

    async def until(self, is_so: Callable[[], bool], seconds: float = 10) -> None:
        """Waits until what was heard makes ``is_so`` true."""
        async with asyncio.timeout(seconds), self._news:
            await self._news.wait_for(is_so)

    async def hears(self, action: str, count: int = 1, seconds: float = 10) -> SimpleNamespace:
        """The ``count``-th message of this action, as soon as it is there."""
        await self.until(lambda: len(self.of(action)) >= count, seconds)
        return self.of(action)[count - 1]

    async def shown(self, *statuses: str, connector_id: int = 1, seconds: float = 10) -> None:
        """Waits until the connector's statuses end with these."""
        wanted = list(statuses)
        await self.until(lambda: self.statuses(connector_id)[-len(wanted) :] == wanted, seconds)

    async def ask(self, charge_point_id: str, request: Any) -> Any:
        """A request to the charge point; its answer, held to the schema. Raises what a CALLERROR means."""
        return await self.sessions[charge_point_id].call(request, suppress=False)


def total_wh(heard: SimpleNamespace) -> int:
    """The register in a MeterValues."""
    for sample in heard.meter_value[0]["sampled_value"]:
        if sample["measurand"] == "Energy.Active.Import.Register":
            return int(sample["value"])
    raise AssertionError(f"no energy register in {heard}")
