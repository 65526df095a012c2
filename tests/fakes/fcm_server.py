"""A stand-in for Firebase Cloud Messaging and its token endpoint, which Google's real client talks TLS to.

It is the proxy of the process under test: ``CONNECT fcm.googleapis.com:443`` ends here, with a certificate of an
authority made for the test. Whatever else is asked for is refused, so nothing leaves the machine.
"""

import contextlib
import json
import socket
import ssl
import threading
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from functools import cache, partial
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import Any, Self
from urllib.parse import parse_qs

import trustme
from cryptography.hazmat.primitives import serialization
from cryptography.hazmat.primitives.asymmetric import rsa
from google.auth import jwt

from tests.fakes.fcm_rules import violation_of

BOUNDARY_HOST = "iamcredentials.googleapis.com"
"""Google's client asks here, beside its work, in which regions a service account may act."""
HOSTS = {"fcm.googleapis.com", "oauth2.googleapis.com", BOUNDARY_HOST}
TOKEN_URI = "https://oauth2.googleapis.com/token"
ACCOUNT = "kilowait@test.iam.gserviceaccount.com"
STATUSES = {
    400: "INVALID_ARGUMENT",
    401: "UNAUTHENTICATED",
    403: "PERMISSION_DENIED",
    404: "NOT_FOUND",
    429: "RESOURCE_EXHAUSTED",
    500: "INTERNAL",
    503: "UNAVAILABLE",
}


@dataclass
class Answer:
    """What the next messages (to ``address``, if given) get instead of being taken."""

    status: int
    error_code: str = ""
    text: str = "Told to."
    field: str = ""
    retry_after: str = ""
    address: str = ""
    times: int = 1


@cache
def _authority() -> tuple[trustme.CA, ssl.SSLContext]:
    authority = trustme.CA()
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    authority.issue_cert(*sorted(HOSTS)).configure_cert(context)
    return authority, context


@cache
def _key() -> rsa.RSAPrivateKey:
    return rsa.generate_private_key(public_exponent=65537, key_size=2048)


@dataclass
class FcmServer:
    """``received``: the v1 messages taken, as sent; ``tried``: those and the ones answered otherwise."""

    received: list[dict[str, Any]] = field(default_factory=list)
    tried: list[dict[str, Any]] = field(default_factory=list)
    projects: set[str] = field(default_factory=set)
    tokens_issued: int = 0
    refused_hosts: list[str] = field(default_factory=list)

    def __post_init__(self) -> None:
        self._changed = threading.Condition()
        self._answers: list[Answer] = []
        self._open = threading.Event()
        self._open.set()
        self._token_status = 200
        self.sockets: set[socket.socket] = set()

    def __enter__(self) -> Self:
        self._server = _Server(("127.0.0.1", 0), partial(_Proxy, self))
        self._thread = threading.Thread(target=self._server.serve_forever, kwargs={"poll_interval": 0.05})
        self._thread.start()
        return self

    def __exit__(self, *_: object) -> None:
        self._open.set()
        self._server.shutdown()
        self._thread.join()
        self._server.server_close()
        for each in list(self.sockets):
            with contextlib.suppress(OSError):
                each.shutdown(socket.SHUT_RDWR)

    def environment(self, folder: Path) -> dict[str, str]:
        """What a process needs in its environment to come here; the files are written into ``folder``."""
        folder.mkdir(parents=True, exist_ok=True)
        bundle, account = folder / "authority.pem", folder / "service-account.json"
        _authority()[0].cert_pem.write_to_path(str(bundle))
        private = _key().private_bytes(
            serialization.Encoding.PEM, serialization.PrivateFormat.PKCS8, serialization.NoEncryption()
        )
        account.write_text(
            json.dumps(
                {
                    "type": "service_account",
                    "project_id": "another",
                    "private_key_id": "1",
                    "private_key": private.decode(),
                    "client_email": ACCOUNT,
                    "client_id": "1",
                    "token_uri": TOKEN_URI,
                }
            )
        )
        proxy = f"http://127.0.0.1:{self._server.server_port}"
        return {
            "GOOGLE_APPLICATION_CREDENTIALS": str(account),
            "REQUESTS_CA_BUNDLE": str(bundle),
            "HTTPS_PROXY": proxy,
            "https_proxy": proxy,
            "NO_PROXY": "127.0.0.1,localhost",
            "no_proxy": "127.0.0.1,localhost",
        }

    def answer_next(self, status: int, error_code: str = "", **more: Any) -> None:
        """The next message is answered so; ``address``, ``times``, ``retry_after``, ``text``, ``field``: see Answer."""
        with self._changed:
            self._answers.append(Answer(status, error_code, **more))

    def unregister(self, address: str) -> None:
        """The app was removed from that device."""
        self.answer_next(404, "UNREGISTERED", address=address, times=1_000_000, text="Requested entity was not found.")

    def refuse_tokens(self, status: int = 400) -> None:
        """The service account's key is no good."""
        self._token_status = status

    @contextlib.contextmanager
    def hanging(self) -> Iterator[None]:
        """Messages arrive and get no answer until the block ends."""
        self._open.clear()
        try:
            yield
        finally:
            self._open.set()

    def wait(self, received: int = 0, *, tried: int = 0, timeout_s: float = 20) -> list[dict[str, Any]]:
        """Wait until so many messages were taken (or tried); the messages."""

        def enough() -> bool:
            return len(self.received) >= received and len(self.tried) >= tried

        with self._changed:
            assert self._changed.wait_for(enough, timeout_s), (len(self.received), len(self.tried))
            return list(self.received)

    # --- what the handlers do -----------------------------------------------------------------------------------

    def token(self, form: dict[str, list[str]]) -> tuple[int, dict[str, Any]]:
        """The OAuth exchange of a signed assertion for an access token."""
        if self._token_status != 200:
            return self._token_status, {"error": "invalid_grant", "error_description": "Invalid JWT Signature."}
        public = _key().public_key()
        pem = public.public_bytes(serialization.Encoding.PEM, serialization.PublicFormat.SubjectPublicKeyInfo)
        [assertion] = form["assertion"]
        claims = jwt.decode(assertion, certs=pem, audience=TOKEN_URI)
        assert claims["iss"] == ACCOUNT
        assert "https://www.googleapis.com/auth/cloud-platform" in claims["scope"].split()
        with self._changed:
            self.tokens_issued += 1
        return 200, {"access_token": f"access-{self.tokens_issued}", "expires_in": 3600, "token_type": "Bearer"}

    def message(self, project: str, bearer: str, body: dict[str, Any]) -> tuple[int, dict[str, Any], str]:
        """One ``messages:send``: status, body, Retry-After."""
        message = body["message"]
        with self._changed:
            self.tried.append(message)
            self._changed.notify_all()
        self._open.wait()
        with self._changed:
            answer = self._answer_for(message.get("fid") or message.get("token") or "")
            if answer is None and not bearer.startswith("Bearer access-"):
                answer = Answer(401, "", "Request had invalid authentication credentials.")
            violation = violation_of(message)
            if answer is None and violation:
                answer = Answer(400, "INVALID_ARGUMENT", violation[1], field=violation[0])
            if answer is not None:
                return answer.status, _error(answer), answer.retry_after
            self.received.append(message)
            self.projects.add(project)
            self._changed.notify_all()
            return 200, {"name": f"projects/{project}/messages/{len(self.received)}"}, ""

    def _answer_for(self, address: str) -> Answer | None:
        for answer in self._answers:
            if answer.address in {"", address}:
                answer.times -= 1
                if not answer.times:
                    self._answers.remove(answer)
                return answer
        return None


