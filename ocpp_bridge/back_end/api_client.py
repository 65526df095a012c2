"""The API as the bridge uses it: events, questions, configuration. Every failure has one of two shapes."""

import asyncio
from collections.abc import Sequence
from pathlib import Path
from typing import TypeVar
from urllib.parse import quote

import aiohttp
import msgspec
import structlog
from multidict import CIMultiDictProxy
from yarl import URL

from ocpp_bridge.clock import Clock
from wire.attempts import AttemptReport
from wire.authorizations import AuthorizationReport
from wire.building import BuildingReport
from wire.codec import BadMessage, decode, encode
from wire.events import EventReply
from wire.questions import AuthorizeReply, AuthorizeRequest, BridgeConfig, TagQuestion, TagQuestions, Verdicts

log = structlog.get_logger()
Answer = TypeVar("Answer", bound=msgspec.Struct)
POST_S = 30.0
CONFIG_S = 20.0
RETRY_AFTER_MOST_S = 300.0


class Unreachable(Exception):
    """No usable answer: no connection, a broken one, too slow, or not what was promised."""


class _Problem(msgspec.Struct):
    code: str = ""


class Refused(Exception):
    """The API answered with an error."""

    def __init__(self, status: int, text: str, retry_after_s: float | None = None) -> None:
        super().__init__(f"{status}: {text[:500]}")
        self.status = status
        self.text = text
        self.retry_after_s = retry_after_s

    @property
    def code(self) -> str:
        """Of the API's problem; "" where the body is none: a proxy before it answered, or nothing of ours."""
        try:
            return msgspec.json.decode(self.text, type=_Problem).code
        except (msgspec.MsgspecError, UnicodeError):
            return ""


class ApiClient:
    """``root`` is the API's root with or without ``/api``; ``token_file`` holds the bridge's service token."""

    def __init__(self, root: str, token_file: Path, bridge_id: str, clock: Clock) -> None:
        root = root.rstrip("/")
        self._base = (root if root.endswith("/api") else f"{root}/api") + "/"
        self._token_file = token_file
        self._clock = clock
        self._token = read_token(token_file)
        self._bridge_id = bridge_id
        self._session: aiohttp.ClientSession | None = None
        """Made with the first request: a bridge that cannot start leaves none behind."""

    async def close(self) -> None:
        if self._session is not None:
            await self._session.close()

    async def post_events(self, body: bytes) -> EventReply:
        """One batch. Raises :class:`Unreachable` or :class:`Refused`."""
        asked = self._clock.monotonic()
        reply = _shape(await self._ask("POST", "events", POST_S, body), EventReply, "events")
        self._clock.learn(reply.server_time, asked, self._clock.monotonic())
        return reply

    async def authorize(self, charge_point_id: str, question: AuthorizeRequest, wait_s: float) -> AuthorizeReply:
        """The API's verdict on a tag. Raises :class:`Unreachable` or :class:`Refused`."""
        path = f"chargepoint/{quote(charge_point_id, safe='')}/authorize"
        return _shape(await self._ask("POST", path, wait_s, encode(question)), AuthorizeReply, "authorize")

    async def authorize_all(self, questions: Sequence[TagQuestion], wait_s: float) -> Verdicts:
        """The API's verdicts on several tags at once. Raises :class:`Unreachable` or :class:`Refused`."""
        body = encode(TagQuestions(questions=tuple(questions)))
        verdicts = _shape(await self._ask("POST", "bridge/authorize", wait_s, body), Verdicts, "authorize")
        if len(verdicts.verdicts) != len(questions):
            raise Unreachable(f"{len(verdicts.verdicts)} verdicts on {len(questions)} tags")
        return verdicts

    async def config(self, since: str) -> BridgeConfig:
        """What changed since the cursor, or everything. Raises :class:`Unreachable` or :class:`Refused`."""
        path = f"bridge/config?since={quote(since, safe='')}" if since else "bridge/config"
        asked = self._clock.monotonic()
        config = _shape(await self._ask("GET", path, CONFIG_S), BridgeConfig, "config")
        if config.server_time is not None:
            self._clock.learn(config.server_time, asked, self._clock.monotonic())
        return config

    async def attempts(self, report: AttemptReport) -> None:
        """Who wanted in and is not known. Raises :class:`Unreachable` or :class:`Refused`."""
        await self._ask("POST", "bridge/attempts", CONFIG_S, encode(report))

    async def authorizations(self, report: AuthorizationReport) -> None:
        """What cards were answered. Raises :class:`Unreachable` or :class:`Refused`."""
        await self._ask("POST", "bridge/authorizations", CONFIG_S, encode(report))

    async def building(self, report: BuildingReport) -> None:
        """What a building's meter measured. Raises :class:`Unreachable` or :class:`Refused`."""
        await self._ask("POST", "bridge/building", CONFIG_S, encode(report))

    async def _ask(self, method: str, path: str, wait_s: float, body: bytes | None = None) -> bytes:
        headers = {"Authorization": f"Bearer {self._token}"}
        if body is not None:
            headers["Content-Type"] = "application/json"
        try:
            async with asyncio.timeout(wait_s):
                answer = await self._opened().request(
                    method, URL(self._base + path, encoded=True), data=body, headers=headers, allow_redirects=False
                )
                async with answer:
                    data = await answer.read()
        except (aiohttp.ClientError, TimeoutError, OSError) as error:
            raise Unreachable(repr(error)) from error
        if answer.status == 200:
            return data
        if answer.status in {401, 403}:
            self._token_refused(answer.status, path)
        raise Refused(answer.status, data.decode(errors="replace"), _retry_after_s(answer.headers))

    def _opened(self) -> aiohttp.ClientSession:
        if self._session is None:
            self._session = aiohttp.ClientSession(
                connector=aiohttp.TCPConnector(limit=64),
                timeout=aiohttp.ClientTimeout(total=POST_S),
                headers={"User-Agent": f"kilowait-bridge/{self._bridge_id}"},
            )
        return self._session

    def _token_refused(self, status: int, path: str) -> None:
        """Logged loudly; the token file is read again, an admin may have rotated it."""
        log.error("the API refuses this bridge's token", status=status, path=path.partition("?")[0])
        try:
            self._token = read_token(self._token_file)
        except OSError as error:
            log.error("the token file cannot be read", error=str(error))  # noqa: TRY400 -- no stack needed


def read_token(path: Path) -> str:
    """The token in the file. Raises ``OSError``."""
    return path.read_text(encoding="utf-8").strip()


def _shape(data: bytes, kind: type[Answer], noun: str) -> Answer:
    """The answer, wrapped in its noun or bare."""
    try:
        parts = msgspec.json.decode(data, type=dict[str, msgspec.Raw])
        wrapped = bytes(parts.get(noun, b""))
        return decode(kind, wrapped if wrapped.startswith(b"{") else data)
    except (msgspec.DecodeError, BadMessage) as error:
        raise Unreachable(f"an answer of another shape: {error}") from error


def _retry_after_s(headers: CIMultiDictProxy[str]) -> float | None:
    text = headers.get("Retry-After", "")
    if text.isdecimal():
        return min(float(text), RETRY_AFTER_MOST_S)
    return None
