"""All units of one bridge: each entry of the units file has a task of its own, started again when its link ends."""

import asyncio
import contextlib
import functools
import random
from collections.abc import Callable, Sequence
from datetime import datetime

import structlog

from ocpp_bridge.sockets.attempts import Attempts
from ocpp_bridge.sockets.door import Handshake
from ocpp_bridge.units.connector import Connector
from ocpp_bridge.units.driver import BuildingPort, Declaration, LinkLost, UnitPort
from ocpp_bridge.units.recorder import Recorder
from ocpp_bridge.units.remembered import Remembered
from ocpp_bridge.units.unit import Unit
from ocpp_bridge.units.unit_ports import UnitPorts
from ocpp_bridge.units.units_file import Configured
from ocpp_bridge.watching.open_transactions import OpenTransactions

log = structlog.get_logger()
NOTE_S = 30.0
"""Between two attempts of a unit that the API does not know."""
NOTED_MOST = 1000
FIRST_S, MOST_S = 1.0, 60.0
"""Before a link that ended is tried again: at first, and after many failures."""
SOUND_S = 15.0
"""A link that holds for so long is told as sound again."""
WELL_S = 60.0
"""A link that held for so long was no failure."""
CANCEL_AGAIN_S = 5.0


class Yard:
    """``transactions_of`` are a charge point's open ones, ``texts`` what was remembered of each."""

    def __init__(
        self,
        configured: Sequence[Configured],
        texts: dict[str, dict[str, str]],
        transactions_of: Callable[[str], OpenTransactions],
        attempts: Attempts,
        ports: UnitPorts,
    ) -> None:
        self._rows = [Row(one, self) for one in configured]
        self._texts = texts
        self._transactions_of = transactions_of
        self._attempts = attempts
        self.ports = ports
        self._tasks: list[asyncio.Task[None]] = []
        self._noted: dict[str, float] = {}
        self._twins: set[tuple[str, Row]] = set()
        self._owners = {row.charge_point_id: row for row in self._rows if row.charge_point_id}
        self.known_anew = asyncio.Event()
        """Set for a moment when the API's configuration was read anew."""

    def begin(self) -> None:
        """Start every entry."""
        self._tasks = [asyncio.get_running_loop().create_task(row.run()) for row in self._rows]

    def troubles(self) -> list[dict[str, str]]:
        """Each entry whose link cannot be kept, and why, for people. Without addresses: a password may be in one."""
        return [row.trouble for row in self._rows if row.trouble["why"]]

    def look(self) -> None:
        """The API's configuration was read anew: it may know other units by now."""
        self.known_anew.set()
        self.known_anew.clear()

    async def close(self) -> None:
        """End every link; charges stay open."""
        for task in self._tasks:
            task.cancel()
        await asyncio.gather(*self._tasks, return_exceptions=True)

    def knows(self, charge_point_id: str, protocol: str) -> bool:
        """Does the API? Else it is told that somebody wants in."""
        copy, now = self.ports.copy, self.ports.clock.monotonic()
        if charge_point_id in copy.charge_points:
            return True
        if copy.known and now - self._noted.get(charge_point_id, -NOTE_S) >= NOTE_S:
            self._noted.pop(charge_point_id, None)
            self._noted[charge_point_id] = now
            if len(self._noted) > NOTED_MOST:
                del self._noted[next(iter(self._noted))]
            self._attempts.note(charge_point_id, Handshake("", (), (protocol,)), 0)
        return False

    def owns(self, row: "Row", charge_point_id: str) -> bool:
        """A charge point is one entry's: the one that names it, else the first that told of it."""
        owner = self._owners.setdefault(charge_point_id, row)
        if owner is not row and (charge_point_id, row) not in self._twins:
            self._twins.add((charge_point_id, row))
            log.error("two entries of the units file tell of one charge point", charge_point=charge_point_id)
        return owner is row

    def make(
        self, charge_point_id: str, declaration: Declaration, sample_s: float, closed: Callable[[str], None]
    ) -> Unit:
        """A unit, as it was when the bridge ended."""
        remembered = Remembered(self._texts.setdefault(charge_point_id, {}))
        transactions = self._transactions_of(charge_point_id)
        recorder = Recorder(charge_point_id, remembered, transactions, self.ports.disk, self.ports.link)
        connectors = {
            number: Connector(charge_point_id, number, declaration, remembered.kept(number), sample_s)
            for number in declaration.connectors
        }
        return Unit(charge_point_id, declaration, recorder, connectors, self.ports, closed)


