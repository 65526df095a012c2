"""The inside of one charge point that its parts share: what it is, remembers, has to say."""

import asyncio
import logging
from collections import defaultdict
from collections.abc import Coroutine, Iterator
from datetime import UTC, datetime, timedelta
from typing import Any, Protocol

import msgspec

from simulator.cars import NOTHING, Facts, Offer, PilotTrace, facts_of, pilot_of
from simulator.link.connection import Connection
from simulator.link.lane import Lane, Unsent
from simulator.link.messagelog import operation_id
from simulator.memory.port import Memory, StateError
from simulator.unit.keeping import Kept, keep
from simulator.unit.settings import Settings
from simulator.unit.speaker import RestartReason, Speaker
from simulator.unit.state import ConnectorState, State
from simulator.unit.status import connector_status, main_status, offer

log = logging.getLogger(__name__)


class UnknownConnector(LookupError):
    """There is no connector of this number."""


class Firmware(Protocol):
    """What the charge point as a whole does when one of its parts asks for it."""

    def restart(self, reason: RestartReason) -> None:
        """End transactions with ``reason`` and start anew, beside the caller."""

    def reconnect(self) -> None:
        """Close the socket and open another, beside the caller."""


class Unit:
    """Parts change ``state`` and then :meth:`commit`; statuses and the clock follow from that by themselves.

    ``firmware``, ``connection``, ``lane`` and ``speaker`` are set by the charge point that owns this.
    """

    firmware: Firmware
    connection: Connection
    lane: Lane
    speaker: Speaker

    def __init__(self, charge_point_id: str, settings: Settings, state: State, store: Memory) -> None:
        self.id = charge_point_id
        self.settings = settings
        self.state = state
        self._store = store
        # How far its clock is wrong.
        self.skew_s = 0.0
        # Seconds that pass for cars and meters in one of ours.
        self.meter_speed = 1.0
        # Up to when each connector's register counts, on the event loop's clock.
        self.metered_until: dict[int, float] = {}
        # Set by every change: the clock looks anew at what is due next.
        self.changed = asyncio.Event()
        # False from a power cut to the restart.
        self.powered = True
        # Set when it is deleted.
        self.removed = False
        self.pilots: defaultdict[int, PilotTrace] = defaultdict(PilotTrace)
        self._offers: dict[int, Offer] = {}
        self._unsaved: list[Unsent] = []
        self._told: dict[int, tuple[str, str]] = {}
        self._flows: set[asyncio.Task[None]] = set()

    # -- what is so ------------------------------------------------------------------------------------------

    def now(self) -> datetime:
        """The charge point's clock, aware UTC."""
        return datetime.now(UTC) + timedelta(seconds=self.skew_s)

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
        """The status of a connector, 0 for the charge point as a whole; in the words of OCPP 1.6."""
        if number == 0:
            return main_status(self.state)
        return connector_status(self.state, self.connector(number), self._offer_now(number))

    def error_code(self, number: int) -> str:
        return self.connector(number).error_code if number else "NoError"

    def offer(self, number: int) -> Offer:
        """What the car was offered since the last change."""
        return self._offers.get(number, NOTHING)

    def power_w(self, number: int) -> int:
        """Power that flows into the car now."""
        car = self.connector(number).car
        return car.power_w(self._offer_now(number)) if car else 0

    def _offer_now(self, number: int) -> Offer:
        return offer(self.connector(number), self.settings, self.speaker.limit(number))

    def offer_anew(self) -> bool:
        """Follow the limits in force; the registers must be up to date. Returns whether anything changed."""
        before, self._offers = self._offers, {number: self._offer_now(number) for number in self.state.connectors}
        for number in self.state.connectors:
            self.pilots[number].saw(pilot_of(self.pilot_facts(number)), self.now())
        return before != self._offers

    def pilot_facts(self, number: int) -> Facts:
        """What decides the state of the control pilot."""
        faulted = self.error_code(number) != "NoError"
        return facts_of(self.connector(number).car, self.offer(number), powered=self.powered, faulted=faulted)

    def apply(self, settings: Settings) -> None:
        """Other settings from now on; saved with the next :meth:`commit`."""
        old, self.settings = self.settings, settings
        self.speaker.settings_changed(old, settings)

    # -- changing --------------------------------------------------------------------------------------------

    async def call(self, action: str, payload: dict[str, Any]) -> dict[str, Any]:
        """Ask the central system now. Raises ``NotConnected`` or ``CallFailed``."""
        return await self.connection.call(action, payload)

    def queue(self, action: str, payload: dict[str, Any], key: str) -> int:
        """A transaction-related message, durable with the next :meth:`commit`. Returns its ``seq``."""
        seq = self.lane.next_order()
        self._unsaved.append(Unsent(seq=seq, action=action, payload=payload, key=key, operation_id=operation_id.get()))
        return seq

    def sent(self, seq: int) -> asyncio.Future[dict[str, Any] | None]:
        """The answer to a message queued and committed; None where it waits for a connection."""
        return self.lane.sent(seq)

    def tell(self, action: str, payload: dict[str, Any]) -> None:
        """Something only worth saying while connected."""
        self.lane.tell(action, payload)

    def commit(self, *, answered: tuple[int, ...] = ()) -> None:
        """Save, hand over what is to be said, tell the statuses that changed. Raises ``StateError``: what
        was to be said then goes with the next commit. What is removed is not saved again, whoever still had it.
        """
        if self.removed:
            return
        kept = Kept(unit=self.state, speaker=msgspec.Raw(msgspec.json.encode(self.speaker.state)))
        keep(self._store, self.id, self.settings, kept, added=self._unsaved, answered=answered)
        messages, self._unsaved = self._unsaved, []
        if messages:
            self.lane.add(messages)
        self.offer_anew()
        self.tell_statuses()
        self.changed.set()

    def tell_statuses(self) -> None:
        """Report every connector whose status or error changed since it was told."""
        if not self.lane.is_open:
            return
        for number in (0, *sorted(self.state.connectors)):
            now = (self.status(number), self.error_code(number))
            if self._told.get(number) != now:
                self._told[number] = now
                self.speaker.status_changed(number)

    def tell_all(self) -> None:
        """The speaker tells every status anew."""
        self._told = {number: (self.status(number), self.error_code(number)) for number in (0, *self.state.connectors)}
        self.speaker.tell_all()

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
        except StateError:
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


def timestamp(moment: datetime) -> str:
    """As OCPP wants it: UTC with milliseconds and ``Z``."""
    return moment.astimezone(UTC).isoformat(timespec="milliseconds").replace("+00:00", "Z")


def moment(text: object) -> datetime:
    """An OCPP timestamp as aware UTC; one without a zone counts as UTC. Raises ``ValueError``."""
    if not isinstance(text, str):
        raise ValueError("a timestamp is text")  # noqa: TRY004 -- one error for what the wire got wrong
    parsed = datetime.fromisoformat(text)
    try:
        return parsed.replace(tzinfo=UTC) if parsed.tzinfo is None else parsed.astimezone(UTC)
    except OverflowError as error:
        raise ValueError(f"{text} is out of range") from error
