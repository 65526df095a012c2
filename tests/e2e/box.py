"""A charge point of the tests' own: OCPP 1.6J over `websocket-client`, which shares no code with the bridge.

Like a real one it connects again by itself and repeats what was not answered, with the same content.
"""

import base64
import json
import queue
import threading
import time
import uuid
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from datetime import UTC, datetime
from socket import SHUT_RDWR
from typing import Any, Self

import websocket

from tests.e2e.world import wait_for

ANSWER_S = 5.0
AGAIN_S = 0.05
CALL, RESULT, ERROR = 2, 3, 4


class Refused(Exception):
    """The central system answered a call with an error."""


class Box:
    """One connector. ``register_wh`` is its meter, ``reservation`` what ReserveNow left."""

    def __init__(self, central: str, charge_point_id: str, password: str, *, boots: bool = True) -> None:
        self._address = f"{central}/{charge_point_id}"
        credentials = base64.b64encode(f"{charge_point_id}:{password}".encode()).decode()
        self._headers = [f"Authorization: Basic {credentials}"]
        self._boots = boots
        self.answers: dict[str, Any] = {}
        """By action: the answer's payload, or the code of a CALLERROR, instead of what is usual."""
        self.register_wh = 1_000
        self.reservation: dict[str, Any] | None = None
        self.asked: list[tuple[str, dict[str, Any]]] = []
        """Every call of the central system: action, payload."""
        self.heard: list[str] = []
        """In order: the action of each call of the central system, and of each call of ours as it was answered."""
        self._actions: dict[str, str] = {}
        self._answers: dict[str, queue.Queue[list[Any]]] = {}
        self._socket: websocket.WebSocket | None = None
        self._sending = threading.Lock()
        self._over = threading.Event()
        self._away = threading.Event()
        self._thread = threading.Thread(target=self._run, name=charge_point_id, daemon=True)

    def __enter__(self) -> Self:
        self._thread.start()
        wait_for(lambda: self._socket, 10, f"connected to {self._address}")
        if self._boots:
            self.boot()
            self.status("Available")
        return self

    def __exit__(self, *_error: object) -> None:
        self._over.set()
        socket = self._socket
        if socket is not None:
            with suppress(OSError, websocket.WebSocketException):
                socket.close()
        self._thread.join(10)
        assert not self._thread.is_alive()

    @contextmanager
    def offline(self) -> Iterator[None]:
        """Its network is gone, and there again at the end."""
        self._away.set()
        self._cut()
        wait_for(lambda: self._socket is None, 10, "the socket is gone")
        yield
        self._away.clear()
        wait_for(lambda: self._socket, 10, f"connected to {self._address} again")

    def drop(self) -> None:
        """Its socket is cut; it connects again at once."""
        with self.offline():
            pass

    def boot(self, **more: Any) -> dict[str, Any]:
        """The answer."""
        return self.call("BootNotification", {"chargePointVendor": "Test", "chargePointModel": "Box", **more})

    def call(self, action: str, payload: dict[str, Any], within_s: float = 30.0) -> dict[str, Any]:
        """The answer's payload; asked again (the same content, a new message id) until there is one."""
        until = time.monotonic() + within_s
        while time.monotonic() < until:
            answer = self._once(action, payload)
            if answer is not None and answer[0] == RESULT:
                result: dict[str, Any] = answer[2]
                return result
            if answer is not None:
                raise Refused(f"{action}: {answer[2:]}")
        raise AssertionError(f"{action} was not answered within {within_s:g} s")

    def status(self, status: str) -> None:
        self.call(
            "StatusNotification", {"connectorId": 1, "status": status, "errorCode": "NoError", "timestamp": now()}
        )

    def authorize(self, tag: str) -> str:
        """The verdict on a tag."""
        return str(self.call("Authorize", {"idTag": tag})["idTagInfo"]["status"])

    def start_transaction(self, tag: str) -> tuple[int, str]:
        """(transaction id, verdict)."""
        payload: dict[str, Any] = {"connectorId": 1, "idTag": tag, "meterStart": self.register_wh, "timestamp": now()}
        if self.reservation is not None and self.reservation["idTag"] == tag:
            payload["reservationId"] = self.reservation["reservationId"]
            self.reservation = None
        answer = self.call("StartTransaction", payload)
        return int(answer["transactionId"]), str(answer["idTagInfo"]["status"])

    def meter_values(self, transaction_id: int, more_wh: int) -> None:
        """The register after ``more_wh`` more."""
        self.register_wh += more_wh
        sample = {"value": str(self.register_wh), "measurand": "Energy.Active.Import.Register", "unit": "Wh"}
        values = [{"timestamp": now(), "sampledValue": [sample]}]
        self.call("MeterValues", {"connectorId": 1, "transactionId": transaction_id, "meterValue": values})

    def stop_transaction(self, transaction_id: int, tag: str, reason: str) -> None:
        payload = {"transactionId": transaction_id, "meterStop": self.register_wh, "timestamp": now(), "idTag": tag}
        self.call("StopTransaction", {**payload, "reason": reason})

    def _cut(self) -> None:
        line = self._socket.sock if self._socket is not None else None
        if line is not None:
            with suppress(OSError):  # It may have ended just now.
                line.shutdown(SHUT_RDWR)

    def _once(self, action: str, payload: dict[str, Any]) -> list[Any] | None:
        """One try; None: the socket went away, or no answer in time."""
        socket, message_id = self._socket, str(uuid.uuid4())
        if socket is None:
            time.sleep(AGAIN_S)
            return None
        waiting = self._answers[message_id] = queue.Queue()
        self._actions[message_id] = action
        try:
            self._send(socket, [CALL, message_id, action, payload])
            until = time.monotonic() + ANSWER_S
            while time.monotonic() < until and self._socket is socket:
                with suppress(queue.Empty):
                    return waiting.get(timeout=AGAIN_S)
        except (OSError, websocket.WebSocketException):
            time.sleep(AGAIN_S)
        finally:
            del self._answers[message_id], self._actions[message_id]
        return None

    def _run(self) -> None:
        while not self._over.is_set():
            if self._away.is_set():
                self._over.wait(AGAIN_S)
                continue
            try:
                socket = websocket.create_connection(
                    self._address, header=self._headers, subprotocols=["ocpp1.6"], timeout=10
                )
            except (OSError, websocket.WebSocketException):
                self._over.wait(AGAIN_S)
                continue
            self._socket = socket
            with suppress(OSError, websocket.WebSocketException):
                self._listen(socket)
            self._socket = None
            with suppress(OSError, websocket.WebSocketException):
                socket.close()

    def _listen(self, socket: websocket.WebSocket) -> None:
        while not self._over.is_set():
            try:
                text = socket.recv()
            except websocket.WebSocketTimeoutException:
                continue
            if not text:
                return
            frame = json.loads(text)
            self.heard.append(frame[2] if frame[0] == CALL else self._actions.get(frame[1], ""))
            if frame[0] == CALL:
                answer = self._answer(frame[2], frame[3])
                self.asked.append((frame[2], frame[3]))
                if isinstance(answer, str):
                    self._send(socket, [ERROR, frame[1], answer, "not here", {}])
                else:
                    self._send(socket, [RESULT, frame[1], answer])
            elif frame[1] in self._answers:
                self._answers[frame[1]].put(frame)

    def _answer(self, action: str, payload: dict[str, Any]) -> dict[str, Any] | str:
        told: dict[str, Any] | str | None = self.answers.get(action)
        if told is not None:
            return told
        match action:
            case "ReserveNow":
                self.reservation = payload
            case "CancelReservation":
                if self.reservation is None or self.reservation["reservationId"] != payload["reservationId"]:
                    return {"status": "Rejected"}
                self.reservation = None
            case "GetConfiguration":
                return {"configurationKey": [], "unknownKey": payload.get("key", [])}
            case "UpdateFirmware":
                return {}
            case "GetDiagnostics":
                return {"fileName": "diagnostics.zip"}
            case "GetLog":
                return {"status": "Accepted", "filename": "security.log"}
            case _:
                pass
        return {"status": "Accepted"}

    def _send(self, socket: websocket.WebSocket, frame: list[Any]) -> None:
        with self._sending:
            socket.send(json.dumps(frame))


def now() -> str:
    return datetime.now(UTC).isoformat(timespec="milliseconds").replace("+00:00", "Z")
