"""OpenEVSE's WiFi module over HTTP: changes come through its WebSocket, and it is asked all the same now and then."""

import asyncio
import base64
import contextlib
import json
from collections.abc import Mapping
from typing import Any
from urllib.parse import urlsplit

import aiohttp
import structlog

from ocpp_bridge.units.driver import (
    BadEntry,
    DriverPorts,
    Entry,
    Identity,
    LinkLost,
    Refused,
    UnitPort,
    Unsupported,
    Value,
)
from ocpp_bridge.units.openevse.together import until_one_ends
from ocpp_bridge.units.openevse.wifi_status import (
    ACTIVE,
    COUNT,
    ENABLED,
    INACTIVE,
    LIMIT,
    WifiStatus,
    declaration,
    override,
)

log = structlog.get_logger()
DECLARATION = declaration("openevse-wifi")
POLL_S = 15.0
ANSWER_S = 10.0
SHOWS_S, LOOK_S = 3.0, 0.2
"""How long it may take until the unit shows what it was told, and how often it is looked at meanwhile."""
MOST_BYTES = 64 * 1024
NO_ADDRESS = "address is http://HOST[:PORT]; username and password are options of their own"


def make(entry: Entry) -> "WifiDriver":
    """Options: ``poll_s``, ``username`` and ``password``. Raises :class:`BadEntry`."""
    options = dict(entry.options)
    poll_s, username, password = (
        options.pop(*each) for each in (("poll_s", POLL_S), ("username", ""), ("password", ""))
    )
    if options:
        raise BadEntry(f"no option of {entry.driver} is called {min(options)}")
    if isinstance(poll_s, bool) or not isinstance(poll_s, int | float) or not 0.1 <= poll_s <= 300:
        raise BadEntry("poll_s is a number of seconds, 0.1 to 300")
    if not isinstance(username, str) or not isinstance(password, str):
        raise BadEntry("username and password are texts")
    try:
        parts = urlsplit(entry.address)
        good = parts.scheme in {"http", "https"} and parts.hostname and (parts.port is None or parts.port)
    except ValueError:
        raise BadEntry(NO_ADDRESS) from None  # Never what stands there: it may hold a password.
    if not good or "@" in parts.netloc or parts.query:
        raise BadEntry(NO_ADDRESS)
    credentials = base64.b64encode(f"{username}:{password}".encode()).decode()
    login = {"Authorization": f"Basic {credentials}"} if username else {}
    return WifiDriver(entry.charge_point_id, entry.address.rstrip("/"), float(poll_s), login)


class WifiDriver:
    """One unit."""

    def __init__(self, charge_point_id: str, root: str, poll_s: float, login: Mapping[str, str]) -> None:
        self._charge_point_id = charge_point_id
        self._root = root
        self._poll_s = poll_s
        self._login = login

    async def run(self, ports: DriverPorts) -> None:
        """See :class:`ocpp_bridge.units.driver.Driver`."""
        unit = ports.unit(self._charge_point_id, DECLARATION)
        if unit is None:
            raise LinkLost("the API does not know it")
        timeout = aiohttp.ClientTimeout(total=ANSWER_S)
        traces = aiohttp.TraceConfig()
        traces.on_request_redirect.append(_stay_here)
        async with aiohttp.ClientSession(
            self._root, headers=self._login, timeout=timeout, trace_configs=[traces]
        ) as session:
            visit = Visit(session, unit)
            await visit.introduce()
            await until_one_ends(visit.hear(), visit.poll(self._poll_s))


