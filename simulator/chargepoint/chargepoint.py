"""The charge point as a whole: its tasks, its start, and everything that can be done with it from outside."""

import asyncio
import contextlib
import logging
from collections.abc import Coroutine
from types import TracebackType
from typing import Any, Literal, Self

from simulator.chargepoint import person, transactions
from simulator.chargepoint.boot import Boot
from simulator.chargepoint.car import Car
from simulator.chargepoint.clock import Clock
from simulator.chargepoint.connection import Answer, Connection, NotConnected
from simulator.chargepoint.lane import Lane
from simulator.chargepoint.memory import Memory, Unsent
from simulator.chargepoint.messagelog import Logged, MessageLog
from simulator.chargepoint.person import ERROR_CODES, NotPossible, TapOutcome
from simulator.chargepoint.requests.table import handle
from simulator.chargepoint.settings import Settings
from simulator.chargepoint.state import ConnectorState, State
from simulator.chargepoint.unit import Unit
from simulator.chargepoint.view import charge_point_view, connector_view
from simulator.store import StateFileError, Store

# From losing power, or a Reset, to the next connection.
RESTART_S = 1.0
# How long a reset waits for its StopTransaction to be answered.
FAREWELL_S = 5.0

log = logging.getLogger(__name__)


class ChargePoint:
    """A simulated OCPP 1.6J charge point on the running event loop.

    ``async with ChargePoint("CP1", Settings(central="ws://127.0.0.1:9000/ocpp")) as charge_point: …``, or
    :meth:`start` and :meth:`stop`. Without a ``store`` it forgets everything at its end. ``memory`` is what a
    store kept of it. Connectors are numbered from 1; an unknown one raises ``UnknownConnector``. Every change
    is saved and told to the central system by itself; :meth:`settled` waits until the central system has
    answered.
    """

    def __init__(
        self,
        charge_point_id: str,
        settings: Settings,
        *,
        store: Store | None = None,
        memory: Memory | None = None,
    ) -> None:
        self._own_store = store is None
        self._store = store if store is not None else Store()
        self._unit = Unit(charge_point_id, settings, memory.state if memory is not None else State(), self._store)
        self._messages = MessageLog()
        self._boot = Boot(self._unit)
        self._ready = asyncio.Event()
        self._unit.connection = Connection(charge_point_id, self._messages, self._handle, self._session)
        self._unit.lane = Lane(
            self._unit.connection,
            self._unit.configuration,
            memory.unsent if memory is not None else [],
            self._prepare,
            self._answered,
        )
        self._unit.firmware = self
        self._link: asyncio.Task[None] | None = None
        self._tasks: list[asyncio.Task[None]] = []
        self._size_connectors()

    # -- life ------------------------------------------------------------------------------------------------

    async def start(self) -> None:
        """Power on: connect (unless disconnected on purpose) and boot."""
        self._unit.commit()
        self._tasks = [_task(self._unit.lane.run()), _task(Clock(self._unit).run())]
        self._open_link()

    async def stop(self) -> None:
        """Leave: close the socket, save; transactions stay open for the next start."""
        await self._unit.stop_flows()
        await self._close_link()
        for task in self._tasks:
            task.cancel()
        await asyncio.gather(*self._tasks, return_exceptions=True)
        self._tasks = []
        if self._own_store:
            self._store.close()

    async def __aenter__(self) -> Self:
        await self.start()
        return self

    async def __aexit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        await self.stop()

    async def update(self, settings: Settings) -> None:
        """Other settings; reconnects. Raises :class:`NotPossible` when a connector in use would vanish."""
        for number, connector in self._unit.connectors():
            if number > settings.connectors and (connector.car or connector.transaction):
                raise NotPossible(f"connector {number} is in use")
        changed = settings != self._unit.settings
        self._unit.apply(settings)
        self._size_connectors()
        if changed:
            await self._close_link()
        await self.connect()

    def _size_connectors(self) -> None:
        connectors = self._unit.state.connectors
        for number in range(1, self._unit.settings.connectors + 1):
            connectors.setdefault(number, ConnectorState())
        for number in [number for number in connectors if number > self._unit.settings.connectors]:
            del connectors[number]

    # -- what people do --------------------------------------------------------------------------------------

    def plug(self, number: int, car: Car) -> None:
        """Raises :class:`NotPossible` when a car is plugged in already."""
        person.plug(self._unit, number, car)

    def unplug(self, number: int) -> None:
        """Raises :class:`NotPossible` when no car is plugged in."""
        person.unplug(self._unit, number)

    async def tap(self, number: int, id_tag: str, wait_s: float = 60.0) -> TapOutcome | None:
        """Hold a card to the reader. Returns when the tag is judged; None when that takes longer than
        ``wait_s``, and then goes on by itself.
        """
        self._unit.connector(number)
        outcomes: list[TapOutcome] = []

        async def flow() -> None:
            outcomes.append(await person.tap(self._unit, number, id_tag))

        await asyncio.wait({self._unit.start(flow())}, timeout=wait_s)
        return outcomes[0] if outcomes else None

    def fault(self, number: int, error_code: str | None) -> None:
        """Break a connector with an OCPP error code, or mend it (None). Raises ``ValueError`` for an unknown
        one.
        """
        if error_code is not None and error_code not in ERROR_CODES:
            raise ValueError(f"no error code of OCPP 1.6: {error_code}")
        person.fault(self._unit, number, error_code or "NoError")

    async def disconnect(self) -> None:
        """Pull the network cable, until :meth:`connect`."""
        self._unit.state.online = False
        self._unit.commit()
        await self._close_link()

    async def connect(self) -> None:
        """Put the network cable back; where it is in and nobody answered yet, try again now."""
        self._unit.state.online = True
        self._unit.commit()
        if not self._unit.connection.connected:
            await self._close_link()
        self._open_link()

    async def reboot(self, kind: Literal["power_loss", "reboot"] = "power_loss") -> None:
        """Lose power (the socket just dies), or restart in good order; returns when it connects again."""
        if kind == "power_loss":
            self._unit.connection.drop()
            await self._restart("PowerLoss")
        else:
            await self._restart("Reboot")

    # -- looking ---------------------------------------------------------------------------------------------

    @property
    def settings(self) -> Settings:
        return self._unit.settings

    def view(self) -> dict[str, Any]:
        return charge_point_view(self._unit)

    def connector(self, number: int) -> dict[str, Any]:
        return connector_view(self._unit, number)

    def messages(self, limit: int = 100) -> list[Logged]:
        """The last frames of both directions, oldest first."""
        return self._messages.last(limit)

    async def settled(self, wait_s: float = 5.0) -> bool:
        """Whether, within ``wait_s``, the central system answered everything it was told. While it is not
        there, there is nothing to wait for: False at once.
        """
        with contextlib.suppress(TimeoutError):
            async with asyncio.timeout(wait_s):
                await self._unit.settled()
                return self._unit.ready
        return False

    async def booted(self, wait_s: float = 5.0) -> bool:
        """Whether, within ``wait_s``, the central system accepted the charge point and knows its statuses."""
        with contextlib.suppress(TimeoutError):
            async with asyncio.timeout(wait_s):
                await self._ready.wait()
                await self._unit.settled()
                return self._unit.ready
        return False

    # -- firmware: what parts of the unit ask for ------------------------------------------------------------

    def restart(self, reason: str) -> None:
        self._unit.start(self._restart(reason))

    def boot_again(self) -> None:
        if self._unit.boot_status == "Accepted":
            self._unit.start(self._boot_once())
        else:
            self._boot.again()

    def reconnect(self) -> None:
        self._unit.start(self._reconnect())

    async def _boot_once(self) -> None:
        with contextlib.suppress(NotConnected):
            await self._boot.once()

    async def _reconnect(self) -> None:
        await self._close_link()
        self._open_link()

    async def _restart(self, reason: str) -> None:
        lost_power = reason == "PowerLoss"
        if lost_power:
            self._unit.lane.close()
        for number, connector in self._unit.connectors():
            transactions.end(self._unit, number, reason)
            connector.pending = None
        self._unit.commit()
        if not lost_power:
            with contextlib.suppress(TimeoutError):
                async with asyncio.timeout(FAREWELL_S):
                    await self._unit.lane.quiet()
        await self._close_link()
        self._unit.boot_status = None
        await asyncio.sleep(RESTART_S)
        self._open_link()

    # -- the link --------------------------------------------------------------------------------------------

    def _open_link(self) -> None:
        if self._link is None and self._unit.state.online:
            self._link = _task(self._unit.connection.keep_open(self._unit.settings.central, self._credentials()))

    async def _close_link(self) -> None:
        link, self._link = self._link, None
        if link is not None:
            link.cancel()
            await asyncio.gather(link, return_exceptions=True)

    def _credentials(self) -> bytes | None:
        key = self._unit.state.authorization_key
        if key is not None:
            return bytes.fromhex(key)
        password = self._unit.settings.password
        return password.encode() if password is not None else None

    async def _session(self) -> None:
        """One socket's life: boot where needed, then speak until it closes."""
        try:
            with contextlib.suppress(NotConnected):
                await self._boot.until_accepted()
                self._unit.lane.open()
                self._unit.tell_statuses(anew=True)
                self._unit.changed.set()
                self._ready.set()
                await asyncio.get_running_loop().create_future()
        except StateFileError:
            log.exception("%s: the state cannot be saved", self._unit.id)
            self._unit.connection.drop()
        finally:
            self._ready.clear()
            self._unit.lane.close()

    def _handle(self, action: str, payload: dict[str, Any]) -> Answer:
        return handle(self._unit, action, payload)

    def _prepare(self, message: Unsent) -> dict[str, Any]:
        return transactions.prepare(self._unit, message)

    def _answered(self, message: Unsent, answer: dict[str, Any] | None) -> None:
        transactions.answered(self._unit, message, answer)


def _task(work: Coroutine[Any, Any, None]) -> asyncio.Task[None]:
    return asyncio.get_running_loop().create_task(work)
