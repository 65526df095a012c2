"""Which charge points are connected. The newest socket wins; the API hears of losses that last, not of flaps."""

import asyncio
from collections.abc import Callable, Iterable, Iterator
from datetime import timedelta

import structlog

from ocpp_bridge.back_end.local_copy import LocalCopy
from ocpp_bridge.clock import Clock
from ocpp_bridge.metrics import Metrics
from ocpp_bridge.peer import Peer
from ocpp_bridge.spool.charge_point_rows import ConnectionRow, put_connection
from ocpp_bridge.spool.event_log import EventLog
from wire.events import Connection

log = structlog.get_logger()
REPLACED, REMOVED = 4001, 4003
FLAP_S = 90


class Links:
    """``told`` is what the API knows of each charge point's connection."""

    def __init__(
        self,
        told: list[ConnectionRow],
        events: EventLog,
        copy: LocalCopy,
        clock: Clock,
        metrics: Metrics,
        bridge_id: str,
    ) -> None:
        self._links: dict[str, Peer] = {}
        self._epochs = {row.charge_point_id: row.epoch for row in told}
        self._told_connected = {row.charge_point_id for row in told if row.connected}
        self._inherited = set(self._told_connected)
        self._returns: dict[str, asyncio.Event] = {}
        self._flaps: dict[str, asyncio.TimerHandle] = {}
        self._events = events
        self._copy = copy
        self._clock = clock
        self._metrics = metrics
        self._bridge_id = bridge_id
        self._closing: set[asyncio.Task[None]] = set()

    def __iter__(self) -> Iterator[Peer]:
        return iter(list(self._links.values()))

    def get(self, charge_point_id: str) -> Peer | None:
        return self._links.get(charge_point_id)

    def begin(self) -> None:
        """After a restart: who was connected has the same time to return as after a flap."""
        for charge_point_id in self._inherited:
            self._expect_return(charge_point_id)

    async def has_returned(self, charge_point_id: str) -> None:
        """At once, unless a former process left the charge point connected: once it is here again, or given up."""
        if charge_point_id in self._inherited:
            await self._returns.setdefault(charge_point_id, asyncio.Event()).wait()

    def next_epoch(self, charge_point_id: str) -> int:
        """Grows with every socket, also over restarts that forgot the last few: it follows the clock."""
        epoch = max(self._epochs.get(charge_point_id, 0) + 1, int(self._clock.now().timestamp() * 1000))
        self._epochs[charge_point_id] = epoch
        return epoch

    def add(self, link: Peer) -> None:
        """A charge point is here. An older socket of it is closed, and does not count any more."""
        charge_point_id = link.charge_point_id
        flap = self._flaps.pop(charge_point_id, None)
        if flap is not None:
            flap.cancel()
        older = self._links.get(charge_point_id)
        self._links[charge_point_id] = link
        self._metrics.connected.set(len(self._links))
        if older is not None:
            log.info("a newer socket wins", charge_point=charge_point_id)
            older.end()
            self._end(older, REPLACED, "a newer connection")
        if charge_point_id not in self._told_connected or charge_point_id in self._inherited:
            self._no_longer_expected(charge_point_id)
            self._tell(charge_point_id, link.epoch, connected=True)

    def remove(self, link: Peer) -> None:
        """A socket ended. Only the newest one's end means that the charge point is gone."""
        if self._links.get(link.charge_point_id) is not link:
            return
        del self._links[link.charge_point_id]
        self._metrics.connected.set(len(self._links))
        self._expect_return(link.charge_point_id)

    def known_anew(self, changed: Iterable[str], gone: Iterable[str]) -> None:
        """The API changed charge points, or removed them.

        What it knew of their connections may be gone with that: it is told again. A removed one has to leave.
        """
        for charge_point_id in changed:
            link = self._links.get(charge_point_id)
            if link is not None:
                self._tell(charge_point_id, link.epoch, connected=True)
        for charge_point_id in gone:
            self._told_connected.discard(charge_point_id)
            link = self._links.get(charge_point_id)
            if link is not None:
                log.info("no longer known", charge_point=charge_point_id)
                self._end(link, REMOVED, "not known any more")

    def close(self) -> None:
        """No more timers. Nobody is told of a loss: after a restart everybody has time to return."""
        for flap in self._flaps.values():
            flap.cancel()

    def _end(self, link: Peer, code: int, why: str) -> None:
        task = asyncio.get_running_loop().create_task(link.close(code, why))
        self._closing.add(task)
        task.add_done_callback(self._closing.discard)

    def _expect_return(self, charge_point_id: str) -> None:
        point = self._copy.charge_points.get(charge_point_id)
        wait_s = point.offline_flap_s if point else FLAP_S
        self._flaps[charge_point_id] = asyncio.get_running_loop().call_later(wait_s, self._lost, charge_point_id)

    def _no_longer_expected(self, charge_point_id: str) -> None:
        self._inherited.discard(charge_point_id)
        returned = self._returns.pop(charge_point_id, None)
        if returned is not None:
            returned.set()

    def _lost(self, charge_point_id: str) -> None:
        self._flaps.pop(charge_point_id, None)
        self._no_longer_expected(charge_point_id)
        if charge_point_id not in self._links and charge_point_id in self._told_connected:
            log.warning("charge point lost", charge_point=charge_point_id)
            self._tell(charge_point_id, self._epochs.get(charge_point_id, 0), connected=False)

    def _tell(self, charge_point_id: str, epoch: int, *, connected: bool) -> None:
        (self._told_connected.add if connected else self._told_connected.discard)(charge_point_id)
        now = self._clock.now()
        event = Connection(
            charge_point_id=charge_point_id,
            seq=0,
            occurred_at=now,
            received_at=now,
            connected=connected,
            bridge_id=self._bridge_id,
            epoch=epoch,
        )
        row = ConnectionRow(charge_point_id, epoch, connected)
        self._events.append([event], also=lambda connection, _: put_connection(connection, row))


class IdleWatch:
    """Ends sockets that have been silent for very long: a half-open one has no other end."""

    def __init__(self, links: Links, clock: Clock, silent: timedelta, every_s: float = 60.0) -> None:
        self._links = links
        self._clock = clock
        self._silent_s = silent.total_seconds()
        self._every_s = every_s

    async def run(self, end: Callable[[Peer], None]) -> None:
        while True:
            await asyncio.sleep(self._every_s)
            before = self._clock.monotonic() - self._silent_s
            for link in self._links:
                if link.last_frame_at < before:
                    log.info("a silent socket is ended", charge_point=link.charge_point_id)
                    end(link)
