"""A charge point for tests, on the independent `websocket-client` package: it says exactly what it is told to say."""

import base64
import contextlib
import itertools
import json
import queue
import socket
import threading
from collections.abc import Callable
from datetime import UTC, datetime
from types import TracebackType
from typing import Any, Self

import websocket

Answer = dict[str, Any] | None
_numbers = itertools.count(1)


class CallFailed(Exception):
    """A CALLERROR."""

    def __init__(self, code: str, description: str) -> None:
        super().__init__(f"{code}: {description}")
        self.code = code


def basic(user: str, password: bytes) -> str:
    return "Basic " + base64.b64encode(user.encode() + b":" + password).decode()


class ChargePoint:
    """``answers`` maps an action to what it answers: a payload, a (code, description) pair, or None for silence."""

    def __init__(
        self,
        url: str,
        name: str,
        password: bytes | None = b"secret",
        subprotocols: list[str] | None = None,
        path: str | None = None,
    ) -> None:
        self.name = name
        self.answers: dict[str, Any] = {
            "GetConfiguration": {"configurationKey": [], "unknownKey": []},
            "ChangeConfiguration": {"status": "Accepted"},
        }
        self.calls: queue.Queue[tuple[str, dict[str, Any]]] = queue.Queue()
        self.on_call: Callable[[str, dict[str, Any]], None] | None = None
        self._replies: dict[str, queue.Queue[list[Any]]] = {}
        self.stray: queue.Queue[list[Any]] = queue.Queue()
        headers = [] if password is None else [f"Authorization: {basic(name, password)}"]
        self.socket = websocket.create_connection(
            f"{url}/{path if path is not None else name}",
            subprotocols=["ocpp1.6"] if subprotocols is None else subprotocols,
            header=headers,
            timeout=15,
        )
        self.last_call_id = ""
        """Of the bridge's last call."""
        self.socket.settimeout(None)  # that was for connecting: a quiet bridge is no lost one
        self.closed = threading.Event()
        self.close_code: int | None = None
        self._reader = threading.Thread(target=self._read, daemon=True)
        self._reader.start()

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.close()

    def close(self) -> None:
        with contextlib.suppress(OSError, websocket.WebSocketException):
            self.socket.send_close()
        if not self.closed.wait(2):
            self.drop()
        self._reader.join(5)
        self.socket.shutdown()

    def drop(self) -> None:
        """As a charge point that loses power: no goodbye."""
        self.cut()
        self._reader.join(5)
        self.socket.shutdown()

    def cut(self) -> None:
        """End the TCP connection; also from :attr:`on_call`."""
        if self.socket.sock is not None:
            with contextlib.suppress(OSError):
                self.socket.sock.shutdown(socket.SHUT_RDWR)

    def send(self, frame: Any) -> None:
        self.socket.send(frame if isinstance(frame, str) else json.dumps(frame))

    def call(self, action: str, payload: Any, within_s: float = 10.0) -> dict[str, Any]:
        """The CALLRESULT's payload. Raises :class:`CallFailed`."""
        return self.ask([2, f"m{next(_numbers)}", action, payload], within_s)

    def ask(self, frame: list[Any], within_s: float = 10.0) -> dict[str, Any]:
        replies = self._replies[frame[1]] = queue.Queue()
        self.send(frame)
        reply = replies.get(timeout=within_s)
        if reply[0] == 4:
            raise CallFailed(reply[2], reply[3])
        payload: dict[str, Any] = reply[2]
        return payload

    def next_call(self, action: str, within_s: float = 10.0) -> dict[str, Any]:
        """The next call of this action that the bridge made; others are passed over."""
        while True:
            name, payload = self.calls.get(timeout=within_s)
            if name == action:
                return payload

    def _read(self) -> None:
        try:
            while True:
                opcode, data = self.socket.recv_data()
                if opcode == websocket.ABNF.OPCODE_CLOSE:
                    self.close_code = int.from_bytes(data[:2], "big") if data else None
                    self.cut()
                    return
                self._heard(json.loads(data))
        except (OSError, websocket.WebSocketException, ValueError):
            return
        finally:
            self.closed.set()

    def _heard(self, frame: list[Any]) -> None:
        if frame[0] != 2:
            self._replies.get(frame[1], self.stray).put(frame)
            return
        _, message_id, action, payload = frame
        self.last_call_id = message_id
        self.calls.put((action, payload))
        if self.on_call is not None:
            self.on_call(action, payload)
        answer = self.answers.get(action, ("NotImplemented", "not here"))
        if answer is None:
            return
        if isinstance(answer, tuple):
            self.send([4, message_id, *answer, {}])
        else:
            self.send([3, message_id, answer])

    # -- what charge points say -----------------------------------------------------------------------------

    def boot(self) -> dict[str, Any]:
        return self.call("BootNotification", {"chargePointVendor": "Acme", "chargePointModel": "One"})

    def status(self, status: str, connector: int = 1) -> dict[str, Any]:
        return self.call("StatusNotification", {"connectorId": connector, "status": status, "errorCode": "NoError"})

    def start(self, tag: str, meter_wh: int = 0, connector: int = 1, at: str | None = None) -> dict[str, Any]:
        return self.call(
            "StartTransaction",
            {"connectorId": connector, "idTag": tag, "meterStart": meter_wh, "timestamp": at or now()},
        )

    def meter(self, wh: int, transaction_id: int | None = None, connector: int = 1) -> dict[str, Any]:
        value = {"value": str(wh), "measurand": "Energy.Active.Import.Register", "unit": "Wh"}
        payload: dict[str, Any] = {
            "connectorId": connector,
            "meterValue": [{"timestamp": now(), "sampledValue": [value]}],
        }
        if transaction_id is not None:
            payload["transactionId"] = transaction_id
        return self.call("MeterValues", payload)

    def stop(self, transaction_id: int, meter_wh: int, **more: Any) -> dict[str, Any]:
        return self.call(
            "StopTransaction",
            {"transactionId": transaction_id, "meterStop": meter_wh, "timestamp": now(), **more},
        )


def now() -> str:
    return datetime.now(UTC).isoformat(timespec="milliseconds").replace("+00:00", "Z")