def _error(answer: Answer) -> dict[str, Any]:
    details: list[dict[str, Any]] = []
    if answer.error_code:
        kind = "type.googleapis.com/google.firebase.fcm.v1.FcmError"
        details.append({"@type": kind, "errorCode": answer.error_code})
    if answer.field:
        violations = [{"field": answer.field, "description": answer.text}]
        details.append({"@type": "type.googleapis.com/google.rpc.BadRequest", "fieldViolations": violations})
    status = STATUSES[answer.status]
    return {"error": {"code": answer.status, "message": answer.text, "status": status, "details": details}}


class _Server(ThreadingHTTPServer):
    request_queue_size = 128
    daemon_threads = True
    block_on_close = False


class _Proxy(BaseHTTPRequestHandler):
    def __init__(self, stand_in: FcmServer, *connection: Any) -> None:
        self._stand_in = stand_in
        super().__init__(*connection)

    def do_CONNECT(self) -> None:
        host = self.path.rpartition(":")[0]
        if host not in HOSTS:
            self._stand_in.refused_hosts.append(host)
            self.send_error(403)
            return
        self.send_response(200)
        self.end_headers()
        self._stand_in.sockets.add(self.connection)
        try:
            tls = _authority()[1].wrap_socket(self.connection, server_side=True)
            self._stand_in.sockets.add(tls)
            with tls:
                _google(self._stand_in, host)(tls, self.client_address, self.server)
            self._stand_in.sockets.discard(tls)
        except OSError:  # the client went away, which a test may want
            pass
        self._stand_in.sockets.discard(self.connection)
        self.close_connection = True

    def log_message(self, *_: object) -> None:
        """Quiet."""


def _google(stand_in: FcmServer, host: str) -> Callable[..., BaseHTTPRequestHandler]:
    class Google(BaseHTTPRequestHandler):
        protocol_version = "HTTP/1.1"

        def do_POST(self) -> None:
            body = self.rfile.read(int(self.headers["Content-Length"]))
            retry_after = ""
            parts = self.path.split("/")
            if host == "oauth2.googleapis.com" and self.path == "/token":
                status, answer = stand_in.token(parse_qs(body.decode()))
            elif host == "fcm.googleapis.com" and len(parts) == 5 and parts[4] == "messages:send":
                bearer = self.headers.get("Authorization", "")
                status, answer, retry_after = stand_in.message(parts[3], bearer, json.loads(body))
            else:
                status, answer = 404, {}
            self._reply(status, answer, retry_after)

        def do_GET(self) -> None:
            anywhere = host == BOUNDARY_HOST and self.path.endswith("/allowedLocations")
            self._reply(200 if anywhere else 404, {"encodedLocations": "0x0"} if anywhere else {}, "")

        def _reply(self, status: int, answer: dict[str, Any], retry_after: str) -> None:
            content = json.dumps(answer).encode()
            self.send_response(status)
            self.send_header("Content-Type", "application/json")
            self.send_header("Content-Length", str(len(content)))
            if retry_after:
                self.send_header("Retry-After", retry_after)
            self.end_headers()
            self.wfile.write(content)

        def log_message(self, *_: object) -> None:
            """Quiet."""

    return Google


def come_here(server: FcmServer, folder: Path, set_variable: Callable[[str, str], None]) -> None:
    """Send this process's clients to the stand-in (``set_variable`` is a MonkeyPatch's ``setenv``)."""
    for name, value in server.environment(folder).items():
        set_variable(name, value)
