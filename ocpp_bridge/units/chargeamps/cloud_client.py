"""The vendor's API over HTTP: logged in, kept logged in, quiet when the cloud asks for quiet. Nothing of chargers."""

import asyncio
import time
from collections.abc import Callable
from datetime import UTC, datetime
from email.utils import parsedate_to_datetime
from typing import Any

import aiohttp
import msgspec
import structlog
from yarl import URL

from ocpp_bridge.units.chargeamps import tokens
from ocpp_bridge.units.chargeamps.backoff import Backoff
from ocpp_bridge.units.chargeamps.entry import Account
from ocpp_bridge.units.chargeamps.shapes import Nonsense, Tokens, Told, told
from ocpp_bridge.units.driver import LinkLost, Refused

log = structlog.get_logger()
MOST_BYTES = 4 * 1024 * 1024
LOGIN_REFUSED_S = 30.0
"""At least, and longer each time: trying a wrong password often locks an account."""
MOST_AT_ONCE = 4


class CloudClient:
    """One account. Use it with ``async with``.

    Every request may raise :class:`LinkLost`: the cloud was not reached, failed, or asks for quiet, in which case it
    was not asked at all. :class:`Refused` is its no to this request.
    """

    def __init__(self, account: Account, backoff: Backoff | None = None) -> None:
        self._account = account
        self.backoff = backoff or Backoff()
        self._base = f"{account.url}/api/{account.api_version}/"
        self._tokens: Tokens | None = None
        self._renew_at = 0.0
        self._logging_in = asyncio.Lock()
        self._places = asyncio.Semaphore(MOST_AT_ONCE)
        self._session: aiohttp.ClientSession | None = None

    async def __aenter__(self) -> "CloudClient":  # noqa: PYI034 -- nobody derives from it
        self._session = aiohttp.ClientSession(
            connector=aiohttp.TCPConnector(limit=MOST_AT_ONCE + 1),
            timeout=aiohttp.ClientTimeout(total=self._account.timeout_s),
            headers={"User-Agent": "kilowait-bridge", "Accept": "application/json"},
        )
        return self

    async def __aexit__(self, *_: object) -> None:
        if self._session is not None:
            await self._session.close()

    def quiet_s(self) -> float:
        """For how long the cloud is not asked."""
        return self.backoff.wait_s(time.monotonic())

    async def get(self, kind: type[Told], path: str, **query: str) -> Told:
        """What is at ``path``, as ``kind``."""
        data = await self._asked("GET", path, query=query)
        try:
            return told(kind, data)
        except Nonsense as error:
            raise self._lost(str(error)[:200]) from error

    async def put(self, path: str, body: Any) -> None:
        """Whatever it answers beside yes."""
        await self._asked("PUT", path, msgspec.json.encode(body))

    async def _asked(
        self, method: str, path: str, body: bytes | None = None, query: dict[str, str] | None = None
    ) -> bytes:
        async with self._places:
            token = await self._token("")
            status, data, headers = await self._sent(method, path, body, query, {"Authorization": f"Bearer {token}"})
            if status == 401:
                token = await self._token(token)
                status, data, headers = await self._sent(
                    method, path, body, query, {"Authorization": f"Bearer {token}"}
                )
        if status == 401:
            raise self._lost("the cloud refuses the token that it has just given", LOGIN_REFUSED_S)
        if status in {200, 201, 202, 204}:
            self.backoff.worked()
            return data
        if 400 <= status < 500 and status not in {408, 429}:
            self.backoff.worked()
            raise Refused(str(status), _message(data))
        raise self._lost(f"the cloud answers {status}", retry_after_s(headers))

    async def _token(self, refused: str) -> str:
        """A token that is good by what is known; ``refused`` is one that is not."""
        async with self._logging_in:
            known = self._tokens
            if known is not None and known.token != refused and time.monotonic() < self._renew_at:
                return known.token
            renewed = None
            if known is not None and known.refresh_token:
                renewed = await self._renewed(
                    "auth/refreshToken", {"token": known.token, "refreshToken": known.refresh_token}
                )
            if renewed is None:
                self._tokens = None
                account = self._account
                renewed = await self._renewed("auth/login", {"email": account.email, "password": account.password})
            if renewed is None:
                log.error("the cloud refuses the login", account=self._account.name)
                raise self._lost("the cloud refuses the login", LOGIN_REFUSED_S)
            self._tokens = renewed
            self._renew_at = time.monotonic() + tokens.life_s(renewed.token, datetime.now(UTC).timestamp())
            return renewed.token

    async def _renewed(self, path: str, body: dict[str, str]) -> Tokens | None:
        """None: the cloud says no."""
        data = msgspec.json.encode(body)
        status, answer, headers = await self._sent("POST", path, data, None, {"apiKey": self._account.api_key})
        if status == 200:
            try:
                return told(Tokens, answer)
            except Nonsense as error:
                # Its text names a field, never a value; the answer itself may hold half a token.
                raise self._lost(f"the answer to a login: {error}"[:200]) from None
        if 400 <= status < 500 and status not in {408, 429}:
            return None
        raise self._lost(f"the cloud answers {status} to a login", retry_after_s(headers))

    async def _sent(
        self, method: str, path: str, body: bytes | None, query: dict[str, str] | None, headers: dict[str, str]
    ) -> tuple[int, bytes, "aiohttp.typedefs.LooseHeaders"]:
        quiet_s = self.quiet_s()
        if quiet_s > 0:
            raise LinkLost(f"the cloud is not asked for another {quiet_s:.0f} s")
        assert self._session is not None  # noqa: S101 -- used with `async with`
        if body is not None:
            headers["Content-Type"] = "application/json"
        url = URL(self._base + path, encoded=True).with_query(query or None)
        try:
            async with self._session.request(method, url, data=body, headers=headers, allow_redirects=False) as answer:
                return answer.status, await _whole(answer), answer.headers
        except (aiohttp.ClientError, TimeoutError, OSError, ValueError) as error:
            task = asyncio.current_task()
            if task is not None and task.cancelling():  # At the same moment; it must not be lost.
                raise asyncio.CancelledError from error
            raise self._lost(f"the cloud is not reached: {type(error).__name__}") from error

    def _lost(self, why: str, quiet_s: float | None = None) -> LinkLost:
        self.backoff.failed(time.monotonic(), quiet_s)
        return LinkLost(why)


async def _whole(answer: aiohttp.ClientResponse) -> bytes:
    """Raises ``ValueError`` for more than is ever needed."""
    data = bytearray()
    async for chunk in answer.content.iter_chunked(65_536):
        data += chunk
        if len(data) > MOST_BYTES:
            raise ValueError("too long an answer")
    return bytes(data)


def retry_after_s(headers: Any, now: Callable[[], datetime] = lambda: datetime.now(UTC)) -> float | None:
    """What ``Retry-After`` asks for: seconds, or a date. None: nothing readable."""
    text = str(headers.get("Retry-After", "")).strip()
    if text.isdecimal() and len(text) < 10:
        return float(text)
    try:
        moment = parsedate_to_datetime(text)
    except (ValueError, OverflowError):
        return None
    moment = moment.replace(tzinfo=UTC) if moment.tzinfo is None else moment
    return max(0.0, (moment - now()).total_seconds())


def _message(data: bytes) -> str:
    """The vendor's sentence, if it is one."""
    try:
        body = msgspec.json.decode(data)
    except (msgspec.DecodeError, UnicodeDecodeError, RecursionError):
        return ""
    message = body.get("message") if isinstance(body, dict) else None
    return message[:200] if isinstance(message, str) else ""
