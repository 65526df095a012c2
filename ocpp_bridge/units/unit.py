"""One unit as the bridge has it: what its driver tells goes through the core into the spool, orders go out to it.

To the desks it is a `peer.Peer` like a charge point's socket, to its driver a `units.driver.UnitPort`.
"""

import asyncio
import functools
from collections.abc import Awaitable, Callable, Iterable
from datetime import datetime
from typing import Any

import structlog

from ocpp_bridge.calls import DISCONNECTED, NOT_SENT, TIMEOUT
from ocpp_bridge.translation import Answer, Call
from ocpp_bridge.units import commands
from ocpp_bridge.units.connector import Connector
from ocpp_bridge.units.driver import Control, Declaration, Identity, LinkLost, Memory, Observation, Refused, Unsupported
from ocpp_bridge.units.obeying import Obeying
from ocpp_bridge.units.recorder import Recorder
from ocpp_bridge.units.unit_ports import UnitPorts
from wire.events import Boot, Event, Notice

log = structlog.get_logger()
EVERY_S = 1.0
"""How often time alone is looked at: holds that end, starts that come to nothing, orders that failed."""
STEPS_MOST = 1000
"""A unit that tells more than can be taken is not heard for a moment."""


class Unit:
    """``run`` until cancelled, or retired. ``closed`` is called when the bridge itself ends the connection."""

    def __init__(
        self,
        charge_point_id: str,
        declaration: Declaration,
        recorder: Recorder,
        connectors: dict[int, Connector],
        ports: UnitPorts,
        closed: Callable[[str], None],
    ) -> None:
        self._charge_point_id = charge_point_id
        self._declaration = declaration
        self._recorder = recorder
        self._connectors = connectors
        self._ports = ports
        self._closed = closed
        self._obeying = Obeying(charge_point_id, declaration, connectors, recorder, ports, self._look_soon)
        self._translator = commands.UnitCommands(declaration)
        self._epoch = 0
        self._last_frame_at = ports.clock.monotonic()
        self._control: Control | None = None
        self._identity: Identity | None = None
        self._steps: asyncio.Queue[Callable[[], Awaitable[None]]] = asyncio.Queue()
        self._lock = asyncio.Lock()
        self._returning: asyncio.Task[None] | None = None
        self._config = ports.copy.charge_points.get(charge_point_id)
        self._over = False

    # To the yard.

    @property
    def declaration(self) -> Declaration:
        return self._declaration

    def is_idle(self, connectors: Iterable[int]) -> bool:
        """Whether at none of these connectors anything is open."""
        kept = [self._connectors[number].kept for number in connectors if number in self._connectors]
        return all(one.charge is None and one.awaited is None for one in kept)

    def retire(self) -> None:
        """End ``run`` when all is done that was told so far."""
        self._steps.put_nowait(self._retire)

    # To its driver.

    @property
    def charge_point_id(self) -> str:
        return self._charge_point_id

    @property
    def memory(self) -> Memory:
        return self._recorder.memory

    def now(self) -> datetime:
        return self._ports.clock.now()

    def connected(self, identity: Identity, control: Control) -> None:
        self._steps.put_nowait(functools.partial(self._connected, identity, control))

    def observed(self, *observations: Observation) -> None:
        self._last_frame_at = self._ports.clock.monotonic()
        if self._steps.qsize() < STEPS_MOST:  # Levels may be lost: there are newer ones.
            self._steps.put_nowait(functools.partial(self._observed, observations))

    def corrected(self, connector: int, session: str, energy_ws: int) -> None:
        self._steps.put_nowait(functools.partial(self._corrected, connector, session, energy_ws))

    def noticed(self, action: str, payload: dict[str, Any]) -> None:
        now = self.now()
        notice = Notice(
            charge_point_id=self._charge_point_id,
            seq=0,
            occurred_at=now,
            received_at=now,
            action=action,
            payload=payload,
        )
        self._steps.put_nowait(functools.partial(self._record, notice))

    def disconnected(self, why: str) -> None:
        self._steps.put_nowait(functools.partial(self._disconnected, why))

    # To the desks.

    @property
    def epoch(self) -> int:
        return self._epoch

    @property
    def last_frame_at(self) -> float:
        return self._last_frame_at

    @property
    def translator(self) -> commands.UnitCommands:
        return self._translator

    async def call(self, call: Call, response_s: float) -> Answer:
        """Carried out between two observations."""
        try:
            async with asyncio.timeout(response_s), self._lock:
                if self._control is None:
                    return Answer(error=DISCONNECTED, description=NOT_SENT)
                return Answer(payload=await self._obeying.perform(call, self._control))
        except TimeoutError:
            return Answer(error=TIMEOUT, description=f"no answer within {response_s:g} s")
        except Refused as error:
            return Answer(payload={"status": error.answer}, error=commands.REFUSED, description=str(error))
        except Unsupported as error:
            return Answer(error=commands.UNSUPPORTED, description=str(error))
        except (LinkLost, OSError) as error:
            return Answer(error=DISCONNECTED, description=str(error))

    def end(self) -> None:
        """Calls end by themselves, within their time."""

    async def close(self, code: int, why: str) -> None:  # noqa: ARG002 -- there is no WebSocket
        self._closed(why)

    # Its own task.

    async def run(self) -> None:
        """One step after the other, and what follows from each."""
        try:
            while not self._over:
                try:
                    async with asyncio.timeout(EVERY_S):
                        step = await self._steps.get()
                except TimeoutError:
                    step = self._time_passed
                async with self._lock:
                    await self._guarded(step)
        finally:
            self._leave()
            self._obeying.close()
            if self._returning is not None:
                self._returning.cancel()

    async def _retire(self) -> None:
        self._over = True
        self._leave()

    async def _guarded(self, step: Callable[[], Awaitable[None]]) -> None:
        try:
            await step()
            if self._control is not None:
                await self._obeying.give_orders(self._control)
        except Exception:
            log.exception("a unit's word could not be taken", charge_point=self._charge_point_id)

    async def _connected(self, identity: Identity, control: Control) -> None:
        is_back = self._control is None
        restarted, booted = not is_back, not is_back or identity != self._identity
        self._control, self._identity = control, identity
        if is_back:
            self._epoch = self._ports.links.next_epoch(self._charge_point_id)
            self._ports.links.add(self)
            log.info("connected", charge_point=self._charge_point_id, epoch=self._epoch)
        if booted:
            for connector in self._connectors.values():
                if restarted:
                    connector.restarted()
                connector.tell_anew()
            await self._record(self._boot(identity))
        desk = self._ports.desk
        if desk.has_something_for(self._charge_point_id):
            self._returning = asyncio.get_running_loop().create_task(self._hear_what_was_missed(booted=booted))

    async def _hear_what_was_missed(self, *, booted: bool) -> None:
        try:
            await self._ports.desk.returned(self, booted=booted)
        except Exception:
            log.exception("what was missed could not be said", charge_point=self._charge_point_id)

    async def _observed(self, observations: tuple[Observation, ...]) -> None:
        if not self._is_known() or self._control is None:
            return
        for seen in observations:
            connector = self._connectors.get(seen.connector)
            if connector is None:
                log.warning("no such connector", charge_point=self._charge_point_id, connector=seen.connector)
                continue
            now = self.now()
            told = connector.observe(seen, now, self._obeying.situation(connector.number, now))
            await self._obeying.tell(connector, told)

    async def _time_passed(self) -> None:
        if not self._is_known() or self._control is None:
            return
        for connector in self._connectors.values():
            await self._obeying.look_again(connector)

    async def _corrected(self, number: int, session: str, energy_ws: int) -> None:
        connector = self._connectors.get(number)
        if connector is not None:
            await self._record(*connector.corrected(session, energy_ws, self.now()))

    async def _record(self, *events: Event) -> None:
        if events and self._is_known():
            await self._recorder.record(events)

    def _look_soon(self) -> None:
        self._steps.put_nowait(self._time_passed)

    async def _disconnected(self, why: str) -> None:
        if self._control is not None:
            log.info("disconnected", charge_point=self._charge_point_id, why=why[:300])
        self._leave()

    def _leave(self) -> None:
        self._control = None
        self._ports.links.remove(self)
        for connector in self._connectors.values():
            connector.unseen()

    def _is_known(self) -> bool:
        """By the API. What it changed may have made it forget how the connectors are: they are told anew."""
        config = self._ports.copy.charge_points.get(self._charge_point_id)
        if config is not None and config != self._config:
            for connector in self._connectors.values():
                connector.tell_anew()
        self._config = config
        if config is None:
            self._identity = None  # Who is known anew has to say who they are.
            if self._control is not None:
                self._closed("not known any more")
        return config is not None

    def _boot(self, identity: Identity) -> Boot:
        now = self.now()
        return Boot(
            charge_point_id=self._charge_point_id,
            seq=0,
            occurred_at=now,
            received_at=now,
            protocol=self._declaration.protocol,
            vendor=identity.vendor,
            model=identity.model,
            serial=identity.serial,
            firmware=identity.firmware,
            settings=dict(self._declaration.settings),
            commands=self._declaration.commands,
            enforcement=self._declaration.enforcement,
        )
