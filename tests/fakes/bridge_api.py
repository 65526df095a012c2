"""A stand-in for the API, as far as the bridge asks it: a real HTTP server on a free port, programmable and stoppable.

It keeps the cursor rule of the real one: an event whose seq is not newer than the last of its (charge point, stream)
is a repeat.
"""

import contextlib
import hashlib
import json
import threading
from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any
from urllib.parse import unquote, urlsplit

TOKEN = "bridge-token"


class _Server(ThreadingHTTPServer):
    daemon_threads = True
    # Joined, so that no socket outlives its test.
    block_on_close = True
    request_queue_size = 128

    def handle_error(self, request: Any, client_address: Any) -> None:
        """A bridge that is killed in the middle of a request is what tests do."""


class FakeApi:
    """``stop`` and ``start`` keep the port; everything it was told stays in ``batches`` and ``applied``."""

    def __init__(self) -> None:
        self.lock = threading.Condition()
        self.batches: list[tuple[str, list[dict[str, Any]]]] = []
        self.applied: list[dict[str, Any]] = []
        self.repeats: list[dict[str, Any]] = []
        self.authorizations: list[tuple[str, dict[str, Any]]] = []
        self.config_polls: list[str] = []
        self.attempts: list[dict[str, Any]] = []
        self.answered: list[dict[str, Any]] = []
        """What it was told of identities nobody knows."""
        self.building_reports: list[dict[str, Any]] = []
        self.tag_status: dict[str, str] = {}
        self.parents: dict[str, str] = {}
        self.answer_events: Callable[[list[dict[str, Any]]], tuple[int, dict[str, str], Any] | None] | None = None
        self.answer_authorize: Callable[[dict[str, Any]], tuple[int, Any] | None] | None = None
        self.clock_ahead = timedelta(0)
        self.charge_points: dict[str, dict[str, Any]] = {}
        self.tags: dict[str, dict[str, Any]] = {}
        self.holds: list[dict[str, Any]] = []
        self._version = 1
        self._cursors: dict[tuple[str, str], int] = {}
        self._server: _Server | None = None
        self._thread: threading.Thread | None = None
        self._port = 0

    # -- what a test arranges -------------------------------------------------------------------------------

    def add_charge_point(self, name: str, password: bytes | None = b"secret", **fields: Any) -> None:
        digests = [hashlib.sha256(password).hexdigest()] if password is not None else []
        self.charge_points[name] = {
            "charge_point_id": name,
            "password_sha256": digests,
            "connectors": {"1": "site:c1"},
            **fields,
        }
        self._version += 1

    def add_tag(self, tag: str, parent: str, status: str = "Accepted") -> None:
        self.tags[tag] = {"tag": tag, "parent_tag": parent, "status": status}
        self.tag_status[tag.casefold()] = status
        self.parents[tag.casefold()] = parent
        self._version += 1

    def add_hold(self, name: str, connector: int, tag: str, reservation_id: int = 1, for_s: float = 600) -> None:
        until = datetime.now(UTC) + timedelta(seconds=for_s)
        self.holds.append(
            {
                "charge_point_id": name,
                "connector": connector,
                "reservation_id": reservation_id,
                "tag": tag,
                "until": until.isoformat(),
            }
        )
        self._version += 1

    @property
    def root(self) -> str:
        return f"http://127.0.0.1:{self._port}"

    def start(self) -> None:
        handler = type("Handler", (_Handler,), {"api": self})
        self._server = _Server(("127.0.0.1", self._port), handler)
        self._port = self._server.server_address[1]
        self._thread = threading.Thread(target=self._server.serve_forever, args=(0.02,))
        self._thread.start()

    def stop(self) -> None:
        if self._server is None or self._thread is None:
            return
        self._server.shutdown()
        self._thread.join()
        self._server.server_close()
        self._server = self._thread = None

    # -- what a test looks at -------------------------------------------------------------------------------

    def wait_for(self, found: Callable[["FakeApi"], Any], within_s: float = 10.0) -> Any:
        """Until ``found(self)`` is true; its value. Woken by everything that arrives."""
        with self.lock:
            if not self.lock.wait_for(lambda: found(self), within_s):
                message = f"not within {within_s} s; applied: {[_short(event) for event in self.applied]}"
                raise AssertionError(message)
            return found(self)

    def of_kind(self, kind: str, charge_point: str | None = None) -> list[dict[str, Any]]:
        return [
            event
            for event in self.applied
            if event["kind"] == kind and charge_point in {None, event["charge_point_id"]}
        ]

    def wait_for_kind(self, kind: str, count: int = 1, within_s: float = 10.0) -> list[dict[str, Any]]:
        def found(api: "FakeApi") -> list[dict[str, Any]]:
            events = api.of_kind(kind)
            return events if len(events) >= count else []

        events: list[dict[str, Any]] = self.wait_for(found, within_s)
        return events

    def wait_for_result(self, command_id: str, count: int = 1) -> list[dict[str, Any]]:
        def found(api: "FakeApi") -> list[dict[str, Any]]:
            events = [event for event in api.of_kind("command_result") if event["command_id"] == command_id]
            return events if len(events) >= count else []

        events: list[dict[str, Any]] = self.wait_for(found)
        return events

    # -- what it answers ------------------------------------------------------------------------------------

    def events(self, body: dict[str, Any]) -> tuple[int, dict[str, str], Any]:
        stream, events = body["stream"], body["events"]
        with self.lock:
            self.batches.append((stream, events))
            self.lock.notify_all()
        if self.answer_events is not None:
            answer = self.answer_events(events)
            if answer is not None:
                return answer
        with self.lock:
            results = [self._apply(stream, event) for event in events]
            self.lock.notify_all()
        return 200, {}, {"results": results, "server_time": self._now()}

    def _apply(self, stream: str, event: dict[str, Any]) -> dict[str, Any]:
        key = (event["charge_point_id"], stream)
        result = {"charge_point_id": event["charge_point_id"], "seq": event["seq"], "outcome": "applied"}
        tag = event.get("tag", "").casefold()
        if event["kind"] in {"transaction_started", "transaction_ended"} and (tag or tag in self.tag_status):
            result["tag_status"] = self.tag_status.get(tag, "Invalid")
            if tag in self.parents:
                result["parent_tag"] = self.parents[tag]
        if event["seq"] <= self._cursors.get(key, 0):
            self.repeats.append(event)
            return {**result, "outcome": "repeat"}
        self._cursors[key] = event["seq"]
        self.applied.append(event)
        return result

    def authorize(self, name: str, body: dict[str, Any]) -> tuple[int, Any]:
        with self.lock:
            self.authorizations.append((name, body))
            self.lock.notify_all()
        if self.answer_authorize is not None:
            answer = self.answer_authorize(body)
            if answer is not None:
                return answer
        tag = body["tag"].casefold()
        reply = {"tag_status": self.tag_status.get(tag, "Invalid")}
        if tag in self.parents:
            reply["parent_tag"] = self.parents[tag]
        return 200, {"authorize": reply}

    def authorize_all(self, body: dict[str, Any]) -> tuple[int, Any]:
        """As :meth:`authorize`, each; what it refuses is refused whole, but for charge points it does not know."""
        verdicts: list[Any] = []
        for question in body["questions"]:
            status, answer = self.authorize(question["charge_point_id"], {"tag": question["tag"]})
            if status not in {200, 404}:
                return status, answer
            verdicts.append(answer["authorize"] if status == 200 else None)
        return 200, {"verdicts": verdicts}

    def config(self, since: str) -> tuple[int, Any]:
        with self.lock:
            self.config_polls.append(since)
            self.lock.notify_all()
        cursor = str(self._version)
        config: dict[str, Any] = {"cursor": cursor, "complete": since != cursor, "server_time": self._now()}
        if since != cursor:
            config |= {
                "charge_points": list(self.charge_points.values()),
                "tags": list(self.tags.values()),
                "holds": self.holds,
            }
        return 200, {"config": config}

    def _now(self) -> str:
        return (datetime.now(UTC) + self.clock_ahead).isoformat()