class Visit:
    """One session with the module. To the core it is the unit's `Control`."""

    def __init__(self, session: aiohttp.ClientSession, unit: UnitPort) -> None:
        self._session = session
        self._unit = unit
        self._status = WifiStatus(unit.memory.get(COUNT))

    async def introduce(self) -> None:
        """Who it is, and how."""
        told = await self._ask("GET", "/status")
        config: Mapping[str, Any] = {}
        with contextlib.suppress(Refused):
            config = await self._ask("GET", "/config")
        firmware, version = (str(config.get(name, ""))[:32] for name in ("firmware", "version"))
        identity = Identity(
            vendor="OpenEVSE", model="WiFi", firmware=" ".join(each for each in (firmware, version) if each)
        )
        self._unit.connected(identity, self)
        self._hear(told)

    async def hear(self) -> None:
        """What it tells by itself. A module without a WebSocket is only asked."""
        try:
            async with self._session.ws_connect("/ws", heartbeat=ANSWER_S, max_msg_size=MOST_BYTES) as socket:
                async for message in socket:
                    if message.type is aiohttp.WSMsgType.TEXT:
                        self._hear(_object(message.data))
        except aiohttp.WSServerHandshakeError as error:
            log.info("no WebSocket", charge_point=self._unit.charge_point_id, status=error.status)
            await asyncio.Event().wait()
        except aiohttp.ClientError as error:
            raise LinkLost(f"/ws: {error}") from error
        raise LinkLost("the WebSocket ended")

    async def poll(self, every_s: float) -> None:
        """Ask, in case a change was not told."""
        while True:
            await asyncio.sleep(every_s)
            self._hear(await self._ask("GET", "/status"))

    # Control.

    async def switch(self, connector: int, *, on: bool, tag: str) -> None:  # noqa: ARG002 -- one connector, no tags
        now = await self._override()
        await self._ask("POST", "/override", override(ACTIVE if on else INACTIVE, _limit_of(now)))
        await self._until(lambda: self._status.enabled is on)

    async def settings(self, connector: int, wanted: Mapping[str, Value]) -> dict[str, Value]:  # noqa: ARG002
        if LIMIT in wanted:
            limit_a = None if wanted[LIMIT] is None else int(float(str(wanted[LIMIT])))
            now = await self._override()
            state = now.get("state")
            await self._ask("POST", "/override", override(state if state in {ACTIVE, INACTIVE} else None, limit_a))
            await self._until(lambda: limit_a is None or self._status.limit_a == limit_a)
        else:
            self._hear(await self._ask("GET", "/status"))
        read: dict[str, Value] = {ENABLED: self._status.enabled}
        return read if self._status.limit_a is None else {**read, LIMIT: self._status.limit_a}

    async def reboot(self) -> None:
        raise Unsupported("the WiFi module restarts no unit")

    # The rest.

    async def _until(self, shows: Any) -> None:
        """Look until the unit shows what it was told; if it does not in time, what it shows is the answer."""
        with contextlib.suppress(TimeoutError):
            async with asyncio.timeout(SHOWS_S):
                while True:
                    self._hear(await self._ask("GET", "/status"))
                    if shows():
                        return
                    await asyncio.sleep(LOOK_S)

    def _hear(self, told: Mapping[str, Any]) -> None:
        if self._status.merge(told) and self._status.known:
            self._unit.memory.put(COUNT, self._status.count.text())
            self._unit.observed(self._status.observation(self._unit.now()))

    async def _override(self) -> Mapping[str, Any]:
        """What holds now; nothing where there is none."""
        try:
            return await self._ask("GET", "/override")
        except Refused:
            return {}

    async def _ask(self, method: str, path: str, body: Mapping[str, Any] | None = None) -> Mapping[str, Any]:
        """The answer's object. Raises :class:`Refused` for another status, :class:`LinkLost` for none."""
        try:
            async with self._session.request(method, path, json=body, allow_redirects=False) as answer:
                data = await _whole(answer)
        except (aiohttp.ClientError, TimeoutError) as error:
            raise LinkLost(f"{path}: {error!r}"[:300]) from error
        if answer.status in {401, 403} or answer.status >= 500 or 300 <= answer.status < 400:
            raise LinkLost(f"{path} answers {answer.status}")
        if answer.status >= 400:
            raise Refused(str(answer.status), f"{method} {path} answers {answer.status}")
        return _object(data)


async def _whole(answer: aiohttp.ClientResponse) -> bytes:
    """However many pieces it comes in. Raises :class:`LinkLost` for more than is ever needed."""
    data = bytearray()
    async for piece in answer.content.iter_any():
        data += piece
        if len(data) > MOST_BYTES:
            raise LinkLost(f"{answer.url.path}: too long an answer")
    return bytes(data)


async def _stay_here(*_: object) -> None:
    """The module's word sends nobody elsewhere, not even for its WebSocket."""
    raise aiohttp.ClientError("it points elsewhere")


def _object(text: bytes | str) -> Mapping[str, Any]:
    """A JSON object; nothing from anything else."""
    try:
        found = json.loads(text)
    except (ValueError, RecursionError):
        return {}
    return found if isinstance(found, dict) else {}


def _limit_of(told: Mapping[str, Any]) -> int | None:
    limit_a = told.get("charge_current")
    return limit_a if isinstance(limit_a, int) and not isinstance(limit_a, bool) and limit_a > 0 else None
