"""Transactions as OCPP 1.6 tells them: begin, sample, end, and the answers to each."""

from datetime import timedelta
from typing import Any

from simulator.cars import MWH_PER_WH
from simulator.link.errors import MalformedAnswer
from simulator.link.lane import Unsent
from simulator.ocpp16 import meter_values, reservation, smart_charging
from simulator.ocpp16.authorization import read_verdict, remember
from simulator.ocpp16.point import Point
from simulator.unit import energy
from simulator.unit import transactions as charges
from simulator.unit.state import PendingStart, Transaction
from simulator.unit.unit import timestamp

# Sent where the id of a transaction will never be known, because its StartTransaction was given up.
UNKNOWN_TRANSACTION = -1
# Values kept for one StopTransaction.
MOST_DATA = 100


def begin_or_await_plug(point: Point, number: int, id_tag: str, parent_id_tag: str | None) -> bool:
    """The tag may charge here: begin if a car is plugged in (True), else keep the start for ConnectionTimeOut
    seconds.
    """
    connector = point.unit.connector(number)
    if connector.car is not None:
        begin(point, number, id_tag, parent_id_tag)
        return True
    patience = timedelta(seconds=point.configuration.count("ConnectionTimeOut"))
    connector.pending = PendingStart(id_tag=id_tag, parent_id_tag=parent_id_tag, expires_at=point.unit.now() + patience)
    point.unit.commit()
    return False


def begin(point: Point, number: int, id_tag: str, parent_id_tag: str | None) -> int:
    """A transaction starts here and now. Returns the ``seq`` of its StartTransaction."""
    unit = point.unit
    transaction = charges.begin(unit, number, id_tag=id_tag, parent_id_tag=parent_id_tag)
    reservation.use_anywhere(point, number)
    smart_charging.transaction_began(point, number)
    payload: dict[str, Any] = {
        "connectorId": number,
        "idTag": id_tag,
        "meterStart": transaction.meter_start_wh,
        "timestamp": timestamp(transaction.started_at),
    }
    if transaction.reservation_id is not None:
        payload["reservationId"] = transaction.reservation_id
    seq = unit.queue("StartTransaction", payload, transaction.key)
    _keep_data(point, number, "Transaction.Begin", "StopTxnSampledData")
    unit.commit()
    return seq


def sample(point: Point, number: int, context: str = "Sample.Periodic") -> int | None:
    """MeterValues of the running transaction, by the clock or as asked for. Returns their ``seq``, None without
    a transaction.
    """
    unit = point.unit
    transaction = unit.connector(number).transaction
    if transaction is None:
        return None
    energy.advance(unit, number)
    aligned = context == "Sample.Clock"
    payload = meter_values.request(
        point, number, context, "MeterValuesAlignedData" if aligned else "MeterValuesSampledData"
    )
    seq = unit.queue("MeterValues", payload, transaction.key) if payload is not None else None
    if context != "Trigger":
        _keep_data(point, number, context, "StopTxnAlignedData" if aligned else "StopTxnSampledData")
    unit.commit()
    return seq


def end(point: Point, number: int, reason: str, id_tag: str | None = None) -> int | None:
    """The running transaction ends. ``reason`` is OCPP's; ``id_tag`` names who stopped it, where somebody
    did. Returns the ``seq`` of its StopTransaction, None without one.
    """
    _keep_data(point, number, "Transaction.End", "StopTxnSampledData")
    ended = charges.end(point.unit, number, reason)
    if ended is None:
        return None
    smart_charging.transaction_ended(point, ended.key)
    point.state.allowance_mwh.pop(number, None)
    payload: dict[str, Any] = {
        "meterStop": ended.meter_stop_wh,
        "timestamp": timestamp(ended.ended_at),
        "reason": reason,
    }
    if id_tag is not None:
        payload["idTag"] = id_tag
    data = point.state.transaction_data.pop(ended.key, None)
    if data:
        payload["transactionData"] = data
    seq = point.unit.queue("StopTransaction", payload, ended.key)
    point.unit.commit()
    return seq


def prepare(point: Point, message: Unsent) -> dict[str, Any]:
    """The payload as it goes out, with the transaction's id: known by now, as messages keep their order."""
    if message.action not in {"MeterValues", "StopTransaction"}:
        return message.payload
    return {
        **message.payload,
        "transactionId": point.state.transaction_ids.get(message.key, UNKNOWN_TRANSACTION),
    }


def answered(point: Point, message: Unsent, answer: dict[str, Any] | None) -> None:
    """The central system took a message (``answer`` None: it was given up). Raises ``MalformedAnswer``."""
    if message.action == "StartTransaction" and answer is not None:
        _started(point, message, answer)
    if message.action == "StopTransaction":
        point.state.transaction_ids.pop(message.key, None)
        verdict = read_verdict(answer) if answer is not None else None
        if verdict is not None and "idTag" in message.payload:
            remember(point, message.payload["idTag"], verdict)
    point.unit.commit(answered=(message.seq,))


def _started(point: Point, message: Unsent, answer: dict[str, Any]) -> None:
    transaction_id, verdict = answer.get("transactionId"), read_verdict(answer)
    if not isinstance(transaction_id, int) or verdict is None:
        raise MalformedAnswer("StartTransaction.conf without transactionId or idTagInfo")
    number = int(message.payload["connectorId"])
    remember(point, message.payload["idTag"], verdict)
    point.state.transaction_ids[message.key] = transaction_id
    connector = point.unit.state.connectors.get(number)
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
        _refused(point, number, transaction)


def _refused(point: Point, number: int, transaction: Transaction) -> None:
    """The transaction ends, or goes on without energy but for MaxEnergyOnInvalidId (OCPP 1.6, 9.1.14)."""
    if point.configuration.flag("StopTransactionOnInvalidId"):
        end(point, number, "DeAuthorized")
        return
    energy.advance(point.unit, number)
    allowed_mwh = point.configuration.count("MaxEnergyOnInvalidId") * MWH_PER_WH
    register_mwh = point.unit.connector(number).register_mwh
    most_mwh = transaction.meter_start_wh * MWH_PER_WH + allowed_mwh
    transaction.refused = register_mwh >= most_mwh
    if not transaction.refused:
        point.state.allowance_mwh[number] = most_mwh


def use_allowances(point: Point) -> None:
    """Open the contactor where the energy for a refused tag is used up."""
    for number, most_mwh in list(point.state.allowance_mwh.items()):
        connector = point.unit.connector(number)
        if connector.transaction is not None and connector.register_mwh >= most_mwh:
            del point.state.allowance_mwh[number]
            connector.transaction.refused = True
            point.unit.commit()


def _keep_data(point: Point, number: int, context: str, key: str) -> None:
    """What StopTransaction will hold, where the configuration wants it; the first and the newest are kept."""
    transaction = point.unit.connector(number).transaction
    if transaction is None or not point.configuration.names(key):
        return
    energy.advance(point.unit, number)
    value = meter_values.meter_value(point, number, context, key)
    if value is not None:
        data = point.state.transaction_data.setdefault(transaction.key, [])
        data.append(value)
        if len(data) > MOST_DATA:
            del data[1]
