"""The bridge as one thing: made of its parts, started, and ended without loss."""

import asyncio
import functools
from collections.abc import Callable, Coroutine, Iterable, Sequence
from datetime import datetime, timedelta
from typing import TYPE_CHECKING

import structlog

from ocpp_bridge.after_boot.configuration_notices import ConfigurationNotices
from ocpp_bridge.after_boot.local_list import LocalLists
from ocpp_bridge.after_boot.measurands import Measurands
from ocpp_bridge.after_boot.reminder import BootReminder
from ocpp_bridge.after_boot.wanted_keys import WantedKeys
from ocpp_bridge.back_end.api_client import ApiClient
from ocpp_bridge.back_end.authorizations import Authorizations
from ocpp_bridge.back_end.backlog import Backlog
from ocpp_bridge.back_end.buildings import Buildings
from ocpp_bridge.back_end.config_poll import ConfigPoll
from ocpp_bridge.back_end.local_copy import LocalCopy
from ocpp_bridge.back_end.poster import Poster
from ocpp_bridge.back_end.questions import Questions
from ocpp_bridge.boot_admission import BootAdmission
from ocpp_bridge.clock import Clock
from ocpp_bridge.commands.control import ControlServer
from ocpp_bridge.commands.desk import CommandDesk
from ocpp_bridge.commands.inbox import CommandInbox
from ocpp_bridge.commands.reservations import Reservations
from ocpp_bridge.frames.frame_log import FrameLog
from ocpp_bridge.frames.shown import ShownFrames
from ocpp_bridge.going_on import going_on
from ocpp_bridge.metrics import Metrics
from ocpp_bridge.peer import Peer
from ocpp_bridge.settings import Settings
from ocpp_bridge.sockets.attempts import NEW_S, Attempts
from ocpp_bridge.sockets.charge_point_socket import ChargePointSocket
from ocpp_bridge.sockets.door import Admitted
from ocpp_bridge.sockets.drivers import SUBPROTOCOLS
from ocpp_bridge.sockets.link import Link, LinkPorts
from ocpp_bridge.sockets.links import IdleWatch, Links
from ocpp_bridge.sockets.server import ChargePointServer
from ocpp_bridge.spool import building_rows, charge_point_rows, command_rows, copy_rows, unit_rows
from ocpp_bridge.spool.disk import Disk
from ocpp_bridge.spool.event_log import EventLog
from ocpp_bridge.units.unit_ports import UnitPorts
from ocpp_bridge.units.yard import Yard
from ocpp_bridge.watching.first_energy import FirstEnergy
from ocpp_bridge.watching.open_transactions import OpenTransactions
from wire.events import Draw, Event, Meter, TransactionStarted
from wire.vendor_profiles import tolerated_by

if TYPE_CHECKING:
    from ocpp_bridge.commands.subscription import CommandSubscription

log = structlog.get_logger()
LAST_POSTS_S = 3.0


