"""Transactions from the charge point's side: begin, sample, end, and the answers to each."""

import uuid
from datetime import timedelta
from typing import Any

from simulator.chargepoint import energy
from simulator.chargepoint.authorization import read_verdict, remember
from simulator.chargepoint.lane import MalformedAnswer
from simulator.chargepoint.memory import Unsent
from simulator.chargepoint.meter import meter_value
from simulator.chargepoint.state import EndedTransaction, PendingStart, Transaction
from simulator.chargepoint.unit import Unit, now, timestamp

# Sent where the id of a transaction will never be known, because its StartTransaction was given up.
UNKNOWN_TRANSACTION = -1


def begin_or_await_plug(unit: Unit, number: int, id_tag: str, parent_id_tag: str | None) -> bool:
    """The tag may charge here: begin if a car is plugged in (True), else keep the start for ConnectionTimeOut
    seconds.
    """
    connector = unit.connector(number)
    if connector.car is not None:
        begin(unit, number, id_tag, parent_id_tag)
        return True
    patience = timedelta(seconds=unit.configuration.count("ConnectionTimeOut"))
    connector.pending = PendingStart(id_tag=id_tag, parent_id_tag=parent_id_tag, expires_at=now() + patience)
    unit.commit()
    return False


def begin(unit: Unit, number: int, id_tag: str, parent_id_tag: str | None) -> None:
    """A transaction starts here and now; a reservation of this tag or group is used up by it."""
    energy.advance(unit, number)
    connector = unit.connector(number)
    transaction = Transaction(
        key=uuid.uuid4().hex,
        id_tag=id_tag,
        parent_id_tag=parent_id_tag,
        started_at=now(),
        meter_start_wh=connector.energy_wh,
    )
    payload: dict[str, Any] = {
        "connectorId": number,
        "idTag": id_tag,
        "meterStart": transaction.meter_start_wh,
        "timestamp": timestamp(transaction.started_at),
    }
    if connector.reservation is not None and connector.reservation.matches(id_tag, parent_id_tag):
        transaction.reservation_id = payload["reservationId"] = connector.reservation.reservation_id
        connector.reservation = None
    connector.transaction = transaction
    connector.pending = None
    connector.finishing = False
    connector.last_start_status = None
    unit.queue("StartTransaction", payload, transaction.key)
    unit.commit()


def sample(unit: Unit, number: int, context: str = "Sample.Periodic") -> None:
    """MeterValues of the running transaction."""
    transaction = unit.connector(number).transaction
    if transaction is not None:
        energy.advance(unit, number)
        payload = {"connectorId": number, "meterValue": [meter_value(unit, number, context)]}
        unit.queue("MeterValues", payload, transaction.key)
        unit.commit()


def end(unit: Unit, number: int, reason: str, id_tag: str | None = None) -> None:
    """The running transaction ends. ``reason`` is OCPP's; ``id_tag`` names who stopped it, where somebody
    did.
    """
    connector = unit.connector(number)
    transaction = connector.transaction
    if transaction is None:
        return
    energy.advance(unit, number)
    ended_at = now()
    payload: dict[str, Any] = {
        "meterStop": connector.energy_wh,
        "timestamp": timestamp(ended_at),
        "reason": reason,
    }
    if id_tag is not None:
        payload["idTag"] = id_tag
    unit.queue("StopTransaction", payload, transaction.key)
    connector.last_transaction = EndedTransaction(
        key=transaction.key,
        id_tag=transaction.id_tag,
        started_at=transaction.started_at,
        meter_start_wh=transaction.meter_start_wh,
        transaction_id=transaction.transaction_id,
        ended_at=ended_at,
        meter_stop_wh=connector.energy_wh,
        reason=reason,
    )
    connector.transaction = None
    connector.finishing = connector.car is not None
    if connector.inoperative_after_transaction:
        connector.inoperative_after_transaction = False
        connector.operative = False
    unit.commit()


def prepare(unit: Unit, message: Unsent) -> dict[str, Any]:
    """The payload as it goes out, with the transaction's id: known by now, as messages keep their order."""
    if message.action == "StartTransaction":
        return message.payload
    return {
        **message.payload,
        "transactionId": unit.state.transaction_ids.get(message.key, UNKNOWN_TRANSACTION),
    }


def answered(unit: Unit, message: Unsent, answer: dict[str, Any] | None) -> None:
    """The central system took a message (``answer`` None: it was given up). Raises ``MalformedAnswer``."""
    if message.action == "StartTransaction" and answer is not None:
        _started(unit, message, answer)
    if message.action == "StopTransaction":
        unit.state.transaction_ids.pop(message.key, None)
    unit.commit(answered=(message.seq,))


def _started(unit: Unit, message: Unsent, answer: dict[str, Any]) -> None:
    transaction_id, verdict = answer.get("transactionId"), read_verdict(answer)
    if not isinstance(transaction_id, int) or verdict is None:
        raise MalformedAnswer("StartTransaction.conf without transactionId or idTagInfo")
    number = int(message.payload["connectorId"])
    remember(unit, message.payload["idTag"], verdict)
    unit.state.transaction_ids[message.key] = transaction_id
    connector = unit.state.connectors.get(number)
    if connector is None:
        return
    if connector.last_transaction is not None and connector.last_transaction.key == message.key:
        connector.last_transaction.transaction_id = transaction_id
    transaction = connector.transaction
    if transaction is None or transaction.key != message.key:
        return
    connector.last_start_status = verdict.status
    transaction.transaction_id = transaction_id
    transaction.parent_id_tag = verdict.parent_id_tag or transaction.parent_id_tag
    if not verdict.accepted:
        if unit.configuration.flag("StopTransactionOnInvalidId"):
            end(unit, number, "DeAuthorized")
        else:
            energy.advance(unit, number)
            transaction.refused = True
