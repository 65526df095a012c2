"""OpenEVSE over RAPI, the shell around the conversation: what it sees it tells, what it is asked it says."""

import asyncio
import dataclasses
from collections.abc import Callable, Mapping
from typing import Any, TypeVar

import structlog

from ocpp_bridge.units.driver import (
    REBOOT,
    START,
    STOP,
    BadEntry,
    Declaration,
    DriverPorts,
    Entry,
    Identity,
    LinkLost,
    Observation,
    Refused,
    UnitPort,
    Value,
)
from ocpp_bridge.units.openevse import rapi_words as words
from ocpp_bridge.units.openevse.line import Address, Line, address_of, opened
from ocpp_bridge.units.openevse.rapi_conversation import Conversation, Reply
from ocpp_bridge.units.openevse.rapi_energy import EnergyCount
from ocpp_bridge.units.openevse.rapi_frames import Frame
from ocpp_bridge.units.openevse.rapi_states import SELF_TESTS, Doing, is_plugged, state_of
from ocpp_bridge.units.openevse.together import until_one_ends
from wire.settings import SettingSupport

log = structlog.get_logger()
Meant = TypeVar("Meant")
ANSWER_S = 1.0
TRIES = 3
POLL_S = 5.0
TOLD_MOST = 100
"""Changes between two looks; of a unit that floods the line the latest count."""
DECLARATION = Declaration(
    protocol="openevse-rapi",
    settings={"enabled": SettingSupport(), "limit_a": SettingSupport(least=6)},
    commands=(START, STOP, REBOOT),
    switches_power=True,
)
OFF_WORDS = {"sleep": "FS", "disable": "FD"}
LIMIT = "limit_a"
COUNT = "energy"


def make(entry: Entry) -> "RapiDriver":
    """Options: ``poll_s``, ``off`` ("sleep", so that a plug stays visible, or "disable"), ``checksum`` ("xor", "sum").

    Raises :class:`BadEntry`.
    """
    options = dict(entry.options)
    poll_s, off, checksum = (
        options.pop(name, usual) for name, usual in (("poll_s", POLL_S), ("off", "sleep"), ("checksum", "xor"))
    )
    if options:
        raise BadEntry(f"no option of {entry.driver} is called {min(options)}")
    if isinstance(poll_s, bool) or not isinstance(poll_s, int | float) or not 0.1 <= poll_s <= 60:
        raise BadEntry("poll_s is a number of seconds, 0.1 to 60")
    if off not in OFF_WORDS:
        raise BadEntry('off is "sleep" or "disable"')
    if checksum not in {"xor", "sum"}:
        raise BadEntry('checksum is "xor" or "sum"')
    address = address_of(entry.address)
    return RapiDriver(entry.charge_point_id, address, float(poll_s), OFF_WORDS[off], by_sum=checksum == "sum")


class RapiDriver:
    """One unit. ``poll_s``: how often it is asked, whatever it tells by itself."""

    def __init__(self, charge_point_id: str, address: Address, poll_s: float, off: str, *, by_sum: bool) -> None:
        self._charge_point_id = charge_point_id
        self._address = address
        self._poll_s = poll_s
        self._off = off
        self._by_sum = by_sum

    async def run(self, ports: DriverPorts) -> None:
        """See :class:`ocpp_bridge.units.driver.Driver`."""
        unit = ports.unit(self._charge_point_id, DECLARATION)
        if unit is None:
            raise LinkLost("the API does not know it")
        async with opened(self._address) as line:
            visit = Visit(line, unit, self._poll_s, self._off, Conversation(by_sum=self._by_sum))
            await until_one_ends(visit.listen(), visit.watch())


