"""Reservations at the charge points themselves: sent, sent again when that was not possible, and cancelled."""

import asyncio
from collections.abc import Callable
from dataclasses import dataclass

import msgspec
import structlog

from ocpp_bridge.calls import DISCONNECTED, TIMEOUT, is_unsent
from ocpp_bridge.clock import Clock
from ocpp_bridge.peer import Peer
from ocpp_bridge.spool import command_rows
from ocpp_bridge.spool.command_rows import Reservation, ReservationState
from ocpp_bridge.spool.disk import Disk, OpenSpool
from ocpp_bridge.translation import Answer, Impossible
from wire.commands import Hold, Release
from wire.events import CommandOutcome

log = structlog.get_logger()


@dataclass(frozen=True, slots=True)
class Late:
    """The outcome of a hold that could be sent only after the charge point returned."""

    command_id: str
    command: Hold
    answer: Answer


class Reservations:
    """What each connector's charge point knows, or must still be told. Durable."""

    def __init__(self, disk: Disk, clock: Clock, known: list[Reservation]) -> None:
        self._disk = disk
        self._clock = clock
        self._known: dict[str, dict[int, Reservation]] = {}
        """By charge point and connector: all that returned at once ask for their own."""
        for item in known:
            self._known.setdefault(item.charge_point_id, {})[item.connector] = item
        self._telling: set[tuple[str, int]] = set()
        self._cut_off = {_place(item) for item in known if item.state is ReservationState.SENT}
        """On their way when the bridge before this one ended: written down, perhaps never sent."""

    def wanted(self, hold: Hold, state: ReservationState) -> int | None:
        """A hold was commanded: to send, or being sent. The reservation it ends, whose release comes late or never.

        The back end sends a hold only when the one before is over, but not everything arrives in order.
        """
        former = self._at(hold.charge_point_id, hold.connector)
        self._put(self._after_hold(hold, state))
        if state is ReservationState.SENT:
            self._cut_off.discard((hold.charge_point_id, hold.connector))  # It is said now.
        if former is None or former.reservation_id == hold.reservation_id or former.state not in _UNRELEASED:
            return None
        return former.reservation_id

    def as_taken(self, command: Hold | Release) -> Callable[[OpenSpool], None]:
        """What is written with the commit that takes a command on: should the bridge end right then, its charge point
        still hears what it must of it, and nothing else. Nothing is changed here.
        """
        if isinstance(command, Hold):
            left: Reservation | None = self._after_hold(command, ReservationState.SENT)
        else:
            left = self._after_release(command)
        ends = left is None and self._find(command.charge_point_id, command.connector, command.reservation_id)

        def work(connection: OpenSpool) -> None:
            if left is not None:
                command_rows.put_reservation(connection, left)
            elif ends:
                command_rows.drop_reservation(connection, command.charge_point_id, command.connector)

        return work

    def _after_hold(self, hold: Hold, state: ReservationState) -> Reservation:
        """What has to be known once a hold was commanded."""
        former = self._at(hold.charge_point_id, hold.connector)
        return Reservation(
            charge_point_id=hold.charge_point_id,
            connector=hold.connector,
            reservation_id=hold.reservation_id,
            tag=hold.tag,
            until=hold.until,
            command_id=hold.command_id if state is ReservationState.TO_SEND else "",
            state=state,
            stale=_still_there(former, hold.reservation_id),
        )

    def _after_release(self, release: Release) -> Reservation | None:
        """What is left to do once the hold is over: its charge point must hear of it."""
        known = self._find(release.charge_point_id, release.connector, release.reservation_id)
        if known is None or (known.state is ReservationState.TO_SEND and not known.stale):
            return None
        return msgspec.structs.replace(known, state=ReservationState.TO_CANCEL, command_id="")

    def released(self, release: Release) -> None:
        """The hold is over. Its cancellation waits until the charge point has answered, or returns."""
        left = self._after_release(release)
        known = self._find(release.charge_point_id, release.connector, release.reservation_id)
        if left is not None:
            self._put(left)
        elif known is not None:
            self._drop(known)

    def cancelled(self, release: Release, answer: Answer) -> None:
        """CancelReservation ended. Unheard, it is said once more when the charge point returns."""
        if answer.error not in {TIMEOUT, DISCONNECTED}:
            self._forget(release.charge_point_id, release.connector, release.reservation_id)

    def consumed(self, charge_point_id: str, connector: int, reservation_id: int | None) -> None:
        """A transaction used its reservation up."""
        known = self._at(charge_point_id, connector)
        if known is not None and known.reservation_id == reservation_id and known.state in _AT_THE_CHARGE_POINT:
            self._forget(charge_point_id, connector, reservation_id)

    def answered(self, hold: Hold, outcome: CommandOutcome, answer: Answer) -> None:
        """ReserveNow ended. What the charge point may have heard is not sent again: some drop the socket at it."""
        known = self._find(hold.charge_point_id, hold.connector, hold.reservation_id)
        if known is None or known.state is ReservationState.TO_CANCEL:
            return
        if outcome is CommandOutcome.ACCEPTED:
            self._put(msgspec.structs.replace(known, state=ReservationState.RESERVED, command_id=""))
        elif is_unsent(answer):
            self._put(
                msgspec.structs.replace(
                    known, state=ReservationState.TO_SEND, command_id=hold.command_id, until=hold.until
                )
            )
        elif answer.error in {TIMEOUT, DISCONNECTED}:
            self._put(msgspec.structs.replace(known, state=ReservationState.SENT, command_id=""))
        else:
            self._drop(known)

    def returned(self, charge_point_id: str, *, booted: bool) -> list[Reservation]:
        """What a charge point that is back must be told. One that booted may have forgotten its reservations."""
        now = self._clock.now()
        wanted = {ReservationState.TO_SEND, ReservationState.TO_CANCEL}
        if booted:
            wanted.add(ReservationState.RESERVED)
        found = []
        for item in list(self._known.get(charge_point_id, {}).values()):
            if item.until <= now:
                self._drop(item)
            elif item.state in wanted or item.stale or _place(item) in self._cut_off:
                found.append(item)
        return found

    async def tell(self, link: Peer, item: Reservation, response_s: float) -> Late | None:
        """Bring one connector up to date. Late is what a command still waits to hear.

        What could not be sent stays to be told; what was sent is not said again, whatever came of it, except once
        what was on its way when the bridge ended.
        """
        place = _place(item)
        if self._at(*place) != item or place in self._telling:
            return None  # something newer was commanded meanwhile
        self._telling.add(place)
        try:
            return await self._tell(link, item, response_s)
        finally:
            self._telling.discard(place)

    async def _tell(self, link: Peer, item: Reservation, response_s: float) -> Late | None:
        envelope = {
            "command_id": item.command_id,
            "charge_point_id": item.charge_point_id,
            "issued_at": self._clock.now(),
            "expires_at": item.until,
            "connector": item.connector,
            "reservation_id": item.reservation_id,
        }
        over = (item.reservation_id,) if item.state is ReservationState.TO_CANCEL else ()
        for reservation_id in (*item.stale, *over):
            release = {**envelope, "verb": "release", "reservation_id": reservation_id}
            if is_unsent(await self._say(link, msgspec.convert(release, Release), response_s)):
                return None
            self._forget(item.charge_point_id, item.connector, reservation_id)
        known = self._find(item.charge_point_id, item.connector, item.reservation_id)
        if known is None or known.state is not item.state:
            return None
        if known.state is ReservationState.SENT and _place(item) not in self._cut_off:
            return None
        hold = msgspec.convert({**envelope, "verb": "hold", "tag": item.tag, "until": item.until}, Hold)
        answer = await self._say(link, hold, response_s)
        if is_unsent(answer):
            return None
        self._cut_off.discard(_place(item))
        outcome = link.translator.outcome(hold, answer).outcome
        if item.state is not ReservationState.TO_SEND:
            # Sent once more. "Occupied" may be the holder's own car by now: nothing follows from it.
            if outcome is CommandOutcome.ACCEPTED:
                self.answered(hold, outcome, answer)
            return None
        self.answered(hold, outcome, answer)
        return Late(item.command_id, hold, answer)

    async def _say(self, link: Peer, command: Hold | Release, response_s: float) -> Answer:
        try:
            return await link.call(link.translator.call_for(command), response_s)
        except Impossible as error:
            return Answer(error="Impossible", description=str(error))

    def _at(self, charge_point_id: str, connector: int) -> Reservation | None:
        return self._known.get(charge_point_id, {}).get(connector)

    def _find(self, charge_point_id: str, connector: int, reservation_id: int) -> Reservation | None:
        known = self._at(charge_point_id, connector)
        return known if known is not None and known.reservation_id == reservation_id else None

    def _forget(self, charge_point_id: str, connector: int, reservation_id: int | None) -> None:
        """The charge point has this reservation no more."""
        known = self._at(charge_point_id, connector)
        if known is None:
            return
        stale = tuple(one for one in known.stale if one != reservation_id)
        over = known.reservation_id == reservation_id and known.state in _AT_THE_CHARGE_POINT
        if over and not stale:
            self._drop(known)
        elif over:
            *others, newest = stale
            left = msgspec.structs.replace(known, reservation_id=newest, stale=tuple(others))
            self._put(msgspec.structs.replace(left, state=ReservationState.TO_CANCEL))
        elif stale != known.stale:
            self._put(msgspec.structs.replace(known, stale=stale))

    def _put(self, item: Reservation) -> "asyncio.Future[None]":
        former = self._at(item.charge_point_id, item.connector)
        if former is None or (former.reservation_id, former.state) != (item.reservation_id, item.state):
            self._cut_off.discard(_place(item))
        self._known.setdefault(item.charge_point_id, {})[item.connector] = item
        return self._disk.write(lambda connection: command_rows.put_reservation(connection, item))

    def _drop(self, item: Reservation) -> None:
        """At once, and behind what was put before: one that comes back with a restart keeps others off a connector."""
        there = self._known.get(item.charge_point_id, {})
        there.pop(item.connector, None)
        if not there:
            self._known.pop(item.charge_point_id, None)
        self._cut_off.discard(_place(item))
        self._disk.write(
            lambda connection: command_rows.drop_reservation(connection, item.charge_point_id, item.connector)
        )


_AT_THE_CHARGE_POINT = frozenset({ReservationState.SENT, ReservationState.RESERVED, ReservationState.TO_CANCEL})
_UNRELEASED = frozenset({ReservationState.SENT, ReservationState.RESERVED})
STALE_MOST = 4


def _place(item: Reservation) -> tuple[str, int]:
    return item.charge_point_id, item.connector


def _still_there(former: Reservation | None, reservation_id: int) -> tuple[int, ...]:
    """What the charge point may still keep from before a new hold."""
    if former is None or former.reservation_id == reservation_id:
        return () if former is None else former.stale
    kept = former.state in _AT_THE_CHARGE_POINT
    return (*former.stale, *((former.reservation_id,) if kept else ()))[-STALE_MOST:]
