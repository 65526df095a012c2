"""Makes durable what a unit's core says, with what must be remembered of it, in one commit."""

from collections.abc import Sequence
from dataclasses import replace

from ocpp_bridge.sockets.link import LinkPorts
from ocpp_bridge.spool import charge_point_rows, unit_rows
from ocpp_bridge.spool.disk import Disk, DiskRefused, OpenSpool
from ocpp_bridge.units.connector import Connector, Told
from ocpp_bridge.units.remembered import Remembered
from ocpp_bridge.watching.open_transactions import OpenTransactions
from wire.events import Event, TransactionStarted


class Recorder:
    """One unit's. What the disk refuses waits in memory, in order, and is written when it is well again."""

    def __init__(
        self,
        charge_point_id: str,
        memory: Remembered,
        transactions: OpenTransactions,
        disk: Disk,
        ports: LinkPorts,
    ) -> None:
        self.memory = memory
        self._charge_point_id = charge_point_id
        self._transactions = transactions
        self._disk = disk
        self._ports = ports

    async def record(self, events: tuple[Event, ...]) -> int:
        """The last event's seq, 0 while the disk refuses."""
        return await self._append(events, Told())

    async def tell(self, connector: Connector, told: Told) -> tuple[TransactionStarted, int] | None:
        """The transaction that began, if one did, and its place in the stream."""
        self.memory.keep(connector.number, connector.kept)
        self._transactions.seen(connector.number, vacant=not connector.kept.plugged)
        for transaction_id in told.closed:
            self._transactions.close(transaction_id)
        if told.opened is not None:
            told.closed.extend(self._transactions.open(told.opened))
        if not told.events:
            self._remember_lazily()
            return None
        seq = await self._append(self._ports.draws.watched(tuple(told.events)), told)
        started = next((event for event in told.events if isinstance(event, TransactionStarted)), None)
        if started is None or told.opened is None:
            return None
        self._transactions.note(told.opened.transaction_id, seq)
        self._ports.started(started)
        return started, seq

    async def flush(self) -> None:
        """What was decided is to be known after a restart, though nothing is told."""
        texts = self.memory.changes()
        if texts:
            try:
                await self._disk.write(lambda connection: unit_rows.put(connection, self._charge_point_id, texts))
            except DiskRefused:  # The spool has told the log; the next change is written whole.
                return

    def _remember_lazily(self) -> None:
        """A register alone: lost, it is read again from the unit."""
        texts = self.memory.changes()
        if texts:
            self._disk.write_lazily(lambda connection: unit_rows.put(connection, self._charge_point_id, texts))

    async def _append(self, events: tuple[Event, ...], told: Told) -> int:
        texts, opened, closed = self.memory.changes(), told.opened, tuple(told.closed)
        place = next((at for at, event in enumerate(events) if isinstance(event, TransactionStarted)), -1)

        def remember(connection: OpenSpool, seqs: Sequence[int]) -> None:
            if opened is not None:
                row = replace(opened, seq=seqs[place])
                charge_point_rows.put_transaction(connection, self._charge_point_id, row)
            charge_point_rows.drop_transactions(connection, self._charge_point_id, closed)
            unit_rows.put(connection, self._charge_point_id, texts)

        try:
            seqs = await self._ports.events.append(events, also=remember)
        except DiskRefused:
            return 0
        return seqs[place]
