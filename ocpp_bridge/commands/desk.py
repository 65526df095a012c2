"""Commands of the API: each is taken on once, carried out at its charge point, and its outcome is an event."""

import asyncio
from collections.abc import Callable
from enum import StrEnum
from weakref import WeakValueDictionary

import structlog

from ocpp_bridge.back_end.local_copy import LocalCopy
from ocpp_bridge.calls import DISCONNECTED, is_unsent
from ocpp_bridge.clock import Clock
from ocpp_bridge.commands.awaited_starts import AwaitedStarts
from ocpp_bridge.commands.reservations import Reservations
from ocpp_bridge.commands.setting_run import SettingRun
from ocpp_bridge.metrics import Metrics
from ocpp_bridge.peer import Peer
from ocpp_bridge.sockets.links import Links
from ocpp_bridge.spool import command_rows, copy_rows
from ocpp_bridge.spool.command_rows import ReservationState
from ocpp_bridge.spool.disk import Disk, OpenSpool
from ocpp_bridge.spool.event_log import EventLog
from ocpp_bridge.translation import Answer, Impossible, Outcome
from ocpp_bridge.watching.status_ears import StatusEars
from wire.commands import Command, Frames, Hold, Ocpp, Release, Settings, Start, Stop
from wire.events import CommandOutcome, CommandResult, TransactionStarted
from wire.questions import HoldConfig

log = structlog.get_logger()
STOPS_MOST = 16


class Taken(StrEnum):
    """The desk's first word on a command."""

    SENT = "sent"
    NOT_CONNECTED = "not_connected"
    EXPIRED = "expired"
    REPEAT = "repeat"


