"""A charge point for the length of one call: fetched from a shared memory, connected, put back."""

import asyncio
import contextlib
import random
import uuid
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from datetime import UTC, datetime

import msgspec

from simulator.charge_point import ChargePoint
from simulator.fleet import Fleet
from simulator.memory.held import Held
from simulator.memory.port import Memory
from simulator.unit.keeping import recall

NAME = "visit"
# A process that dies keeps its charge point from others for no longer.
LEASE_S = 60.0
# How long to wait for another call at the same charge point.
TURN_S = 60.0
LONGEST_PAUSE_S = 0.5
# How long to wait for the central system before the call does what it was asked for, connected or not.
CONNECT_S = 10.0
LOOK_S = 0.05


class NotYourTurn(Exception):
    """Other calls were at this charge point all the time."""


class _Left(msgspec.Struct):
    """How the last call left it: a charge point that only lost its connection need not boot again."""

    accepted: bool
    at: datetime


@asynccontextmanager
async def looking_at(memory: Memory, charge_point_id: str, central: str | None) -> AsyncIterator[Fleet]:
    """As :func:`visiting`, without a turn: nothing is done to it and nothing saved. Raises ``StateError``."""
    held = await asyncio.to_thread(Held, memory, charge_point_id)
    fleet = Fleet(held, central, resident=False)
    for remembered in recall(held):
        fleet.bring_back(remembered)
    yield fleet
    await fleet.stop()


@asynccontextmanager
async def visiting(memory: Memory, charge_point_id: str, central: str | None, *, connect: bool) -> AsyncIterator[Fleet]:
    """A fleet of this one charge point, alone among all processes that share ``memory``; with ``connect`` it is
    powered, and connected and booted unless somebody disconnected it. At the end it hangs up and is saved.

    Raises :class:`NotYourTurn`, ``StateError``.
    """
    holder = uuid.uuid4().hex
    await _turn(memory, charge_point_id, holder)
    renewing = asyncio.get_running_loop().create_task(_renew(memory, charge_point_id, holder))
    try:
        held = await asyncio.to_thread(Held, memory, charge_point_id)
        fleet = Fleet(held, central, resident=False)
        for remembered in recall(held):
            charge_point = fleet.bring_back(remembered)
            _as_it_was_left(held, charge_point)
            if connect:
                await charge_point.start()
                await _connected(charge_point)
        try:
            yield fleet
        finally:
            charge_points = fleet.all()
            left = _Left(any(one.speaker.boot_status == "Accepted" for one in charge_points), datetime.now(UTC))
            await fleet.stop()
            if charge_points and connect:
                held.take_note(charge_point_id, NAME, msgspec.json.encode(left))
            await asyncio.to_thread(held.flush)
    finally:
        renewing.cancel()
        await asyncio.gather(renewing, return_exceptions=True)
        await asyncio.to_thread(memory.give_back, charge_point_id, holder)


async def _turn(memory: Memory, charge_point_id: str, holder: str) -> None:
    deadline_s = asyncio.get_running_loop().time() + TURN_S
    pause_s = 0.02
    while not await asyncio.to_thread(memory.lease, charge_point_id, holder, LEASE_S):
        if asyncio.get_running_loop().time() > deadline_s:
            raise NotYourTurn(f"other calls were at charge point {charge_point_id} for {TURN_S:g} s")
        await asyncio.sleep(pause_s * random.uniform(0.5, 1.0))
        pause_s = min(pause_s * 2, LONGEST_PAUSE_S)


async def _renew(memory: Memory, charge_point_id: str, holder: str) -> None:
    while True:
        await asyncio.sleep(LEASE_S / 3)
        await asyncio.to_thread(memory.lease, charge_point_id, holder, LEASE_S)


def _as_it_was_left(memory: Memory, charge_point: ChargePoint) -> None:
    """A car went on charging meanwhile."""
    content = memory.note(charge_point.id, NAME)
    if content is None:
        return
    left = msgspec.json.decode(content, type=_Left)
    if left.accepted:
        charge_point.speaker.boot_status = "Accepted"
    since_s = asyncio.get_running_loop().time() - max(0.0, (datetime.now(UTC) - left.at).total_seconds())
    for number, _ in charge_point.unit.connectors():
        charge_point.unit.metered_until[number] = since_s


async def _connected(charge_point: ChargePoint) -> None:
    """Returns when it is booted, or cannot be: the call then finds it as a charge point without a network is."""
    with contextlib.suppress(TimeoutError):
        async with asyncio.timeout(CONNECT_S):
            while charge_point.unit.state.online and charge_point.connection.last_error is None:
                if await charge_point.booted(LOOK_S):
                    return