class Row:
    """One entry: its driver's run, and its units. To the driver it is a `units.driver.DriverPorts`."""

    def __init__(self, configured: Configured, yard: Yard) -> None:
        self._entry = configured.entry
        self._where = configured.where
        self._driver = configured.driver
        self._yard = yard
        self._units: dict[str, Unit] = {}
        self._retiring: set[str] = set()
        self._tasks: set[asyncio.Task[None]] = set()
        self._running: asyncio.Task[None] | None = None
        self._wait_s = FIRST_S
        self._began = 0.0
        self._failure = ""
        self._waited_out = ""

    @property
    def trouble(self) -> dict[str, str]:
        """Why its last link failed, for as long as no other has held; an empty ``why`` is none."""
        holds = self._running is not None and self._yard.ports.clock.monotonic() - self._began >= SOUND_S
        why = (self._waited_out or ("" if holds else self._failure))[:300]
        return {"where": self._where, "driver": self._entry.driver, "charge_point_id": self.charge_point_id, "why": why}

    @property
    def charge_point_id(self) -> str:
        """Of a unit; an account's are found by it."""
        return self._entry.charge_point_id

    def now(self) -> datetime:
        """The bridge's clock."""
        return self._yard.ports.clock.now()

    def unit(self, charge_point_id: str, declaration: Declaration) -> UnitPort | None:
        """See :class:`ocpp_bridge.units.driver.DriverPorts`."""
        if not self._yard.knows(charge_point_id, declaration.protocol) or not self._yard.owns(self, charge_point_id):
            return None
        known = self._units.get(charge_point_id)
        if charge_point_id in self._retiring:
            return None
        if known is None:
            known = self._yard.make(charge_point_id, declaration, self._entry.sample_s, self._closed)
            self._units[charge_point_id] = known
            task = asyncio.get_running_loop().create_task(known.run())
            self._tasks.add(task)
            task.add_done_callback(functools.partial(self._ended, charge_point_id))
        elif known.declaration != declaration and known.is_idle(declaration.connectors):
            log.info("made anew, for it has changed", charge_point=charge_point_id, connectors=declaration.connectors)
            self._retiring.add(charge_point_id)
            known.retire()
            return None
        return known

    def building(self, location_id: str) -> BuildingPort:
        """See :class:`ocpp_bridge.units.driver.DriverPorts`."""
        return self._yard.ports.buildings.port(location_id)

    def failing(self, why: str) -> None:
        """See :class:`ocpp_bridge.units.driver.DriverPorts`."""
        self._waited_out = why

    async def run(self) -> None:
        """Until cancelled."""
        try:
            while True:
                await self._until_known()
                await self._once()
                await asyncio.sleep(self._wait_s * random.uniform(0.5, 1))  # noqa: S311 -- spreads load, no secret
        finally:
            for task in self._tasks:
                task.cancel()
            await asyncio.gather(*self._tasks, return_exceptions=True)

    async def _until_known(self) -> None:
        name = self._entry.charge_point_id
        while name and not self._yard.knows(name, self._entry.driver):
            with contextlib.suppress(TimeoutError):
                async with asyncio.timeout(NOTE_S):
                    await self._yard.known_anew.wait()

    async def _once(self) -> None:
        clock = self._yard.ports.clock
        self._began = began = clock.monotonic()
        self._running = running = asyncio.get_running_loop().create_task(self._driver.run(self))
        try:
            await asyncio.wait({running})
        finally:
            await _end(running)
            self._running, self._waited_out = None, ""
            why = self._why(running)
            self._failure = "" if running.cancelled() or running.exception() is None else why
            for unit in self._units.values():
                unit.disconnected(why)
        well = clock.monotonic() - began >= WELL_S
        self._wait_s = FIRST_S if well else min(MOST_S, self._wait_s * 2)
        log.info("a link ended", driver=self._entry.driver, charge_point=self._entry.charge_point_id, why=why[:300])

    def _why(self, ended: "asyncio.Task[None]") -> str:
        error = None if ended.cancelled() else ended.exception()
        if error is None:
            return "it was ended"
        if not isinstance(error, LinkLost | OSError):
            name = self._entry.charge_point_id
            log.error("a driver failed", driver=self._entry.driver, charge_point=name, exc_info=error)
        return str(error) or type(error).__name__

    def _ended(self, charge_point_id: str, task: "asyncio.Task[None]") -> None:
        self._tasks.discard(task)
        self._retiring.discard(charge_point_id)
        del self._units[charge_point_id]

    def _closed(self, why: str) -> None:  # noqa: ARG002 -- the log has it
        if self._running is not None:
            self._running.cancel()


async def _end(running: "asyncio.Task[None]") -> None:
    """A cancellation may be lost on its way through a library, as in ``wait_for`` of Python 3.11: it is said again."""
    while not running.done():
        running.cancel()
        await asyncio.wait({running}, timeout=CANCEL_AGAIN_S)
