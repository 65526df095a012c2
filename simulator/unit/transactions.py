"""A charge begins and ends at a connector: contactor, register and memory. What is said of it is the speaker's."""

import uuid

from simulator.unit import energy
from simulator.unit.state import EndedTransaction, Transaction
from simulator.unit.unit import Unit


def begin(
    unit: Unit,
    number: int,
    *,
    id_tag: str | None,
    parent_id_tag: str | None = None,
    transaction_id: int | str | None = None,
) -> Transaction:
    """A transaction starts here and now; a reservation of this tag or group is used up by it. To be saved by
    the caller.
    """
    energy.advance(unit, number)
    connector = unit.connector(number)
    transaction = Transaction(
        key=uuid.uuid4().hex,
        id_tag=id_tag,
        parent_id_tag=parent_id_tag,
        started_at=unit.now(),
        meter_start_wh=connector.energy_wh,
        transaction_id=transaction_id,
    )
    reservation = connector.reservation
    if reservation is not None and id_tag is not None and reservation.matches(id_tag, parent_id_tag):
        transaction.reservation_id = reservation.reservation_id
        connector.reservation = None
    connector.transaction = transaction
    connector.pending = None
    connector.finishing = False
    connector.last_start_status = None
    return transaction


def end(unit: Unit, number: int, reason: str) -> EndedTransaction | None:
    """The running transaction ends, None where there is none. To be saved by the caller."""
    connector = unit.connector(number)
    transaction = connector.transaction
    if transaction is None:
        return None
    energy.advance(unit, number)
    ended = EndedTransaction(
        key=transaction.key,
        id_tag=transaction.id_tag,
        started_at=transaction.started_at,
        meter_start_wh=transaction.meter_start_wh,
        transaction_id=transaction.transaction_id,
        ended_at=unit.now(),
        meter_stop_wh=connector.energy_wh,
        reason=reason,
    )
    connector.last_transaction = ended
    connector.transaction = None
    connector.finishing = connector.car is not None
    if connector.inoperative_after_transaction:
        connector.inoperative_after_transaction = False
        connector.operative = False
    return ended
