"""Services: commands of admins to charge points, and what became of them."""

import time
from collections.abc import Callable, Sequence
from dataclasses import replace
from datetime import datetime, timedelta
from typing import Any

import msgspec
import structlog

from model import paths
from model.charge_point import ChargePoint, CommandRecord, CommandStatus
from model.charge_point_records import Configuration
from model.documents import from_document, to_document
from model.errors import Conflict, Invalid, KilowaitError, NotFound
from model.ids import check_id
from model.store.errors import StoreBusy, StoreUnavailable
from model.store.port import Store, Transaction
from services.chargepoints.actions import check_payload
from services.chargepoints.capabilities import expect_key, keep_capability
from services.chargepoints.command_effects import keep_effect
from services.chargepoints.looking import pauses
from services.chargepoints.payload_rules import Situation
from services.chargepoints.records import Records
from services.chargepoints.registry import Registry, password_digests
from services.chargepoints.secrets import AUTHORIZATION_KEY, redacted, redacted_response
from services.idempotency import UNKEYED, Once
from services.ports import Bus, Clock, CommandFate, Randomness
from wire.commands import Command, Ocpp
from wire.events import CommandResult

VALID_FOR = timedelta(seconds=60)
MOST_WAIT_S = 20.0
MOST_RESPONSE_BYTES = 256 * 1024
_FATES = {
    CommandFate.SENT: CommandStatus.SENT,
    CommandFate.REPEAT: CommandStatus.SENT,
    CommandFate.NOT_CONNECTED: CommandStatus.NOT_CONNECTED,
    CommandFate.EXPIRED: CommandStatus.EXPIRED,
}
_LOG = structlog.get_logger(__name__)
_OPEN = {CommandStatus.QUEUED, CommandStatus.SENT}
_OF_OCPP_ALONE = {"RemoteStartTransaction", "RemoteStopTransaction"}
"""Units have words of their own for these."""