class CommandDesk:
    """``response_s`` is how long a charge point has to answer a call."""

    def __init__(
        self,
        disk: Disk,
        events: EventLog,
        links: Links,
        copy: LocalCopy,
        reservations: Reservations,
        clock: Clock,
        metrics: Metrics,
        response_s: float = 30.0,
    ) -> None:
        self._disk = disk
        self._events = events
        self._links = links
        self._copy = copy
        self._reservations = reservations
        self._clock = clock
        self._metrics = metrics
        self._response_s = response_s
        self.ears = StatusEars()
        self._settings = SettingRun(disk, events, clock, self.ears, response_s)
        self.starts = AwaitedStarts(self._never_started)
        self.frames: Callable[[Frames], Outcome] | None = None
        """Answers the one command that is the bridge's own."""
        self._tasks: set[asyncio.Task[None]] = set()
        self._stops: dict[str, list[Stop]] = {}
        self._turns = WeakValueDictionary[str, asyncio.Lock]()

    def begin(self, unfinished: list[tuple[str, str]]) -> None:
        """Commands that a former process took on and never finished: nobody knows whether they arrived."""
        for command_id, charge_point_id in unfinished:
            self._tell(
                command_id,
                charge_point_id,
                Outcome(CommandOutcome.FAILED, "restarted", None, "the bridge restarted"),
            )

    async def take(self, command: Command) -> Taken:
        """Take a command on, durably; a charge point's one by one, so that a release knows its hold. Raises
        :class:`DiskRefused`.
        """
        async with self._turns.setdefault(command.charge_point_id, asyncio.Lock()):
            return await self._take(command)

    async def _take(self, command: Command) -> Taken:
        now = self._clock.now()
        expired = command.expires_at <= now
        hold = _hold_of(command) if isinstance(command, Hold) and not expired else None
        reserving = command if isinstance(command, Release) or (isinstance(command, Hold) and not expired) else None
        reserve = None if reserving is None else self._reservations.as_taken(reserving)

        def work(connection: OpenSpool) -> bool:
            taken = command_rows.take_on(
                connection,
                command.command_id,
                command.charge_point_id,
                now.timestamp(),
                command.expires_at.timestamp(),
            )
            if taken and hold is not None:
                copy_rows.put_hold(connection, hold)
            if taken and reserve is not None:
                reserve(connection)
            return taken

        if not await self._disk.write(work):
            return Taken.REPEAT
        if expired:
            if isinstance(command, Release):  # However late it comes, that hold is over.
                self._remember(command, None, None)
            self._finish(command, Outcome(CommandOutcome.EXPIRED))
            return Taken.EXPIRED
        if isinstance(command, Frames) and self.frames is not None:  # Nobody need be connected.
            self._finish(command, self.frames(command))
            return Taken.SENT
        link = self._links.get(command.charge_point_id)
        ended = self._remember(command, hold, link)
        if link is None:
            self._stop_later(command)
            self._finish(command, Outcome(CommandOutcome.NOT_CONNECTED))
            return Taken.NOT_CONNECTED
        task = asyncio.get_running_loop().create_task(self._carry_out(command, link, ended))
        self._tasks.add(task)
        task.add_done_callback(self._tasks.discard)
        return Taken.SENT

    async def refuse(self, command_id: str, charge_point_id: str, why: str) -> None:
        """Answer a command that cannot be read, once. Raises :class:`DiskRefused`."""
        now = self._clock.now().timestamp()
        if await self._disk.write(
            lambda connection: command_rows.take_on(connection, command_id, charge_point_id, now)
        ):
            self._tell(command_id, charge_point_id, Outcome(CommandOutcome.FAILED, "unreadable", None, why))

    def transaction_started(self, event: TransactionStarted) -> None:
        """A reservation that a transaction used up is over, and a start from afar is what was waited for."""
        self.starts.began(event.charge_point_id, event.connector)
        self._reservations.consumed(event.charge_point_id, event.connector, event.reservation_id)

    def hold_used(self, charge_point_id: str, connector: int, reservation_id: int) -> None:
        """A hold became a charge: there is nothing left to keep."""
        self._drop_hold(charge_point_id, connector, reservation_id)

    def has_something_for(self, charge_point_id: str) -> bool:
        """Does a charge point that connected without booting have to be told anything?"""
        return charge_point_id in self._stops or bool(self._reservations.returned(charge_point_id, booted=False))

    async def returned(self, link: Peer, *, booted: bool) -> None:
        """A charge point is back: tell it the stops and holds it missed, and what became of the holds."""
        for stop in self._stops.pop(link.charge_point_id, []):
            if stop.expires_at > self._clock.now():
                try:
                    answer = await link.call(link.translator.call_for(stop), self._response_s)
                except Impossible:  # It was said so when the stop was asked for.
                    continue
                if is_unsent(answer):
                    self._stop_later(stop)
        for item in self._reservations.returned(link.charge_point_id, booted=booted):
            late = await self._reservations.tell(link, item, self._response_s)
            if late is not None:
                outcome = link.translator.outcome(late.command, late.answer)
                self._after_hold(late.command, outcome)
                if late.command_id:
                    self._tell(late.command_id, link.charge_point_id, outcome)

    async def close(self) -> None:
        """Wait for outcomes; the links are gone by now, so that none takes long."""
        self.starts.close()
        if self._tasks:
            await asyncio.wait(self._tasks, timeout=2)

    def _remember(self, command: Command, hold: HoldConfig | None, link: Peer | None) -> Release | None:
        """The release that has to go out before the command, if any."""
        if isinstance(command, Hold) and hold is not None:
            self._copy.hold_commanded(hold, self._clock.monotonic())
            state = ReservationState.TO_SEND if link is None else ReservationState.SENT
            ended = self._reservations.wanted(command, state)
            return None if ended is None else _release_before(command, ended)
        if isinstance(command, Release):
            self._drop_hold(command.charge_point_id, command.connector, command.reservation_id)
            self._reservations.released(command)
        return None

    async def _carry_out(self, command: Command, link: Peer, ended: Release | None) -> None:
        try:
            if ended is not None:
                await self._outcome(ended, link)
            if isinstance(command, Settings):
                outcome = await self._settings.outcome(command, link)
            else:
                outcome = await self._outcome(command, link)
        except Impossible as error:
            outcome = Outcome(CommandOutcome.FAILED, "impossible", None, str(error))
        except Exception:
            log.exception("command failed", verb=type(command).__name__, charge_point=command.charge_point_id)
            outcome = Outcome(CommandOutcome.FAILED, "bridge_failed", None, "the bridge failed")
        if isinstance(command, Hold):
            self._after_hold(command, outcome)
        self._finish(command, outcome)

    async def _outcome(self, command: Command, link: Peer) -> Outcome:
        call = link.translator.call_for(command)
        left_s = (command.expires_at - self._clock.now()).total_seconds()
        if left_s <= 0:
            return Outcome(CommandOutcome.EXPIRED)
        if isinstance(command, Start):
            self.starts.expect(command)
        answer: Answer = await link.call(call, min(self._response_s, left_s))
        if isinstance(command, Ocpp) and is_unsent(answer):
            return Outcome(CommandOutcome.NOT_CONNECTED)
        outcome = link.translator.outcome(command, answer)
        if isinstance(command, Hold):
            self._reservations.answered(command, outcome.outcome, answer)
        elif isinstance(command, Release):
            self._reservations.cancelled(command, answer)
        elif isinstance(command, Start):
            self.starts.answered(command, accepted=outcome.outcome is CommandOutcome.ACCEPTED)
        if answer.error == DISCONNECTED:
            log.info("the socket ended during a call", charge_point=command.charge_point_id, action=call.action)
            self._stop_later(command)
        return outcome

    def _never_started(self, command: Start, wait_s: float) -> None:
        """It was accepted, and nothing came of it: whoever waits there is told. Their hold runs to its own deadline."""
        late = Outcome(CommandOutcome.FAILED, "NotStarted", None, f"no transaction began within {wait_s:g} s")
        self._finish(command, late)

    def _stop_later(self, command: Command) -> None:
        """A charge goes on without end if its stop is lost: said once more when the charge point is back in time.

        In memory only: after a restart of the bridge the API asks again for what should not run.
        """
        if isinstance(command, Stop):
            kept = self._stops.get(command.charge_point_id, [])
            self._stops[command.charge_point_id] = [*kept, command][-STOPS_MOST:]

    def _after_hold(self, hold: Hold, outcome: Outcome) -> None:
        """A charge point that says no gives the connector away: the hold is over here, too."""
        if outcome.outcome is CommandOutcome.REJECTED:
            self._drop_hold(hold.charge_point_id, hold.connector, hold.reservation_id)

    def _drop_hold(self, charge_point_id: str, connector: int, reservation_id: int) -> None:
        if self._copy.release_commanded(charge_point_id, connector, reservation_id, self._clock.monotonic()):
            self._disk.write(lambda connection: copy_rows.drop_hold(connection, charge_point_id, connector))

    def _finish(self, command: Command, outcome: Outcome) -> None:
        log.info(
            "command",
            verb=type(command).__name__.lower(),
            command=command.command_id,
            charge_point=command.charge_point_id,
            outcome=str(outcome.outcome),
            answer=outcome.answer,
            error=outcome.error,
        )
        self._tell(command.command_id, command.charge_point_id, outcome)

    def _tell(self, command_id: str, charge_point_id: str, outcome: Outcome) -> None:
        self._metrics.commands.labels(str(outcome.outcome)).inc()
        now = self._clock.now()
        event = CommandResult(
            charge_point_id=charge_point_id,
            seq=0,
            occurred_at=now,
            received_at=now,
            command_id=command_id,
            outcome=outcome.outcome,
            answer=outcome.answer,
            response=outcome.response,
            error=outcome.error,
        )
        self._events.append([event], also=lambda connection, _: command_rows.finish(connection, command_id))


def _release_before(hold: Hold, reservation_id: int) -> Release:
    return Release(
        command_id=hold.command_id,
        charge_point_id=hold.charge_point_id,
        issued_at=hold.issued_at,
        expires_at=hold.expires_at,
        connector=hold.connector,
        reservation_id=reservation_id,
    )


def _hold_of(command: Hold) -> HoldConfig:
    return HoldConfig(
        charge_point_id=command.charge_point_id,
        connector=command.connector,
        reservation_id=command.reservation_id,
        tag=command.tag,
        until=command.until,
    )
