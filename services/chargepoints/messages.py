"""Services: the last frames of a charge point, as its bridge kept them: asked for when somebody wants to see them."""

import time
from collections.abc import Callable
from datetime import datetime, timedelta
from typing import Any, Final

import msgspec
import structlog

from model import paths
from model.charge_point import CommandRecord, CommandStatus
from model.documents import to_document
from model.errors import Unavailable
from model.store.port import Store
from services.chargepoints.looking import pauses
from services.chargepoints.registry import Registry
from services.idempotency import UNKEYED, Once
from services.ports import Bus, Clock, CommandFate, Randomness
from wire.commands import Frames, FramesShown

VALID_FOR: Final = timedelta(seconds=20)
WAIT_S: Final = 10.0
MOST: Final = 500
MOST_RECORD_S: Final = 24 * 3600
_LOG = structlog.get_logger(__name__)
NOTHING: Final = FramesShown(frames=(), cursor="")


class Messages:
    """Nothing is stored but the command on its way. ``pause`` is how a waiting request sleeps."""

    def __init__(
        self,
        store: Store,
        clock: Clock,
        randomness: Randomness,
        bus: Bus,
        registry: Registry,
        pause: Callable[[float], None] = time.sleep,
    ) -> None:
        self._store = store
        self._clock = clock
        self._randomness = randomness
        self._bus = bus
        self._registry = registry
        self._pause = pause

    def read(self, charge_point_id: str, issued_by: str, after: str = "", most: int = 100) -> FramesShown:
        """Frames newer than the cursor ``after``, oldest first; nothing of a charge point that never connected.

        Raises ``NotFound``, ``Unavailable`` (the bridge cannot be reached, or does not answer in time).
        """
        return self._asked(charge_point_id, issued_by, after=after, most=most)

    def record(self, charge_point_id: str, issued_by: str, for_s: float, *, once: Once = UNKEYED) -> FramesShown:
        """Have more of them kept for so long, at most a day; 0 ends it. Raises as :meth:`read`.

        Asked twice at the same moment it is done twice, which makes no difference.
        """
        now = self._clock.now()
        once.check(self._store, now)
        until = now + timedelta(seconds=min(for_s, MOST_RECORD_S))
        shown = self._asked(charge_point_id, issued_by, most=0, record_until=until)
        self._store.transact(lambda transaction: once.remember(transaction, shown, now))
        return shown

    def _asked(
        self,
        charge_point_id: str,
        issued_by: str,
        *,
        after: str = "",
        most: int,
        record_until: datetime | None = None,
    ) -> FramesShown:
        connection = self._registry.get(charge_point_id).connection
        if connection is None:
            return NOTHING
        now = self._clock.now()
        command = Frames(
            command_id=self._randomness.token(15),
            charge_point_id=charge_point_id,
            issued_at=now,
            expires_at=now + VALID_FOR,
            after=after,
            most=most,
            record_until=record_until,
        )
        record = CommandRecord(
            command_id=command.command_id,
            charge_point_id=charge_point_id,
            action="Frames",
            payload={},
            issued_by=issued_by,
            issued_at=now,
            expires_at=command.expires_at,
            status=CommandStatus.SENT,
        )
        path = paths.command(command.command_id)
        self._store.create(path, _document_of(record))
        try:
            self._send(connection.bridge_id, command)
            return self._answer(path)
        finally:
            self._store.delete(path)  # Whoever asks again asks the bridge again.

    def _send(self, bridge_id: str, command: Frames) -> None:
        try:
            fate = self._bus.command(bridge_id, command)
        except Exception as error:
            _LOG.warning("command_failed", command_id=command.command_id, error=repr(error))
            raise Unavailable("bridge_unreachable", "The bridge of this charge point cannot be reached.") from error
        if fate is not CommandFate.SENT:
            raise Unavailable("bridge_silent", "The bridge that has this charge point does not answer now.")

    def _answer(self, path: str) -> FramesShown:
        for pause_s in pauses(WAIT_S):
            self._pause(pause_s)
            document = self._store.get(path)
            if document is not None and document.data["status"] not in {CommandStatus.SENT, CommandStatus.QUEUED}:
                if document.data["status"] != CommandStatus.ACCEPTED:
                    break
                return msgspec.json.decode(document.data["response"], type=FramesShown)
        raise Unavailable("bridge_silent", "The bridge that has this charge point does not answer now.")


def _document_of(record: CommandRecord) -> dict[str, Any]:
    """As `commands` keeps them: payload and response are JSON text."""
    document = to_document(record)
    for name in ("payload", "response"):
        document[name] = msgspec.json.encode(document[name])
    return document
