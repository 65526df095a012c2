"""Commands that come as messages: each goes to the desk and is acknowledged when the desk has it durably.

Knows no Pub/Sub: `subscription` brings the messages.
"""

import asyncio
from collections.abc import Coroutine, Mapping
from typing import Any, Final, Protocol

import structlog

from ocpp_bridge.clock import Clock
from ocpp_bridge.commands.desk import CommandDesk
from ocpp_bridge.metrics import Metrics
from ocpp_bridge.sockets.links import Links
from ocpp_bridge.spool.disk import DiskRefused
from wire.codec import BadMessage, decode_command
from wire.commands import Command
from wire.topics import COMMAND_MOST_BYTES

log = structlog.get_logger()
DISK_RETRY_S = 2.0
SETTLE_S = 3.0
ID_MOST: Final = 255


class Message(Protocol):
    """What Pub/Sub delivers; at least once."""

    @property
    def data(self) -> bytes: ...

    @property
    def attributes(self) -> Mapping[str, str]:
        """See :func:`wire.topics.attributes_of`."""

    @property
    def message_id(self) -> str: ...

    def ack(self) -> None:
        """Never again."""

    def nack(self) -> None:
        """Again, soon."""


class CommandInbox:
    """All of it runs on the loop. A message is never given back for what it says: it would come again for ever."""

    def __init__(self, desk: CommandDesk, links: Links, clock: Clock, metrics: Metrics) -> None:
        self._desk = desk
        self._links = links
        self._clock = clock
        self._metrics = metrics
        self._tasks: set[asyncio.Task[None]] = set()
        self._idle: set[asyncio.Task[Any]] = set()
        """What only waits, and can be ended without harm."""
        self._closing = False

    def arrived(self, message: Message) -> None:
        """Take it on from here. The order of calls is kept for each charge point."""
        if self._closing:
            message.nack()
            return
        task = asyncio.get_running_loop().create_task(self._handle(message))
        self._tasks.add(task)
        task.add_done_callback(self._tasks.discard)

    async def close(self) -> None:
        """Finish what is being taken; give back what waits, and whatever comes from here on."""
        self._closing = True
        for task in self._idle.copy():
            task.cancel()
        if self._tasks:
            await asyncio.wait(self._tasks, timeout=SETTLE_S)

    async def _handle(self, message: Message) -> None:
        try:
            turned_out = await self._take(message)
        except asyncio.CancelledError:
            message.nack()
            return
        except Exception:
            log.exception("a command could not be taken", message=message.message_id)
            turned_out = "broken"
        self._metrics.bus_messages.labels(turned_out).inc()
        message.ack()

    async def _take(self, message: Message) -> str:
        try:
            command = _command_in(message.data)
        except BadMessage as error:
            return await self._refuse(message, str(error))
        await self._waiting(self._until_there(command))
        while True:
            try:
                return str(await self._desk.take(command))
            except DiskRefused:  # the spool has told the log
                await self._waiting(asyncio.sleep(DISK_RETRY_S))

    async def _until_there(self, command: Command) -> None:
        """A bridge that was away a moment ago finds commands before its charge points are back: they may still come."""
        left_s = (command.expires_at - self._clock.now()).total_seconds()
        try:
            async with asyncio.timeout(max(left_s, 0)):
                await self._links.has_returned(command.charge_point_id)
        except TimeoutError:  # the desk tells that it expired
            return

    async def _refuse(self, message: Message, why: str) -> str:
        """One of a newer API, perhaps: who asked is told, if the message says who that is."""
        command_id = message.attributes.get("command_id", "")
        charge_point_id = message.attributes.get("charge_point_id", "")
        log.error("a command cannot be read", message=message.message_id, command=command_id, error=why)
        if 0 < len(command_id) <= ID_MOST and 0 < len(charge_point_id) <= ID_MOST:
            while True:
                try:
                    await self._desk.refuse(command_id, charge_point_id, f"The bridge cannot read the command: {why}")
                    break
                except DiskRefused:
                    await self._waiting(asyncio.sleep(DISK_RETRY_S))
        return "unreadable"

    async def _waiting(self, work: Coroutine[Any, Any, None]) -> None:
        idle = asyncio.get_running_loop().create_task(work)
        self._idle.add(idle)
        try:
            await idle
        finally:
            self._idle.discard(idle)


def _command_in(data: bytes) -> Command:
    """Raises :class:`BadMessage`."""
    if len(data) > COMMAND_MOST_BYTES:
        raise BadMessage(f"it has {len(data)} bytes, more than {COMMAND_MOST_BYTES}")
    return decode_command(data)
