"""The inside of one charge point that its parts share: what it is, remembers, has to say."""

import asyncio
import logging
from collections.abc import Coroutine, Iterator
from datetime import UTC, datetime
from typing import Any, Protocol

from simulator.chargepoint.configuration import Configuration
from simulator.chargepoint.connection import Connection
from simulator.chargepoint.lane import Lane
from simulator.chargepoint.memory import Unsent, keep
from simulator.chargepoint.settings import Settings
from simulator.chargepoint.state import ConnectorState, State
from simulator.chargepoint.status import connector_status, main_status
from simulator.store import StateFileError, Store

log = logging.getLogger(__name__)


class UnknownConnector(LookupError):
    """There is no connector of this number."""


class Firmware(Protocol):
    """What the charge point as a whole does when one of its parts asks for it."""

    def restart(self, reason: str) -> None:
        """End transactions with ``reason`` and start anew, beside the caller."""

    def boot_again(self) -> None:
        """Send BootNotification now."""

    def reconnect(self) -> None:
        """Close the socket and open another, beside the caller."""


class Unit:
    """Parts change ``state`` and then :meth:`commit`; statuses and the clock follow from that by themselves.

    ``firmware``, ``connection`` and ``lane`` are set by the charge point that owns this.
    """

    firmware: Firmware
    connection: Connection
    lane: Lane

    def __init__(self, charge_point_id: str, settings: Settings, state: State, store: Store) -> None:
        self.id = charge_point_id
        self.settings = settings
        self.state = state
        self.configuration = Configuration(settings, state.configuration)
        self._store = store
        # BootNotification.conf: None before the first answer.
        self.boot_status: str | None = None
        # Up to when each connector's register counts, on the event loop's clock.
        self.metered_until: dict[int, float] = {}
        # Set by every change: the clock looks anew at what is due next.
        self.changed = asyncio.Event()
        self._unsaved: list[Unsent] = []
        self._told: dict[int, tuple[str, str]] = {}
        self._flows: set[asyncio.Task[None]] = set()

    # -- what is so ------------------------------------------------------------------------------------------

    @property
    def ready(self) -> bool:
        """Connected and accepted by the central system."""
        return self.lane.is_open

    def connector(self, number: int) -> ConnectorState:
        """Raises :class:`UnknownConnector`."""
        try:
            return self.state.connectors[number]
        except KeyError:
            raise UnknownConnector(f"connector {number} of charge point {self.id}") from None

    def connectors(self) -> Iterator[tuple[int, ConnectorState]]:
        yield from sorted(self.state.connectors.items())

    def status(self, number: int) -> str:
        """The OCPP status of a connector, 0 for the charge point as a whole."""
        if number == 0:
            return main_status(self.state)
        return connector_status(self.state, self.connector(number))

    def apply(self, settings: Settings) -> None:
        """Other settings from now on; saved with the next :meth:`commit`."""
        self.configuration.apply(self.settings, settings)
        self.settings = settings

    # -- changing --------------------------------------------------------------------------------------------

    def queue(self, action: str, payload: dict[str, Any], key: str) -> None:
        """A transaction-related message, durable with the next :meth:`commit`."""
        self._unsaved.append(Unsent(seq=self.lane.next_order(), action=action, payload=payload, key=key))

    def commit(self, *, answered: tuple[int, ...] = ()) -> None:
        """Save, hand over what is to be said, tell the statuses that changed. Raises ``StateFileError``: what
        was to be said then goes with the next commit.
        """
        keep(self._store, self.id, self.settings, self.state, added=self._unsaved, answered=answered)
        messages, self._unsaved = self._unsaved, []
        if messages:
            self.lane.add(messages)
        self.tell_statuses()
        self.changed.set()

    def tell_statuses(self, *, anew: bool = False) -> None:
        """StatusNotification for every connector whose status or error changed since it was told; all if
        ``anew``.
        """
        if not self.lane.is_open:
            return
        for number in (0, *sorted(self.state.connectors)):
            error_code = self.state.connectors[number].error_code if number else "NoError"
            now = (self.status(number), error_code)
            if anew or self._told.get(number) != now:
                self._told[number] = now
                self.tell_status(number)

    def tell_status(self, number: int) -> None:
        """StatusNotification of one connector."""
        error_code = self.state.connectors[number].error_code if number else "NoError"
        self.lane.tell_status(
            {
                "connectorId": number,
                "errorCode": error_code,
                "status": self.status(number),
                "timestamp": timestamp(now()),
            }
        )

    # -- flows -----------------------------------------------------------------------------------------------

    def start(self, flow: Coroutine[Any, Any, None]) -> asyncio.Task[None]:
        """Run a sequence of exchanges beside the caller; :meth:`settled` waits for it."""
        task = asyncio.get_running_loop().create_task(self._logged(flow))
        self._flows.add(task)
        task.add_done_callback(self._flows.discard)
        return task

    async def _logged(self, flow: Coroutine[Any, Any, None]) -> None:
        try:
            await flow
        except StateFileError:
            log.exception("%s: the state cannot be saved", self.id)

    async def settled(self) -> None:
        """Returns when no flow runs and everything told was answered (or cannot be told now)."""
        while self._flows:
            await asyncio.wait(self._flows)
        await self.lane.quiet()

    async def stop_flows(self) -> None:
        for task in self._flows:
            task.cancel()
        await asyncio.gather(*self._flows, return_exceptions=True)


def now() -> datetime:
    """The charge point's clock, aware UTC."""
    return datetime.now(UTC)


def timestamp(moment: datetime) -> str:
    """As OCPP wants it: UTC with milliseconds and ``Z``."""
    return moment.astimezone(UTC).isoformat(timespec="milliseconds").replace("+00:00", "Z")


def moment(text: object) -> datetime:
    """An OCPP timestamp as aware UTC; one without a zone counts as UTC. Raises ``ValueError``."""
    if not isinstance(text, str):
        raise ValueError("a timestamp is text")  # noqa: TRY004 -- one error for what the wire got wrong
    parsed = datetime.fromisoformat(text)
    return parsed.replace(tzinfo=UTC) if parsed.tzinfo is None else parsed.astimezone(UTC)