class Bridge:
    """Make it inside a running loop. Raises :class:`DiskRefused` when the spool cannot be opened."""

    def __init__(self, settings: Settings) -> None:
        self._settings = settings
        self._clock = clock = Clock()
        self._metrics = metrics = Metrics()
        self._disk = disk = Disk(str(settings.spool))
        self._copy = copy = LocalCopy(disk.read_now(copy_rows.load))
        self._api = ApiClient(settings.api, settings.token_file, settings.bridge_id, clock)
        self._poster = Poster(self._api, clock, metrics)
        self._first_energy = FirstEnergy()
        self._backlog = Backlog(copy.location_of, settings.meter_post_s, self._poster.due)
        self._events = events = EventLog(disk, self._noted)
        self._links = Links(
            disk.read_now(charge_point_rows.connections), events, copy, clock, metrics, settings.bridge_id
        )
        reservations = Reservations(disk, clock, disk.read_now(command_rows.reservations))
        self._desk = CommandDesk(
            disk, events, self._links, copy, reservations, clock, metrics, settings.call_response_s
        )
        self._desk.starts.wait_s = settings.start_wait_s
        frames = FrameLog()
        self._desk.frames = ShownFrames(frames, clock).outcome
        self._poll = ConfigPoll(
            self._api, copy, disk, clock, self._poster.api_is_back, self._known_anew, settings.config_s
        )
        self._admission = BootAdmission(settings.boots_at_once)
        self._reminder = BootReminder(disk.read_now(charge_point_rows.settled), settings.boot_wait_s)
        self._local_lists = LocalLists(disk, events, self._links, copy, clock, settings.config_s, settings.boot_pause_s)
        self._wanted_keys = WantedKeys(disk, clock, metrics, settings.boot_pause_s)
        self._measurands = Measurands(disk, clock)
        self._transactions = {
            name: OpenTransactions(known) for name, known in disk.read_now(charge_point_rows.open_transactions).items()
        }
        self._answered = Authorizations(self._api, clock)
        questions = Questions(self._api, self._poster, events, copy, clock, metrics, self._transactions, self._answered)
        self._ports = LinkPorts(
            events, self._backlog, questions, clock, metrics, self._transaction_started, frames, ears=self._desk.ears
        )
        self._configuration = ConfigurationNotices(events, clock)
        self._attempts = Attempts(self._api, clock, min(NEW_S, settings.config_s))
        self._buildings = Buildings(self._api, disk, clock, disk.read_now(building_rows.load))
        unit_ports = UnitPorts(
            self._ports, self._links, self._desk, copy, disk, clock, self._buildings, settings.start_wait_s
        )
        self._yard = Yard(
            settings.units, disk.read_now(unit_rows.load), self._transactions_of, self._attempts, unit_ports
        )
        self._server = ChargePointServer(copy, metrics, self._poll.refresh, self._serve_link, self._attempts.note)
        self._control = ControlServer(
            self._desk, metrics, settings.control_secret, self._not_ready, self._yard.troubles
        )
        self._tasks: set[asyncio.Task[None]] = set()
        self._inbox = CommandInbox(self._desk, self._links, clock, metrics)
        self._subscription: CommandSubscription | None = None
        self._pulling: asyncio.Task[None] | None = None
        self.ocpp_port = 0
        self.control_port = 0

    async def start(self) -> None:
        """Serve. Raises ``OSError`` when an address cannot be listened on."""
        self._poster.begin(self._events, self._backlog)
        self._metrics.rejected_events.set(await self._events.rejected_count())
        self._links.begin()
        self._desk.begin(await self._disk.read(command_rows.unfinished))
        self.control_port = await self._control.start(*self._settings.control)
        self.ocpp_port = await self._server.start(*self._settings.listen, self._settings.tls)
        self._subscribe()
        self._spawn(going_on(self._poll.run))
        self._spawn(going_on(self._local_lists.run))
        self._spawn(going_on(self._attempts.run))
        self._spawn(going_on(self._answered.run))
        self._spawn(going_on(self._buildings.run))
        silent = timedelta(seconds=max(3 * self._settings.heartbeat_s, 900))
        watch = IdleWatch(self._links, self._clock, silent)
        self._spawn(going_on(functools.partial(watch.run, self._end_silent)))
        self._yard.begin()

    async def stop(self) -> None:
        """End politely: no new calls, sockets closed, outcomes noted, what is due posted, the file closed."""
        if self._pulling is not None:
            self._pulling.cancel()
            await asyncio.gather(self._pulling, return_exceptions=True)
        await self._inbox.close()
        await self._control.close()
        await self._yard.close()
        self._links.close()
        await self._server.close()
        self._links.close()
        await self._desk.close()
        for task in self._tasks:
            task.cancel()
        await asyncio.gather(*self._tasks, return_exceptions=True)
        await self._poster.close(LAST_POSTS_S)
        await self._buildings.close()
        await self._answered.close()
        await self._api.close()
        await self._disk.close()

    def sockets_ended(self) -> int:
        """How many, since it began."""
        return self._server.ended

    def _subscribe(self) -> None:
        if not self._settings.project:
            self._metrics.bus_connected.set(1)
            return
        from ocpp_bridge.commands.subscription import CommandSubscription  # noqa: PLC0415 -- a heavy client

        self._subscription = CommandSubscription(
            self._settings.project, self._settings.bridge_id, self._inbox, self._metrics
        )
        self._pulling = self._spawn(self._subscription.run())

    async def _serve_link(self, socket: ChargePointSocket, admitted: Admitted) -> None:
        charge_point_id = admitted.charge_point_id
        transactions = self._transactions_of(charge_point_id)
        tolerated = self._tolerated(charge_point_id)
        translator = SUBPROTOCOLS[admitted.protocol](
            charge_point_id,
            self._clock.now(),
            self._settings.heartbeat_s,
            transactions,
            tolerated,
            functools.partial(self._boot_wait_s, charge_point_id),
        )
        epoch = self._links.next_epoch(charge_point_id)
        link = Link(socket, charge_point_id, epoch, translator, transactions, self._ports)
        if admitted.subprotocol is None:
            link.tolerated(frozenset({"no-subprotocol"}))
        self._links.add(link)
        log.info("connected", charge_point=charge_point_id, epoch=epoch)
        if self._desk.has_something_for(charge_point_id):
            self._spawn(self._desk.returned(link, booted=False))
        reminder = self._spawn(self._reminder.run(link)) if self._reminder.needs(link) else None
        try:
            await link.run(self._booted)
        finally:
            if reminder is not None:
                reminder.cancel()
            self._links.remove(link)
            log.info("disconnected", charge_point=charge_point_id, epoch=epoch, code=socket.close_code)

    def _known_anew(self, changed: Iterable[str], gone: Iterable[str]) -> None:
        self._links.known_anew(changed, gone)
        self._yard.look()

    def _transactions_of(self, charge_point_id: str) -> OpenTransactions:
        return self._transactions.setdefault(charge_point_id, OpenTransactions())

    def _tolerated(self, charge_point_id: str) -> Callable[[], frozenset[str]]:
        """What its vendor profile tolerates, by the copy at the moment it is asked."""

        def tolerated() -> frozenset[str]:
            point = self._copy.charge_points.get(charge_point_id)
            return tolerated_by(point.vendor_profile if point is not None else "")

        return tolerated

    def _boot_wait_s(self, charge_point_id: str, now: datetime) -> int:
        wait_s = self._admission.wait_s(now)
        if wait_s:
            self._metrics.deferred_boots.inc()
            self._reminder.heard(charge_point_id)
        return wait_s

    def _booted(self, link: Link) -> None:
        """Each boot starts its settling anew; a boot storm of one charge point keeps one task."""
        self._reminder.booted(link)
        if link.on_boot is not None:
            link.on_boot.cancel()
        link.on_boot = self._spawn(self._settle(link))

    async def _settle(self, link: Link) -> None:
        await self._desk.returned(link, booted=True)
        shown = await self._wanted_keys.run(link)
        if shown is not None:
            await self._configuration.tell(link.charge_point_id, shown)
            await self._local_lists.after_boot(link, shown)
            await self._measurands.run(link, shown)

    def _end_silent(self, link: Peer) -> None:
        self._spawn(link.close(4002, "silent for too long"))

    def _transaction_started(self, started: TransactionStarted) -> None:
        self._desk.transaction_started(started)
        self._local_lists.used(started)

    def _noted(self, noted: Sequence[tuple[Event, int]]) -> None:
        self._metrics.events.inc(len(noted))
        self._metrics.waiting_events.inc(len(noted))
        for event, seq in noted:
            urgent, read = not isinstance(event, Meter), isinstance(event, Draw) or self._first_energy.is_first(event)
            self._backlog.note(event.charge_point_id, seq, urgent=urgent, read=read)

    def _not_ready(self) -> str:
        if not self._copy.known:
            return f"no configuration yet: {self._poll.failing or 'asking the API'}"
        if self._disk.failing:
            return f"the spool cannot write: {self._disk.failing}"
        if self._subscription is not None and self._subscription.failing:
            return f"commands do not arrive: {self._subscription.failing}"
        return ""

    def _spawn(self, work: Coroutine[object, object, None]) -> "asyncio.Task[None]":
        task = asyncio.get_running_loop().create_task(work)
        self._tasks.add(task)
        task.add_done_callback(functools.partial(_ended, self._tasks))
        return task


def _ended(tasks: "set[asyncio.Task[None]]", task: "asyncio.Task[None]") -> None:
    tasks.discard(task)
    if not task.cancelled() and task.exception() is not None:
        log.error("a task failed", exc_info=task.exception())
