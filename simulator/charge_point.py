"""One charge point: a unit, what it speaks, and its link to a central system, put together; and everything that
can be done with it from outside.
"""

import asyncio
import contextlib
from types import TracebackType
from typing import Any, Literal, Self

from simulator.cars import Car
from simulator.link.answering import Answering
from simulator.link.connection import Connection
from simulator.link.lane import Lane
from simulator.link.messagelog import Logged, MessageLog
from simulator.link.watch import Watch
from simulator.memory.port import Memory
from simulator.memory.sqlite import SqliteMemory
from simulator.unit import person
from simulator.unit.keeping import Remembered
from simulator.unit.person import ERROR_CODES, NotPossible
from simulator.unit.power import Power
from simulator.unit.settings import Settings
from simulator.unit.speaker import Speaker, TapOutcome
from simulator.unit.state import ConnectorState, State
from simulator.unit.unit import Unit
from simulator.unit.view import charge_point_view, connector_view


class ChargePoint:
    """A simulated charge point on the running event loop.

    ``async with ChargePoint("CP1", Settings(central="ws://127.0.0.1:9000/ocpp")) as charge_point: …``, or
    :meth:`start` and :meth:`stop`. Without a ``store`` it forgets everything at its end. ``memory`` is what a
    store kept of it. Connectors are numbered from 1; an unknown one raises ``UnknownConnector``. Every change
    is saved and told to the central system by itself; :meth:`settled` waits until the central system has
    answered. ``watch`` is told every frame.
    """

    def __init__(
        self,
        charge_point_id: str,
        settings: Settings,
        *,
        store: Memory | None = None,
        memory: Remembered | None = None,
        watch: Watch | None = None,
    ) -> None:
        self._own_store = SqliteMemory() if store is None else None
        self.id = charge_point_id
        self.unit = Unit(
            charge_point_id,
            settings,
            memory.state if memory is not None else State(),
            store or self._own_store or SqliteMemory(),
        )
        self.speaker = speaker_of(self.unit, memory.speaker if memory is not None else None)
        self.unit.speaker = self.speaker
        self._power = self.unit.firmware = Power(self.unit)
        answering = Answering(charge_point_id, self.speaker.handle, watch)
        self.message_log = MessageLog(answering.first_message_id(), answering.tell)
        self.connection = self.unit.connection = Connection(
            charge_point_id,
            self.speaker.subprotocol,
            self.message_log,
            answering.on_call,
            self._power.session,
            asked=answering.asked,
        )
        self.unit.lane = Lane(self.connection.call, memory.unsent if memory is not None else [], self.speaker)
        self._answering = answering
        self._size_connectors()

    # -- life ------------------------------------------------------------------------------------------------

    async def start(self) -> None:
        """Power on: connect (unless disconnected on purpose) and boot."""
        self.unit.commit()
        self._power.on()

    async def stop(self) -> None:
        """Leave: close the socket, save; transactions stay open for the next start."""
        await self._answering.stop()
        await self._power.off()
        if self._own_store is not None:
            self._own_store.close()

    async def __aenter__(self) -> Self:
        await self.start()
        return self

    async def __aexit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        await self.stop()

    async def update(self, settings: Settings, *, connect: bool = True) -> None:
        """Other settings; reconnects. Raises :class:`NotPossible` when a connector in use would vanish, or for
        another protocol: what it remembers is of this one.
        """
        if settings.protocol != self.settings.protocol:
            raise NotPossible(f"it speaks {self.settings.protocol}; delete it to make one that speaks another")
        for number, connector in self.unit.connectors():
            if number > settings.connectors and (connector.car or connector.transaction):
                raise NotPossible(f"connector {number} is in use")
        changed = settings != self.unit.settings
        self.unit.apply(settings)
        self._size_connectors()
        if changed:
            await self._power.close_link()
        if connect:
            await self.connect()
        else:
            await self.disconnect()

    def _size_connectors(self) -> None:
        connectors = self.unit.state.connectors
        for number in range(1, self.unit.settings.connectors + 1):
            connectors.setdefault(number, ConnectorState())
        for number in [number for number in connectors if number > self.unit.settings.connectors]:
            del connectors[number]

    # -- what people do --------------------------------------------------------------------------------------

    def plug(self, number: int, car: Car) -> None:
        """Raises :class:`NotPossible` when a car is plugged in already."""
        person.plug(self.unit, number, car)

    def unplug(self, number: int) -> None:
        """Raises :class:`NotPossible` when no car is plugged in."""
        person.unplug(self.unit, number)

    async def tap(self, number: int, id_tag: str, wait_s: float = 60.0) -> TapOutcome | None:
        """Hold a card to the reader. Returns when the tag is judged; None when that takes longer than
        ``wait_s``, and then goes on by itself.
        """
        self.unit.connector(number)
        outcomes: list[TapOutcome] = []

        async def flow() -> None:
            outcomes.append(await self.speaker.tap(number, id_tag))

        await asyncio.wait({self.unit.start(flow())}, timeout=wait_s)
        return outcomes[0] if outcomes else None

    def fault(self, number: int, error_code: str | None) -> None:
        """Break a connector with an OCPP error code, or mend it (None). Raises ``ValueError`` for an unknown
        one.
        """
        if error_code is not None and error_code not in ERROR_CODES:
            raise ValueError(f"no error code of OCPP 1.6: {error_code}")
        person.fault(self.unit, number, error_code or "NoError")

    async def disconnect(self) -> None:
        """Pull the network cable, until :meth:`connect`."""
        self.unit.state.online = False
        self.unit.commit()
        await self._power.close_link()

    async def connect(self) -> None:
        """Put the network cable back; where it is in and nobody answered yet, try again now."""
        self.unit.state.online = True
        self.unit.commit()
        if not self.connection.connected:
            await self._power.close_link()
        self._power.open_link()

    async def reboot(self, kind: Literal["power_loss", "reboot"] = "power_loss") -> None:
        """Lose power (the socket just dies), or restart in good order; returns when it connects again."""
        if kind == "power_loss":
            self.connection.drop()
            await self._power.start_anew("PowerLoss")
        else:
            await self._power.start_anew("Reboot")

    # -- what a technician does ------------------------------------------------------------------------------

    def actions(self) -> frozenset[str]:
        """The messages it can be told to :meth:`send`."""
        return self.speaker.actions()

    def answers(self) -> frozenset[str]:
        """The requests of a central system that it knows."""
        return self.speaker.answers()

    async def send(
        self, action: str, payload: dict[str, Any] | None = None, *, valid: bool = True
    ) -> dict[str, Any] | None:
        """Say one thing now; see ``Speaker.send``."""
        return await self.speaker.send(action, payload, valid=valid)

    def configuration(self) -> list[dict[str, Any]]:
        """Every setting of its firmware, without secrets."""
        return self.speaker.configuration()

    def set_configuration(self, key: str, value: str) -> str:
        """Accepted, Rejected, RebootRequired or NotSupported."""
        return self.speaker.set_configuration(key, value)

    # -- looking ---------------------------------------------------------------------------------------------

    @property
    def settings(self) -> Settings:
        return self.unit.settings

    def view(self) -> dict[str, Any]:
        return charge_point_view(self.unit)

    def connector(self, number: int) -> dict[str, Any]:
        return connector_view(self.unit, number)

    def messages(self, limit: int = 100) -> list[Logged]:
        """The last frames of both directions, oldest first."""
        return self.message_log.last(limit)

    async def settled(self, wait_s: float = 5.0) -> bool:
        """Whether, within ``wait_s``, the central system answered everything it was told. While it is not
        there, there is nothing to wait for: False at once.
        """
        with contextlib.suppress(TimeoutError):
            async with asyncio.timeout(wait_s):
                await self.unit.settled()
                return self.unit.ready
        return False

    async def booted(self, wait_s: float = 5.0) -> bool:
        """Whether, within ``wait_s``, the central system accepted the charge point and knows its statuses."""
        with contextlib.suppress(TimeoutError):
            async with asyncio.timeout(wait_s):
                await self._power.ready.wait()
                await self.unit.settled()
                return self.unit.ready
        return False


def speaker_of(unit: Unit, saved: bytes | None) -> Speaker:
    """What the unit speaks by its settings; a version is imported by the first charge point that speaks it."""
    if unit.settings.protocol == "ocpp2.0.1":
        from simulator.ocpp201.speaker import Speaker201  # noqa: PLC0415 -- as the docstring says

        return Speaker201(unit, saved)
    from simulator.ocpp16.speaker import Speaker16  # noqa: PLC0415 -- as above

    return Speaker16(unit, saved)
