"""OpenEVSE over an MQTT broker: one value a sub-topic below its base, and an announcement with a last will.

Its values come in bursts, one message each: what belongs together is gathered for a moment, so that a charge's last
energy is there when its end is told.
"""

import asyncio
import contextlib
import json
from collections.abc import Callable, Mapping
from typing import Any
from urllib.parse import unquote, urlsplit

import aiomqtt
import structlog

from ocpp_bridge.units.broker import Broker
from ocpp_bridge.units.driver import BadEntry, DriverPorts, Entry, Identity, LinkLost, UnitPort, Unsupported, Value
from ocpp_bridge.units.mqtt import client_of, hears
from ocpp_bridge.units.openevse.wifi_status import (
    ACTIVE,
    COUNT,
    ENABLED,
    FIELDS,
    INACTIVE,
    LIMIT,
    WifiStatus,
    declaration,
    override,
)

log = structlog.get_logger()
DECLARATION = declaration("openevse-mqtt")
ANNOUNCE = "openevse/announce/#"
SILENT_S = 95.0
"""Three times what lies between two bursts."""
GATHER_S = 0.2
SHOWS_S = 5.0
OVERTAKING_S = 2.0
MOST_BYTES = 4096
OVERRIDE = "override"
NO_ADDRESS = "address is mqtt://HOST[:PORT]/BASE-TOPIC"


def make(entry: Entry) -> "MqttDriver":
    """Options: ``announce`` (topic filter), ``silent_s``, ``username``, ``password``. Raises :class:`BadEntry`."""
    options = dict(entry.options)
    announce, silent_s = options.pop("announce", ANNOUNCE), options.pop("silent_s", SILENT_S)
    username, password = options.pop("username", None), options.pop("password", None)
    if options:
        raise BadEntry(f"no option of {entry.driver} is called {min(options)}")
    if isinstance(silent_s, bool) or not isinstance(silent_s, int | float) or not 0.1 <= silent_s <= 3600:
        raise BadEntry("silent_s is a number of seconds, 0.1 to 3600")
    if not isinstance(announce, str) or not isinstance(username, str | None) or not isinstance(password, str | None):
        raise BadEntry("announce, username and password are texts")
    try:
        parts = urlsplit(entry.address)
        port = parts.port or 1883
    except ValueError:
        raise BadEntry(NO_ADDRESS) from None  # Never what stands there: it may hold a password.
    base = unquote(parts.path).strip("/")
    odd = parts.query or parts.fragment or any(each in base for each in "#+")
    if parts.scheme != "mqtt" or not parts.hostname or not base or odd or entry.address.endswith("#"):
        raise BadEntry(NO_ADDRESS)
    broker = Broker(
        host=parts.hostname,
        port=port,
        username=username or unquote(parts.username or ""),
        password=password or unquote(parts.password or ""),
    )
    return MqttDriver(entry.charge_point_id, broker, base, announce, float(silent_s))


class MqttDriver:
    """One unit. ``announce``: where it, and others, say that they are there."""

    def __init__(self, charge_point_id: str, broker: Broker, base: str, announce: str, silent_s: float) -> None:
        self._charge_point_id = charge_point_id
        self._broker = broker
        self._base = base
        self._announce = announce
        self._silent_s = silent_s

    async def run(self, ports: DriverPorts) -> None:
        """See :class:`ocpp_bridge.units.driver.Driver`."""
        unit = ports.unit(self._charge_point_id, DECLARATION)
        if unit is None:
            raise LinkLost("the API does not know it")
        try:
            async with client_of(self._broker) as client:
                if not await hears(client, f"{self._base}/#"):
                    raise LinkLost(f"the broker refuses the topic {self._base}/#")
                if not await hears(client, self._announce):  # That it left is known by its silence then.
                    log.warning("the broker refuses a topic", charge_point=unit.charge_point_id, topic=self._announce)
                visit = Visit(client, unit, self._base)
                await visit.listen(self._silent_s)
        except aiomqtt.MqttError as error:
            raise LinkLost(f"the broker: {error}") from error