class Visit:
    """One line, from its opening to its end. To the core it is the unit's `Control`."""

    def __init__(self, line: Line, unit: UnitPort, poll_s: float, off: str, conversation: Conversation) -> None:
        self._line = line
        self._unit = unit
        self._poll_s = poll_s
        self._off = off
        self._conversation = conversation
        self._lock = asyncio.Lock()
        self._reply: asyncio.Future[Reply] | None = None
        self._told: list[words.State] = []
        self._booted = ""
        self._look = asyncio.Event()
        self._identity = Identity(vendor="OpenEVSE")
        self._limit_a: int | None = None
        self._count = EnergyCount.remembered(unit.memory.get(COUNT))

    async def listen(self) -> None:
        """Hear the unit out until the line ends."""
        while True:
            heard = self._conversation.hear(await self._line.read())
            if heard.damaged:
                log.info("damaged lines", charge_point=self._unit.charge_point_id, lines=heard.damaged)
            for frame in heard.told:
                self._hear(frame)
            if heard.reply is not None and self._reply is not None and not self._reply.done():
                self._reply.set_result(heard.reply)

    async def watch(self) -> None:
        """Tell the core how the unit is, at every change and every ``poll_s``."""
        await self._introduce()
        while True:
            await self._tell()
            try:
                async with asyncio.timeout(self._poll_s):
                    await self._look.wait()
            except TimeoutError:
                pass
            self._look.clear()
            if self._booted:
                self._booted = ""
                await self._introduce()

    # Control.

    async def switch(self, connector: int, *, on: bool, tag: str) -> None:  # noqa: ARG002 -- one connector, no tags
        await self._command("FE" if on else self._off)
        self._look.set()

    async def settings(self, connector: int, wanted: Mapping[str, Value]) -> dict[str, Value]:  # noqa: ARG002
        if LIMIT in wanted:
            limit_a = wanted[LIMIT]
            self._unit.memory.put(LIMIT, "" if limit_a is None else str(int(float(str(limit_a)))))
            await self._set_limit(None if limit_a is None else int(float(str(limit_a))))
        limits = await self._read(words.limits, "GC")
        state = await self._read(words.shown_state, "GS")
        self._look.set()
        read: dict[str, Value] = {}
        if state is not None:
            read["enabled"] = state_of(state.evse).doing is not Doing.OFF
        if limits is not None and limits.pilot_a is not None:
            read[LIMIT] = self._limit_a = limits.pilot_a
        return read

    async def reboot(self) -> None:
        async with self._lock:  # It restarts instead of answering.
            await self._line.write(self._conversation.say("FR"))

    # The rest.

    async def _introduce(self) -> None:
        """Who the unit is, and the limit it should have: what is set is volatile, so that it wears no memory out."""
        versions = await self._read(words.versions, "GV") or words.Versions("")
        self._conversation.speaks(versions.protocol)
        self._identity = Identity(vendor="OpenEVSE", model="RAPI", firmware=versions.firmware)
        remembered = self._unit.memory.get(LIMIT)
        limits = await self._read(words.limits, "GC")
        self._limit_a = None if limits is None else limits.pilot_a
        if remembered.isdecimal() and int(remembered) != self._limit_a:
            await self._set_limit(int(remembered))
        self._unit.connected(self._identity, self)

    async def _set_limit(self, limit_a: int | None) -> None:
        if limit_a is None:
            limits = await self._read(words.limits, "GC")
            if limits is None:
                raise Refused(words.NK, "the unit does not tell its limits")
            limit_a = limits.configured_a or limits.most_a
        try:
            await self._command("SC", str(max(0, limit_a)), "V")
        except Refused as error:
            if not error.answer.isdecimal():  # Else it clamped, and says to what: read back as any other.
                raise

    async def _tell(self) -> None:
        """Readings first: what a car drew until it left is still its own."""
        told, self._told = self._told, []
        try:
            current_ma, voltage_mv = await self._read(words.amperes_and_volts, "GG") or (None, None)
            energy = await self._read(words.energy, "GU")
            shown = await self._read(words.shown_state, "GS")
        except LinkLost:
            self._observed(told, {})
            raise
        readings: dict[str, Any] = {"current_ma": (current_ma,), "voltage_mv": (voltage_mv,)}
        if energy is not None:
            self._count = self._count.read(*energy)
            self._unit.memory.put(COUNT, self._count.text())
            readings |= {
                "energy_ws": energy[0],
                "counter": str(self._count.number),
                "former_energy_ws": self._count.former_ws,
            }
        if shown is None:
            log.warning("the unit does not show its state", charge_point=self._unit.charge_point_id)
        elif self._told:  # Newer than what was shown: told at once, with the readings of the next look.
            self._look.set()
        else:
            told.append(dataclasses.replace(shown, limit_a=self._limit_a))
            if energy is not None:
                self._observed(told, readings, str(self._count.left))
                return
        self._observed(told, readings)

    def _observed(self, states: list[words.State], readings: dict[str, Any], stay: str = "") -> None:
        """``stay`` is of the car that is there at last, and since nobody was."""
        now = self._unit.now()
        plugs = [is_plugged(state.evse, state.pilot, state.vflags) for state in states]
        since = max((place for place, plugged in enumerate(plugs) if plugged is False), default=-1)
        for place, state in enumerate(states):
            doing = state_of(state.evse).doing
            if state.limit_a is not None:
                self._limit_a = state.limit_a
            self._unit.observed(
                Observation(
                    at=now,
                    plugged=plugs[place],
                    charging=doing is Doing.CHARGING,
                    enabled=doing is not Doing.OFF,
                    fault=state_of(state.evse).fault,
                    unavailable=doing is Doing.STARTING,
                    limit_a=self._limit_a,
                    stay=stay if place > since else "",
                    **readings,
                )
            )

    def _hear(self, frame: Frame) -> None:
        try:
            if frame.name == words.BOOTED:
                post, firmware = words.boot(frame)
                self._booted = firmware or "?"
                if post:
                    result = SELF_TESTS.get(post, f"{post:02X}")
                    self._unit.noticed("SelfTest", {"result": result, "firmware": firmware})
            else:
                self._told.append(words.changed_state(frame))
                del self._told[:-TOLD_MOST]
        except words.BadWords as error:
            log.info("a line says nothing", charge_point=self._unit.charge_point_id, error=str(error))
        self._look.set()

    async def _read(self, meaning: Callable[[tuple[str, ...]], Meant], *tokens: str) -> Meant | None:
        """An answer's meaning; None where this firmware has no such command. Raises :class:`LinkLost`."""
        try:
            return meaning((await self._command(*tokens)).words)
        except (Refused, words.BadWords):
            return None

    async def _command(self, *tokens: str) -> Reply:
        """Raises :class:`Refused` with what came after ``$NK``, :class:`LinkLost` when nothing comes at all."""
        async with self._lock:
            reply = None
            for _ in range(TRIES):
                reply = await self._ask(tokens) or reply
                if reply is not None and (reply.ok or reply.words):
                    break  # A bare no is also what a damaged command gets: it is said again.
        if reply is None:
            raise LinkLost(f"no answer to ${tokens[0]}")
        if not reply.ok:
            raise Refused(reply.words[0] if reply.words else words.NK, f"${tokens[0]} was refused")
        return reply

    async def _ask(self, tokens: tuple[str, ...]) -> Reply | None:
        self._reply = asyncio.get_running_loop().create_future()
        try:
            await self._line.write(self._conversation.say(*tokens))
            async with asyncio.timeout(ANSWER_S):
                return await self._reply
        except TimeoutError:
            return None
        finally:
            self._reply = None
