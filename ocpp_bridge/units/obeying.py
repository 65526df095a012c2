"""What is decided about a unit and done at it: holds, starts, stops, settings, and the orders on power that follow."""

import asyncio
from collections.abc import Callable
from datetime import datetime, timedelta
from typing import Any

import structlog

from ocpp_bridge.translation import Call, StartQuestion
from ocpp_bridge.units import commands
from ocpp_bridge.units.connector import REFUSED, STOPPED, Connector, Told
from ocpp_bridge.units.driver import REBOOT, STOP, Control, Declaration, LinkLost, Refused, Unsupported, Value
from ocpp_bridge.units.power import Situation
from ocpp_bridge.units.recorder import Recorder
from ocpp_bridge.units.unit_ports import UnitPorts
from wire.events import TransactionStarted
from wire.questions import TagStatus

log = structlog.get_logger()
ENABLED = "enabled"
ORDER_S = 10.0
"""How long a unit may take over an order that nobody waits for."""
AGAIN_S = 5.0
"""Between an order that failed and the next."""


class Obeying:
    """One unit's. Whoever calls holds the unit's lock; ``decided_later`` asks for the next look at once."""

    def __init__(
        self,
        charge_point_id: str,
        declaration: Declaration,
        connectors: dict[int, Connector],
        recorder: Recorder,
        ports: UnitPorts,
        decided_later: Callable[[], None],
    ) -> None:
        self._charge_point_id = charge_point_id
        self._declaration = declaration
        self._connectors = connectors
        self._recorder = recorder
        self._ports = ports
        self._decided_later = decided_later
        self._orders_from = 0.0
        self._judging: set[asyncio.Task[None]] = set()

    def close(self) -> None:
        """Verdicts that are still to come are asked for by nobody any more."""
        for task in self._judging:
            task.cancel()

    def situation(self, number: int, now: datetime) -> Situation:
        """What is decided about a connector, as far as the bridge knows."""
        copy = self._ports.copy
        point = copy.charge_points.get(self._charge_point_id)
        return Situation(
            hold=copy.hold_of(self._charge_point_id, number, now),
            admits_unknown=point is not None and point.admits_unknown,
        )

    async def tell(self, connector: Connector, told: Told) -> None:
        """Have it durable; a transaction that began is to be judged, as any charge point's."""
        began = await self._recorder.tell(connector, told)
        if began is None:
            return
        started, seq = began
        if started.reservation_id is not None:
            self._ports.desk.hold_used(self._charge_point_id, connector.number, started.reservation_id)
        if self._declaration.switches_power:
            task = asyncio.get_running_loop().create_task(self._judge(connector, started, seq))
            self._judging.add(task)
            task.add_done_callback(self._judging.discard)

    async def look_again(self, connector: Connector) -> None:
        """Something was decided, or time passed."""
        now = self._ports.clock.now()
        await self.tell(connector, connector.again(now, self.situation(connector.number, now)))

    async def give_orders(self, control: Control) -> None:
        """What the connectors are to give now. A unit that fails is asked again a little later."""
        if self._ports.clock.monotonic() < self._orders_from:
            return
        for connector in self._connectors.values():
            try:
                async with asyncio.timeout(ORDER_S):
                    await self._obey(connector, control)
            except (Refused, Unsupported, LinkLost, OSError) as error:  # TimeoutError is one of them.
                self._orders_from = self._ports.clock.monotonic() + AGAIN_S
                log.warning(
                    "the unit does not do as it is told",
                    charge_point=self._charge_point_id,
                    connector=connector.number,
                    error=repr(error)[:300],
                )

    async def perform(self, call: Call, control: Control) -> dict[str, Any]:
        """Carry out a call. Raises what :class:`Control` raises."""
        if call.action == STOP:
            return await self._stop(call.payload["transaction_id"], control)
        if call.action == REBOOT:
            await control.reboot()
            return {}
        connector = self._connectors[call.payload["connector"]]
        match call.action:
            case commands.HOLD | commands.RELEASE:
                await self._decided(connector, control)
            case commands.READ:
                return dict(await control.settings(connector.number, {}))
            case commands.WRITE:
                return await self._write(connector, call.payload["name"], call.payload["value"], control)
            case _:
                await self._start(connector, call.payload["tag"], control)
        return {}

    async def _start(self, connector: Connector, tag: str, control: Control) -> None:
        now = self._ports.clock.now()
        hold = self.situation(connector.number, now).hold
        charge = connector.kept.charge
        if hold is not None and hold.tag.casefold() != tag.casefold():
            raise Refused("Blocked", "it is held for another")
        if connector.kept.disabled:
            raise Refused("Disabled", "it was switched off")
        if connector.seen is not None and connector.seen.fault:
            raise Refused("Faulted", connector.seen.fault)
        if charge is not None and not charge.ending:
            if charge.tag.casefold() == tag.casefold():
                connector.start_again()
                await self._decided(connector, control)
                return
            raise Refused("Occupied", "a charge of another is open")
        connector.start(tag, now + timedelta(seconds=self._ports.start_wait_s))
        try:
            await self._decided(connector, control)
        except Exception:
            connector.forget_start()
            raise

    async def _stop(self, transaction_id: int, control: Control) -> dict[str, Any]:
        for connector in self._connectors.values():
            if connector.end(transaction_id, STOPPED):
                await self._decided(connector, control)
                return {}
        raise Refused("Unknown", "no such transaction")

    async def _write(self, connector: Connector, name: str, value: Value, control: Control) -> dict[str, Any]:
        if name != ENABLED or not self._declaration.switches_power:
            return dict(await control.settings(connector.number, {name: value}))
        connector.enable(enabled=bool(value))
        await self._decided(connector, control)
        return dict(await control.settings(connector.number, {}))

    async def _decided(self, connector: Connector, control: Control) -> None:
        """First remembered, then done; what follows is told apart, for whoever asked may wait no longer by then."""
        self._recorder.memory.keep(connector.number, connector.kept)
        await self._recorder.flush()
        try:
            await self._obey(connector, control)
        finally:
            self._decided_later()

    async def _obey(self, connector: Connector, control: Control) -> None:
        now = self._ports.clock.now()
        order = connector.order(now, self.situation(connector.number, now))
        if order is None:
            return
        connector.ordering()
        self._recorder.memory.keep(connector.number, connector.kept)
        await self._recorder.flush()
        await control.switch(connector.number, on=order.on, tag=order.tag)
        log.info("power", charge_point=self._charge_point_id, connector=connector.number, on=order.on, tag=order.tag)
        connector.carried_out(order, self._ports.clock.now())
        self._recorder.memory.keep(connector.number, connector.kept)
        await self._recorder.flush()

    async def _judge(self, connector: Connector, started: TransactionStarted, seq: int) -> None:
        """A charge that may not be is ended: the next order takes its power."""
        transaction_id = int(started.transaction_id)
        question = StartQuestion(0, started.tag, connector.number, transaction_id, started)
        reply = await self._ports.link.questions.start(self._charge_point_id, question, seq)
        if reply.tag_status is not TagStatus.ACCEPTED:
            log.info("a charge was refused", charge_point=self._charge_point_id, why=reply.reason, tag=started.tag)
            connector.end(transaction_id, REFUSED)
            self._decided_later()
