"""Where a flow plays: one charge point, its people, and a look at everything that is said meanwhile."""

import asyncio
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import TypeVar

from simulator.cars import Car
from simulator.charge_point import ChargePoint
from simulator.link.messagelog import Logged
from simulator.operations.journal import Journal
from simulator.operations.operation import Exchange, Operation, Step
from simulator.operations.runner import EXPECTED, Failed, sentence
from simulator.unit.state import ConnectorState, EndedTransaction, Transaction

# How long what no message tells may go unseen: energy, expiries, the unit's own decisions.
LOOK_S = 0.1

Found = TypeVar("Found")


class Stage:
    """Of one run of one flow."""

    def __init__(self, charge_point: ChargePoint, operation: Operation, journal: Journal, within_s: float) -> None:
        self.charge_point = charge_point
        self.operation = operation
        if operation.steps is None:
            operation.steps = []
        # A flow in a chain looks at its own messages only.
        self._after = operation.messages[-1].message_id if operation.messages else 0
        self._within_s = within_s
        self._journal = journal
        self._news = asyncio.Event()

    @contextmanager
    def listening(self) -> Iterator[None]:
        """While this lasts, :meth:`until` looks again at every message."""
        with self._journal.listening(self.charge_point.id, self._heard):
            yield

    def _heard(self, _: Logged | None) -> None:
        self._news.set()

    @property
    def speaks_16(self) -> bool:
        return self.charge_point.settings.protocol == "ocpp1.6"

    @contextmanager
    def step(self, name: str) -> Iterator[None]:
        """A part of the flow, noted in its operation; in a chain, among the chain's."""
        step = Step(name=name, status="running")
        assert self.operation.steps is not None  # noqa: S101 -- made above
        self.operation.steps.append(step)
        try:
            yield
        except EXPECTED as error:
            step.status, step.error = "failed", sentence(error)
            raise
        step.status = "done"

    async def until(self, find: Callable[[], Found | None], otherwise: str, within_s: float | None = None) -> Found:
        """What ``find`` finds, as soon as it does. Raises ``Failed`` with ``otherwise`` when time is up."""
        within_s = self._within_s if within_s is None else within_s
        deadline_s = asyncio.get_running_loop().time() + within_s
        while True:
            self._news.clear()
            found = find()
            if found:
                return found
            left_s = deadline_s - asyncio.get_running_loop().time()
            if left_s <= 0:
                raise Failed(f"{otherwise}, within {within_s:g} s")
            try:
                async with asyncio.timeout(min(left_s, LOOK_S)):
                    await self._news.wait()
            except TimeoutError:
                continue

    # -- looking ---------------------------------------------------------------------------------------------

    def sent(self, action: str) -> list[Exchange]:
        """What the charge point said on behalf of this flow."""
        return [
            one for one in self.operation.exchanges(self._after) if one.direction == "sent" and one.action == action
        ]

    def received(self, *actions: str) -> list[Exchange]:
        """What the central system asked since the flow began."""
        return [
            one
            for one in self.operation.exchanges(self._after)
            if one.direction == "received" and one.action in actions
        ]

    def connector(self, number: int) -> ConnectorState:
        return self.charge_point.unit.connector(number)

    # -- what people do --------------------------------------------------------------------------------------

    def free(self, number: int) -> None:
        """Raises ``Failed`` where a connector is in use or out of order."""
        status = self.charge_point.unit.status(number)
        if status not in {"Available", "Reserved"}:
            raise Failed(f"connector {number} is not free: {status}")

    async def connected(self) -> None:
        """Raises ``Failed`` where there is no central system to play with."""
        await self.until(lambda: self.charge_point.unit.ready, "the charge point is not connected and booted")

    def plug(self, number: int, need_wh: int) -> None:
        """A car is plugged in."""
        self.charge_point.plug(number, Car(battery_wh=max(60_000, need_wh), need_wh=need_wh, max_power_w=11_000))

    async def tap(self, number: int, tag: str, *expected: str) -> str:
        """A card is held to the reader. Raises ``Failed`` when the display says something else."""
        outcome = await self.charge_point.tap(number, tag, self._within_s)
        if outcome is None:
            raise Failed(f"the card {tag} was not judged, within {self._within_s:g} s")
        if expected and outcome not in expected:
            raise Failed(f"the card {tag} was answered {outcome}, not {' or '.join(expected)}")
        return outcome

    async def charging(self, number: int) -> Transaction:
        """Returns when energy may flow and the central system knows the transaction."""
        connector = self.connector(number)

        def begun() -> Transaction | None:
            one = connector.transaction
            if connector.last_start_status not in {None, "Accepted"}:
                raise Failed(f"the start was answered {connector.last_start_status}")
            return one if one is not None and one.transaction_id is not None and not one.refused else None

        transaction = await self.until(begun, f"no transaction began at connector {number}")
        # In OCPP 2.0.1 the charge point names the transaction itself: its first event may be on its way.
        await self.told()
        return transaction

    async def ended(self, number: int) -> EndedTransaction:
        """Returns when there is no transaction at a connector any more, and all of it was told and answered."""
        connector = self.connector(number)
        await self.until(lambda: connector.transaction is None, f"the transaction at connector {number} goes on")
        await self.told()
        last = connector.last_transaction
        if last is None:
            raise Failed(f"connector {number} had no transaction")
        return last

    async def told(self) -> None:
        """Returns when the central system has answered everything."""
        if not await self.charge_point.settled(self._within_s) or self.charge_point.unit.lane.unsent:
            raise Failed(
                f"{self.charge_point.unit.lane.unsent} messages were not answered, within {self._within_s:g} s"
            )
