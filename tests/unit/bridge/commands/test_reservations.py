"""What a connector's charge point must still be told, when the socket goes at the wrong moment."""

import asyncio
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from ocpp_bridge.calls import DISCONNECTED, NOT_SENT, TIMEOUT
from ocpp_bridge.clock import Clock
from ocpp_bridge.commands.reservations import Reservations
from ocpp_bridge.ocpp16.translator import Ocpp16
from ocpp_bridge.spool import command_rows
from ocpp_bridge.spool.command_rows import ReservationState
from ocpp_bridge.spool.disk import Disk
from ocpp_bridge.translation import Answer, Call
from ocpp_bridge.watching.open_transactions import OpenTransactions
from wire.commands import Hold, Release
from wire.events import CommandOutcome

NOW = datetime.now(UTC)
UNSENT = Answer(error=DISCONNECTED, description=NOT_SENT)
ACCEPTED = Answer(payload={"status": "Accepted"})
HOLD = Hold(
    command_id="h",
    charge_point_id="CP",
    issued_at=NOW,
    expires_at=NOW + timedelta(hours=1),
    connector=1,
    reservation_id=7,
    tag="KW-ANN",
    until=NOW + timedelta(hours=1),
)
RELEASE = Release(
    command_id="r",
    charge_point_id="CP",
    issued_at=NOW,
    expires_at=NOW + timedelta(hours=1),
    connector=1,
    reservation_id=7,
)


@dataclass
class Socket:
    """A link whose charge point answers what it is told to, and keeps what it was sent."""

    answers: list[Answer]
    sent: list[str] = field(default_factory=list)
    translator: Ocpp16 = field(default_factory=lambda: Ocpp16("CP", NOW, 300, OpenTransactions()))

    async def call(self, call: Call, _response_s: float) -> Answer:
        answer = self.answers.pop(0)
        if answer is not UNSENT:
            self.sent.append(call.action)
        return answer


@pytest.fixture
def told(tmp_path: Path):
    """Tells what is due on sockets that answer so, one after another; (sent, late outcomes) of each."""

    def told(prepare, *sockets: list[Answer], booted: bool = False, restarted=False):
        async def run():
            disk = Disk(str(tmp_path / "spool.db"))
            try:
                reservations = Reservations(disk, Clock(), [])
                prepare(reservations)
                if restarted:
                    await disk.write(lambda _: None)  # after all that was put before
                    reservations = Reservations(disk, Clock(), await disk.read(command_rows.reservations))
                    if callable(restarted):
                        restarted(reservations)
                return [await on(reservations, Socket(answers), booted=booted) for answers in sockets]
            finally:
                await disk.close()

        return asyncio.run(run())

    async def on(reservations, socket: Socket, *, booted: bool):
        late = [await reservations.tell(socket, item, 5) for item in reservations.returned("CP", booted=booted)]
        return socket.sent, [one.command_id for one in late if one is not None]

    return told


def test_a_hold_the_socket_was_too_late_for_is_made_on_the_next(told):
    def commanded(reservations):
        reservations.wanted(HOLD, ReservationState.TO_SEND)

    assert told(commanded, [UNSENT], [ACCEPTED], []) == [([], []), (["ReserveNow"], ["h"]), ([], [])]


def test_a_hold_refused_by_the_closed_socket_itself_waits_for_the_next(told):
    def commanded(reservations):
        reservations.wanted(HOLD, ReservationState.SENT)
        reservations.answered(HOLD, Ocpp16("CP", NOW, 300, OpenTransactions()).outcome(HOLD, UNSENT).outcome, UNSENT)

    assert told(commanded, [ACCEPTED]) == [(["ReserveNow"], ["h"])]


def test_a_hold_that_may_have_been_heard_is_not_made_again(told):
    def commanded(reservations):
        reservations.wanted(HOLD, ReservationState.TO_SEND)

    assert told(commanded, [Answer(error=TIMEOUT)], []) == [(["ReserveNow"], ["h"]), ([], [])]


def test_a_hold_on_its_way_when_the_bridge_died_is_made_once_more(told):
    def commanded(reservations):
        reservations.wanted(HOLD, ReservationState.SENT)

    assert told(commanded, [UNSENT], [ACCEPTED], [], restarted=True) == [([], []), (["ReserveNow"], []), ([], [])]
    assert told(lambda _: None, [], restarted=True) == [([], [])], "it is known to be reserved now"


def test_a_hold_made_once_more_in_vain_is_not_made_again(told):
    def commanded(reservations):
        reservations.wanted(HOLD, ReservationState.SENT)

    assert told(commanded, [Answer(error=TIMEOUT)], [], restarted=True) == [(["ReserveNow"], []), ([], [])]


def test_a_hold_that_the_api_repeats_after_the_bridge_died_is_not_made_a_third_time(told):
    def commanded(reservations):
        reservations.wanted(HOLD, ReservationState.SENT)

    def repeated(reservations):
        reservations.wanted(HOLD, ReservationState.SENT)
        reservations.answered(HOLD, CommandOutcome.FAILED, Answer(error=TIMEOUT))

    assert told(commanded, [], restarted=repeated) == [([], [])]


def test_a_cancellation_the_socket_was_too_late_for_is_said_on_the_next(told):
    def commanded(reservations):
        reservations.wanted(HOLD, ReservationState.SENT)
        reservations.released(RELEASE)

    assert told(commanded, [UNSENT], [ACCEPTED], []) == [([], []), (["CancelReservation"], []), ([], [])]


def test_a_cancellation_that_may_have_been_heard_is_not_said_a_third_time(told):
    def commanded(reservations):
        reservations.wanted(HOLD, ReservationState.SENT)
        reservations.released(RELEASE)

    assert told(commanded, [Answer(error=DISCONNECTED)], []) == [(["CancelReservation"], []), ([], [])]


def test_a_hold_that_was_refused_is_not_made_by_the_bridge_that_comes_after(told):
    def commanded(reservations):
        reservations.wanted(HOLD, ReservationState.SENT)
        reservations.answered(HOLD, CommandOutcome.REJECTED, Answer(payload={"status": "Occupied"}))

    assert told(commanded, [], restarted=True, booted=True) == [([], [])]


def test_a_reservation_that_a_charge_used_up_is_not_made_by_the_bridge_that_comes_after(told):
    def commanded(reservations):
        reservations.wanted(HOLD, ReservationState.SENT)
        reservations.answered(HOLD, CommandOutcome.ACCEPTED, ACCEPTED)
        reservations.consumed("CP", 1, HOLD.reservation_id)

    assert told(commanded, [], restarted=True, booted=True) == [([], [])]