class Visit:
    """One session at the broker. To the core it is the unit's `Control`."""

    def __init__(self, client: aiomqtt.Client, unit: UnitPort, base: str) -> None:
        self._client = client
        self._unit = unit
        self._base = base
        self._status = WifiStatus(unit.memory.get(COUNT))
        self._gone = False
        """It announced that it left, or fell silent."""
        self._up = False
        self._own_announcement = ""
        self._firmware = ""
        self._pending: list[dict[str, Any]] = []
        self._fresh: set[str] = set()
        self._changed = asyncio.Event()
        self._left_at = self._heard_at = 0.0
        """When the burst that was heard last began."""
        self._override: dict[str, Any] = {}

    async def listen(self, silent_s: float) -> None:
        """Hear the broker out; a unit that is silent for too long is gone."""
        messages, clock = _Messages(self._client), asyncio.get_running_loop().time
        try:
            await self._listen(messages, clock, silent_s)
        finally:
            messages.close()

    async def _listen(self, messages: "_Messages", clock: Callable[[], float], silent_s: float) -> None:
        while True:
            until = self._heard_at + (GATHER_S if self._pending else silent_s)
            message = await messages.next(max(0.0, until - clock()) if self._pending or self._up else silent_s)
            if message is not None:
                had = len(self._pending)
                self._hear(str(message.topic), _text(message.payload), retained=message.retain)
                if self._pending and not had:
                    self._heard_at = clock()
            if self._pending and clock() >= self._heard_at + GATHER_S:
                self._tell()
            elif self._up and clock() >= self._heard_at + silent_s:
                self._leave(f"silent for {silent_s:g} s")

    # Control.

    async def switch(self, connector: int, *, on: bool, tag: str) -> None:  # noqa: ARG002 -- one connector, no tags
        await self._say({**self._override, "state": ACTIVE if on else INACTIVE})
        await self._until(lambda: self._status.enabled is on)

    async def settings(self, connector: int, wanted: Mapping[str, Value]) -> dict[str, Value]:  # noqa: ARG002
        read: dict[str, Value] = {}
        if LIMIT in wanted:
            limit_a = None if wanted[LIMIT] is None else int(float(str(wanted[LIMIT])))
            self._fresh.clear()
            await self._say({**self._override, "charge_current": limit_a})
            await self._until(lambda: "pilot" in self._fresh and (limit_a is None or self._status.limit_a == limit_a))
            if "pilot" not in self._fresh:  # It has not said: nobody knows.
                return {ENABLED: self._status.enabled}
        read[ENABLED] = self._status.enabled
        return read if self._status.limit_a is None else {**read, LIMIT: self._status.limit_a}

    async def reboot(self) -> None:
        raise Unsupported("the WiFi module restarts no unit")

    # The rest.

    def _hear(self, topic: str, text: str, *, retained: bool) -> None:
        name = topic.removeprefix(f"{self._base}/")
        if topic == name or name.startswith("announce"):
            self._announced(topic, text)
            return
        if name == OVERRIDE:
            self._overridden(text)
        if name == "firmware":
            self._firmware = text[:32]
        if name not in FIELDS or (self._gone and (retained or self._left_just_now())):
            return
        self._gone = False
        if not self._pending or name in self._pending[-1]:  # Told twice: two moments.
            self._pending.append({})
        self._pending[-1][name] = text
        self._fresh.add(name)

    def _tell(self) -> None:
        """Each moment with what was told of it."""
        moments, self._pending = self._pending, []
        for moment in moments:
            self._status.merge(moment)
            if not self._status.known:
                continue
            if not self._up:
                self._up = True
                self._unit.connected(Identity(vendor="OpenEVSE", model="MQTT", firmware=self._firmware), self)
            self._unit.memory.put(COUNT, self._status.count.text())
            self._unit.observed(self._status.observation(self._unit.now()))
        self._changed.set()

    def _announced(self, topic: str, text: str) -> None:
        said = _object(text)
        state, is_ours = said.get("state"), said.get("mqtt") == self._base or topic.startswith(f"{self._base}/")
        if state == "connected" and is_ours:
            self._own_announcement = topic
            self._gone = False
        elif state == "disconnected" and (is_ours or topic == self._own_announcement):
            self._leave("announced by its last will")

    def _left_just_now(self) -> bool:
        """A value may overtake the last will that it came before."""
        return asyncio.get_running_loop().time() < self._left_at + OVERTAKING_S

    def _leave(self, why: str) -> None:
        self._gone, self._up = True, False
        self._left_at = asyncio.get_running_loop().time()
        self._pending.clear()
        self._status.forget()
        self._unit.disconnected(why)

    def _overridden(self, text: str) -> None:
        said = _object(text)
        self._override = {name: said[name] for name in ("state", "charge_current") if said.get(name) is not None}

    async def _say(self, wanted: dict[str, Any]) -> None:
        if not self._up:
            raise LinkLost("it is not there")
        self._override = wanted
        state, limit_a = wanted.get("state"), wanted.get("charge_current")
        body = override(
            state if isinstance(state, str) else None,
            limit_a if isinstance(limit_a, int) and limit_a > 0 else None,
        )
        try:
            await self._client.publish(f"{self._base}/{OVERRIDE}/set", json.dumps(body), qos=1)
        except aiomqtt.MqttError as error:
            raise LinkLost(f"the broker: {error}") from error

    async def _until(self, shows: Callable[[], bool]) -> None:
        with contextlib.suppress(TimeoutError):
            async with asyncio.timeout(SHOWS_S):
                while not shows():
                    self._changed.clear()
                    await self._changed.wait()


class _Messages:
    """The broker's messages with a limit of time, which loses none: whoever waits goes on waiting for the same one."""

    def __init__(self, client: aiomqtt.Client) -> None:
        self._messages = aiter(client.messages)
        self._next: asyncio.Task[aiomqtt.Message] | None = None

    async def next(self, within_s: float) -> aiomqtt.Message | None:
        """None: none came in time. Raises ``aiomqtt.MqttError``."""
        if self._next is None:
            self._next = asyncio.get_running_loop().create_task(self._one())
        done, _ = await asyncio.wait({self._next}, timeout=within_s)
        if not done:
            return None
        message, self._next = self._next.result(), None
        return message

    def close(self) -> None:
        if self._next is not None and not self._next.cancel() and not self._next.cancelled():
            self._next.exception()  # Seen: why it ended is told where it was waited for.

    async def _one(self) -> aiomqtt.Message:
        return await anext(self._messages)


def _text(payload: Any) -> str:
    if isinstance(payload, bytes | bytearray):
        return bytes(payload[:MOST_BYTES]).decode(errors="replace")
    return str(payload)[:MOST_BYTES]


def _object(text: str) -> dict[str, Any]:
    try:
        found = json.loads(text)
    except (ValueError, RecursionError):
        return {}
    return found if isinstance(found, dict) else {}
