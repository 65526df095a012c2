"""Services: commands of admins to charge points, and what became of them."""

import time
from collections.abc import Callable
from dataclasses import replace
from datetime import timedelta
from typing import Any

import msgspec
import structlog

from model import paths
from model.charge_point import CommandRecord, CommandStatus
from model.documents import from_document, to_document
from model.errors import Invalid, NotFound
from model.ids import check_id
from model.store.port import Store, Transaction
from services.chargepoints.actions import check_payload, redacted, redacted_response
from services.chargepoints.registry import Registry
from services.idempotency import UNKEYED, Once
from services.ports import Bus, Clock, CommandFate, Randomness
from wire.commands import Ocpp
from wire.events import CommandResult

VALID_FOR = timedelta(seconds=60)
MOST_WAIT_S = 20.0
LOOK_EVERY_S = 0.25
MOST_RESPONSE_BYTES = 256 * 1024
_FATES = {
    CommandFate.SENT: CommandStatus.SENT,
    CommandFate.REPEAT: CommandStatus.SENT,
    CommandFate.NOT_CONNECTED: CommandStatus.NOT_CONNECTED,
    CommandFate.EXPIRED: CommandStatus.EXPIRED,
}
_LOG = structlog.get_logger(__name__)
_OPEN = {CommandStatus.QUEUED, CommandStatus.SENT}


class Commands:
    """Sends raw OCPP calls. ``pause`` is how a waiting request sleeps."""

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

    def send(
        self,
        charge_point_id: str,
        action: str,
        payload: dict[str, Any],
        issued_by: str,
        *,
        wait_s: float = 0,
        once: Once = UNKEYED,
    ) -> CommandRecord:
        """Check, record and send; wait up to ``wait_s`` (≤ 20) for the charge point's answer.

        A charge point without connection answers ``not_connected`` at once. ``once.render`` gets the record as it was
        queued. Raises ``NotFound``, ``Invalid`` (action, payload, wait).
        """
        if not 0 <= wait_s <= MOST_WAIT_S:
            raise Invalid("invalid_wait", f"wait must be 0 to {MOST_WAIT_S:.0f} seconds.", field="wait")
        check_payload(action, payload)
        connection = self._registry.get(charge_point_id).connection
        now = self._clock.now()
        record = CommandRecord(
            command_id=self._randomness.token(15),
            charge_point_id=charge_point_id,
            action=action,
            payload=redacted(action, payload),
            issued_by=issued_by,
            issued_at=now,
            expires_at=now + VALID_FOR,
        )
        if connection is None or not connection.connected:
            record = replace(record, status=CommandStatus.NOT_CONNECTED, ended_at=now)
        self._record(record, once)
        if connection is None or record.status is not CommandStatus.QUEUED:
            return record
        command = Ocpp(
            command_id=record.command_id,
            charge_point_id=charge_point_id,
            issued_at=now,
            expires_at=record.expires_at,
            action=action,
            payload=payload,
        )
        try:
            fate = self._bus.command(connection.bridge_id, command)
        except Exception as error:  # noqa: BLE001 -- whatever it was, the command did not go out
            _LOG.warning("command_failed", command_id=record.command_id, error=repr(error))
            record = self._advance(record, CommandStatus.FAILED, "The bridge cannot be reached.")
        else:
            record = self._advance(record, _FATES[fate])
        return self._awaited(record, wait_s)

    def get(self, charge_point_id: str, command_id: str) -> CommandRecord:
        """A command of this charge point. One never answered reads ``expired`` after its time. Raises ``NotFound``."""
        missing = NotFound("command_not_found", f"There is no command {command_id!r} of this charge point.")
        try:
            check_id(command_id, "command_id")
        except Invalid as error:
            raise missing from error
        document = self._store.get(paths.command(command_id))
        record = None if document is None else _record_of(document.data)
        if record is None or record.charge_point_id != charge_point_id:
            raise missing
        if record.status in _OPEN and record.expires_at <= self._clock.now():
            return replace(record, status=CommandStatus.EXPIRED, ended_at=record.expires_at)
        return record

    def ended(self, event: CommandResult) -> bool:
        """Keep what became of a command; False if there is no such command. The first answer stands."""
        path = paths.command(event.command_id)

        def keep(transaction: Transaction) -> bool:
            document = transaction.get(path)
            record = None if document is None else _record_of(document.data)
            if record is None or record.charge_point_id != event.charge_point_id:
                return False
            if record.status in _OPEN:
                status = CommandStatus(event.outcome.value)
                response = redacted_response(event.response)
                if response is not None and len(msgspec.json.encode(response)) > MOST_RESPONSE_BYTES:
                    response = {"too_large": True}
                ended = replace(record, status=status, response=response, error=event.error, ended_at=self._clock.now())
                transaction.put(path, _document_of(ended))
            return True

        return self._store.transact(keep)

    def _record(self, record: CommandRecord, once: Once) -> None:
        def write(transaction: Transaction) -> None:
            once.check(transaction, record.issued_at)
            transaction.create(paths.command(record.command_id), _document_of(record))
            once.remember(transaction, record, record.issued_at)

        self._store.transact(write)

    def _advance(self, record: CommandRecord, status: CommandStatus, error: str = "") -> CommandRecord:
        """From queued to what the bus said, unless the charge point's answer was quicker."""
        path = paths.command(record.command_id)

        def advance(transaction: Transaction) -> CommandRecord:
            document = transaction.get(path)
            found = record if document is None else _record_of(document.data)
            if found.status is not CommandStatus.QUEUED:
                return found
            ended_at = None if status is CommandStatus.SENT else self._clock.now()
            advanced = replace(found, status=status, error=error, ended_at=ended_at)
            transaction.put(path, _document_of(advanced))
            return advanced

        return self._store.transact(advance)

    def _awaited(self, record: CommandRecord, wait_s: float) -> CommandRecord:
        looks = int(wait_s / LOOK_EVERY_S)
        for _ in range(looks):
            if record.status not in _OPEN:
                break
            self._pause(LOOK_EVERY_S)
            record = self.get(record.charge_point_id, record.command_id)
        return record


def _document_of(record: CommandRecord) -> dict[str, Any]:
    """Payload and response are JSON text: they may hold lists within lists, which no document can."""
    document = to_document(record)
    for name in ("payload", "response"):
        document[name] = msgspec.json.encode(document[name])
    return document


def _record_of(data: dict[str, Any]) -> CommandRecord:
    plain = {**data, **{name: msgspec.json.decode(data[name]) for name in ("payload", "response")}}
    return from_document(CommandRecord, plain)
