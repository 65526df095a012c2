"""Reservations at the charge points themselves: sent, sent again when that was not possible, and cancelled."""

import asyncio
from dataclasses import dataclass

import msgspec
import structlog

from ocpp_bridge.calls import DISCONNECTED, TIMEOUT, is_unsent
from ocpp_bridge.clock import Clock
from ocpp_bridge.peer import Peer
from ocpp_bridge.spool import command_rows
from ocpp_bridge.spool.command_rows import Reservation, ReservationState
from ocpp_bridge.spool.disk import Disk
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
        self._known = {(item.charge_point_id, item.connector): item for item in known}
        self._telling: set[tuple[str, int]] = set()
        self._cut_off = {connector for connector, item in self._known.items() if item.state is ReservationState.SENT}
        """On their way when the bridge before this one ended: written down, perhaps never sent."""

    def wanted(self, hold: Hold, state: ReservationState) -> int | None:
        """A hold was commanded: to send, or being sent. The reservation it ends, whose release comes late or never.

        The back end sends a hold only when the one before is over, but not everything arrives in order.
        """
        former = self._known.get((hold.charge_point_id, hold.connector))
        self._put(self.after_hold(hold, state))
        if state is ReservationState.SENT:
            self._cut_off.discard((hold.charge_point_id, hold.connector))  # It is said now.
        if former is None or former.reservation_id == hold.reservation_id or former.state not in _UNRELEASED:
            return None
        return former.reservation_id

    def after_hold(self, hold: Hold, state: ReservationState) -> Reservation:
        """What has to be known once a hold was commanded. Nothing is changed here."""
        former = self._known.get((hold.charge_point_id, hold.connector))
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

    def after_release(self, release: Release) -> Reservation | None:
        """What is left to do once the hold is over: its charge point must hear of it. Nothing is changed here."""
        known = self._find(release.charge_point_id, release.connector, release.reservation_id)
        if known is None or (known.state is ReservationState.TO_SEND and not known.stale):
            return None
        return msgspec.structs.replace(known, state=ReservationState.TO_CANCEL, command_id="")

    def released(self, release: Release) -> None:
        """The hold is over. Its cancellation waits until the charge point has answered, or returns."""
        left = self.after_release(release)
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
        known = self._known.get((charge_point_id, connector))
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
        for item in list(self._known.values()):
            if item.charge_point_id != charge_point_id:
                continue
            if item.until <= now:
                self._drop(item)
            elif item.state in wanted or item.stale or (charge_point_id, item.connector) in self._cut_off:
                found.append(item)
        return found

    async def tell(self, link: Peer, item: Reservation, response_s: float) -> Late | None:
        """Bring one connector up to date. Late is what a command still waits to hear.

        What could not be sent stays to be told; what was sent is not said again, whatever came of it, except once
        what was on its way when the bridge ended.
        """
        connector = (item.charge_point_id, item.connector)
        if self._known.get(connector) != item or connector in self._telling:
            return None  # something newer was commanded meanwhile
        self._telling.add(connector)
        try:
            return await self._tell(link, item, response_s)
        finally:
            self._telling.discard(connector)

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
        if known.state is ReservationState.SENT and (item.charge_point_id, item.connector) not in self._cut_off:
            return None
        hold = msgspec.convert({**envelope, "verb": "hold", "tag": item.tag, "until": item.until}, Hold)
        answer = await self._say(link, hold, response_s)
        if is_unsent(answer):
            return None
        self._cut_off.discard((item.charge_point_id, item.connector))
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

    def _find(self, charge_point_id: str, connector: int, reservation_id: int) -> Reservation | None:
        known = self._known.get((charge_point_id, connector))
        return known if known is not None and known.reservation_id == reservation_id else None

    def _forget(self, charge_point_id: str, connector: int, reservation_id: int | None) -> None:
        """The charge point has this reservation no more."""
        known = self._known.get((charge_point_id, connector))
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
        connector = (item.charge_point_id, item.connector)
        former = self._known.get(connector)
        if former is None or (former.reservation_id, former.state) != (item.reservation_id, item.state):
            self._cut_off.discard(connector)
        self._known[connector] = item
        return self._disk.write(lambda connection: command_rows.put_reservation(connection, item))

    def _drop(self, item: Reservation) -> None:
        self._known.pop((item.charge_point_id, item.connector), None)
        self._cut_off.discard((item.charge_point_id, item.connector))
        self._disk.write_lazily(
            lambda connection: command_rows.drop_reservation(connection, item.charge_point_id, item.connector)
        )


_AT_THE_CHARGE_POINT = frozenset({ReservationState.SENT, ReservationState.RESERVED, ReservationState.TO_CANCEL})
_UNRELEASED = frozenset({ReservationState.SENT, ReservationState.RESERVED})
STALE_MOST = 4


def _still_there(former: Reservation | None, reservation_id: int) -> tuple[int, ...]:
    """What the charge point may still keep from before a new hold."""
    if former is None or former.reservation_id == reservation_id:
        return () if former is None else former.stale
    kept = former.state in _AT_THE_CHARGE_POINT
    return (*former.stale, *((former.reservation_id,) if kept else ()))[-STALE_MOST:]