class Commands:
    """Sends commands, raw OCPP calls among them. ``pause`` is how a waiting request sleeps."""

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
        self._records = Records(store, clock)

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
        queued. Raises ``NotFound``, ``Invalid`` (action, payload, wait), ``Conflict`` ``not_supported`` for remote
        starts and stops of a unit that speaks no OCPP.
        """
        _check_wait(wait_s)
        charge_point, now = self._registry.get(charge_point_id), self._clock.now()
        check_payload(action, payload, self._situation(charge_point))
        if charge_point.commands is not None and action in _OF_OCPP_ALONE:
            able = ", ".join(charge_point.commands) or "nothing"
            raise Conflict("not_supported", f"{charge_point_id} speaks no OCPP. It can be asked for: {able}.")
        record = CommandRecord(
            command_id=self._randomness.token(15),
            charge_point_id=charge_point_id,
            action=action,
            payload=redacted(action, payload),
            issued_by=issued_by,
            issued_at=now,
            expires_at=now + VALID_FOR,
            password_sha256=_new_key(action, payload),
        )
        command = Ocpp(
            command_id=record.command_id,
            charge_point_id=charge_point_id,
            issued_at=now,
            expires_at=record.expires_at,
            action=action,
            payload=payload,
        )
        return self.dispatch(charge_point, record, command, wait_s=wait_s, once=once)

    def dispatch(
        self,
        charge_point: ChargePoint,
        record: CommandRecord,
        command: Command,
        *,
        wait_s: float = 0,
        once: Once = UNKEYED,
        also: Callable[[Transaction], None] = lambda _transaction: None,
    ) -> CommandRecord:
        """Record a command that was checked, send it, and wait as :meth:`send`. ``also`` reads and writes with it."""
        _check_wait(wait_s)
        connection = charge_point.connection
        if connection is None or not connection.connected:
            status, error = CommandStatus.NOT_CONNECTED, "not_connected"
            record = replace(record, status=status, error=error, ended_at=record.issued_at)
        self._record(record, once, also)
        if connection is None or record.status is not CommandStatus.QUEUED:
            return record
        expect_key(self._store, self._clock, self._registry, record)
        try:
            fate = self._bus.command(connection.bridge_id, command)
        except Exception as error:  # noqa: BLE001 -- whatever it was, the command did not go out
            _LOG.warning("command_failed", command_id=record.command_id, error=repr(error))
            record = self._advance(record, CommandStatus.FAILED, "bridge_unreachable")
        else:
            status = _FATES[fate]
            record = self._advance(record, status, "" if status in _OPEN else status.value)
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
            return _expired(record)
        return record

    def found(self, command_ids: Sequence[str]) -> dict[str, CommandRecord]:
        """Those of the commands that are there, by id; as :meth:`get` (1 read each, at once)."""
        documents = self._store.get_many(paths.command(each) for each in command_ids)
        records = [_record_of(document.data) for document in documents if document is not None]
        now = self._clock.now()
        return {
            each.command_id: _expired(each) if each.status in _OPEN and each.expires_at <= now else each
            for each in records
        }

    def ended(self, event: CommandResult) -> bool:
        """Keep what became of a command; False if there is no such command. The first word on it stands.

        What an answer says of the charge point is kept before, and also of an answer that came too late for its
        command, which then reads ``expired`` for ever.
        """
        path = paths.command(event.command_id)
        found = self._store.get(path)
        command = None if found is None else _record_of(found.data)
        if command is None or command.charge_point_id != event.charge_point_id:
            return False
        if command.answered_at is not None:
            return True
        self._keep(command, event)

        def keep(transaction: Transaction) -> bool:
            document = transaction.get(path)
            record = None if document is None else _record_of(document.data)
            if record is not None and record.answered_at is None:
                transaction.put(path, _document_of(_answered(record, event, self._clock.now())))
            return record is not None

        return self._store.transact(keep)

    def _keep(self, command: CommandRecord, event: CommandResult) -> None:
        """What an answer says of the charge point. One that says what cannot be kept is an answer all the same."""
        try:
            keep_effect(self._records, command, event)
            keep_capability(self._store, self._clock, self._registry, command, event)
        except Exception as error:
            if isinstance(error, StoreBusy | StoreUnavailable) or (isinstance(error, KilowaitError) and error.retry):
                raise
            _LOG.exception("command_effect_failed", command_id=command.command_id, action=command.action)

    def _situation(self, charge_point: ChargePoint) -> Situation:
        known = self._records.get(charge_point.charge_point_id, "configuration", Configuration)
        return Situation(
            now=self._clock.now(),
            connectors=frozenset(int(number) for number in charge_point.connectors),
            settings={each.key.casefold(): each.value or "" for each in known.keys},
        )

    def _record(self, record: CommandRecord, once: Once, also: Callable[[Transaction], None]) -> None:
        def write(transaction: Transaction) -> None:
            once.check(transaction, record.issued_at)
            also(transaction)
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
        for pause_s in pauses(wait_s):
            if record.status not in _OPEN:
                break
            self._pause(pause_s)
            record = self.get(record.charge_point_id, record.command_id)
        return record


def _check_wait(wait_s: float) -> None:
    if not 0 <= wait_s <= MOST_WAIT_S:
        raise Invalid("invalid_wait", f"wait must be 0 to {MOST_WAIT_S:.0f} seconds.", field="wait")


def _answered(record: CommandRecord, event: CommandResult, now: datetime) -> CommandRecord:
    """The record with the bridge's word on it; what it read before stays, an answer beside it."""
    response = redacted_response(event.response)
    if response is not None and len(msgspec.json.encode(response)) > MOST_RESPONSE_BYTES:
        response = {"too_large": True}
    answer = event.answer if response is not None else ""
    record = replace(record, answer=answer, response=response, answered_at=now)
    if record.status not in _OPEN:
        return record
    if record.expires_at <= now:
        return _expired(record)
    status = CommandStatus(event.outcome.value)
    error = "" if status is CommandStatus.ACCEPTED else event.answer or status.value
    return replace(record, status=status, error=error, detail=event.error, ended_at=now)


def _expired(record: CommandRecord) -> CommandRecord:
    return replace(record, status=CommandStatus.EXPIRED, error="expired", ended_at=record.expires_at)


def _new_key(action: str, payload: dict[str, Any]) -> tuple[str, ...]:
    """The digests of the key a command sets. Raises ``Invalid`` for one nobody could log in with."""
    if action != "ChangeConfiguration" or payload["key"].casefold() != AUTHORIZATION_KEY:
        return ()
    return password_digests(payload["value"])


def _document_of(record: CommandRecord) -> dict[str, Any]:
    """Payload and response are JSON text: they may hold lists within lists, which no document can."""
    document = to_document(record)
    for name in ("payload", "response"):
        document[name] = msgspec.json.encode(document[name])
    return document


def _record_of(data: dict[str, Any]) -> CommandRecord:
    plain = {**data, **{name: msgspec.json.decode(data[name]) for name in ("payload", "response")}}
    return from_document(CommandRecord, plain)