class _Handler(BaseHTTPRequestHandler):
    api: FakeApi
    protocol_version = "HTTP/1.1"
    timeout = 5

    def do_GET(self) -> None:
        if self._is_let_in():
            since = urlsplit(self.path).query.removeprefix("since=")
            self._answer(*self.api.config(unquote(since)))

    def do_POST(self) -> None:
        body = json.loads(self.rfile.read(int(self.headers["Content-Length"])))
        if not self._is_let_in():
            return
        if self.path == "/api/events":
            status, headers, answer = self.api.events(body)
            self._answer(status, answer, headers)
        elif self.path == "/api/bridge/authorize":
            self._answer(*self.api.authorize_all(body))
        elif self.path == "/api/bridge/attempts":
            with self.api.lock:
                self.api.attempts.extend(body["attempts"])
                self.api.lock.notify_all()
            self._answer(200, {"message": "They are listed.", "status": "ok"})
        elif self.path == "/api/bridge/authorizations":
            with self.api.lock:
                self.api.answered.extend(body["authorizations"])
            self._answer(200, {"message": "They are kept.", "status": "ok"})
        elif self.path == "/api/bridge/building":
            with self.api.lock:
                self.api.building_reports.append(body)
                self.api.lock.notify_all()
            self._answer(200, {"message": "They are kept.", "status": "ok"})
        else:
            name = unquote(self.path.removeprefix("/api/chargepoint/").removesuffix("/authorize"))
            self._answer(*self.api.authorize(name, body))

    def _is_let_in(self) -> bool:
        if self.headers["Authorization"] == f"Bearer {TOKEN}":
            return True
        self._answer(401, {"code": "unauthorized"})
        return False

    def _answer(self, status: int, answer: Any, headers: dict[str, str] | None = None) -> None:
        data = json.dumps(answer).encode()
        with contextlib.suppress(OSError):
            self.send_response(status)
            # No connection outlives its answer, so that `stop` ends at once.
            for name, value in {**(headers or {}), "Content-Length": str(len(data)), "Connection": "close"}.items():
                self.send_header(name, value)
            self.end_headers()
            self.wfile.write(data)
        self.close_connection = True

    def log_message(self, format: str, *args: Any) -> None:  # noqa: A002 -- the base class's name
        """Quiet."""


def _short(event: dict[str, Any]) -> str:
    return f"{event['charge_point_id']}:{event['seq']}:{event['kind']}"
