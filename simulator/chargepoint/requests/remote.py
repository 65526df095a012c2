"""RemoteStartTransaction, RemoteStopTransaction, UnlockConnector."""

from typing import Any

import msgspec

from simulator.chargepoint import transactions
from simulator.chargepoint.authorization import authorize
from simulator.chargepoint.connection import Answer
from simulator.chargepoint.requests.payload import read, status
from simulator.chargepoint.state import same_tag
from simulator.chargepoint.unit import Unit


class RemoteStart(msgspec.Struct, rename="camel"):
    """RemoteStartTransaction.req; a charging profile in it is not obeyed."""

    id_tag: str
    connector_id: int | None = None


class RemoteStop(msgspec.Struct, rename="camel"):
    """RemoteStopTransaction.req."""

    transaction_id: int


class Unlock(msgspec.Struct, rename="camel"):
    """UnlockConnector.req."""

    connector_id: int


def remote_start(unit: Unit, payload: dict[str, Any]) -> Answer:
    """Accepted where this tag could start; whether it starts is told by StartTransaction."""
    request = read(RemoteStart, payload)
    number = request.connector_id if request.connector_id is not None else _free_connector(unit, request.id_tag)
    if number is None or not unit.ready or not _startable(unit, number, request.id_tag):
        return status("Rejected")

    def begin() -> None:
        if unit.configuration.flag("AuthorizeRemoteTxRequests"):
            unit.start(_authorized_start(unit, number, request.id_tag))
        elif _startable(unit, number, request.id_tag):
            transactions.begin_or_await_plug(unit, number, request.id_tag, _group(unit, number, request.id_tag))

    return {"status": "Accepted"}, begin


def _startable(unit: Unit, number: int, id_tag: str, parent_id_tag: str | None = None) -> bool:
    connector = unit.state.connectors.get(number)
    if connector is None or connector.transaction is not None or connector.pending is not None:
        return False
    if unit.status(number) not in {"Available", "Preparing", "Finishing", "Reserved"}:
        return False
    reservation = connector.reservation
    return reservation is None or reservation.matches(id_tag, parent_id_tag or id_tag)


def _group(unit: Unit, number: int, id_tag: str) -> str | None:
    """A tag named by the reservation as its group is its own parent."""
    reservation = unit.connector(number).reservation
    return id_tag if reservation is not None and same_tag(reservation.parent_id_tag, id_tag) else None


def _free_connector(unit: Unit, id_tag: str) -> int | None:
    """A plugged connector before an empty one, when the central system leaves the choice."""
    free = [number for number, _ in unit.connectors() if _startable(unit, number, id_tag)]
    return min(free, key=lambda number: (unit.connector(number).car is None, number), default=None)


async def _authorized_start(unit: Unit, number: int, id_tag: str) -> None:
    verdict = await authorize(unit, id_tag)
    unit.connector(number).last_authorize_status = verdict.status
    if verdict.accepted and _startable(unit, number, id_tag, verdict.parent_id_tag):
        transactions.begin_or_await_plug(unit, number, id_tag, verdict.parent_id_tag)
    else:
        unit.commit()


def remote_stop(unit: Unit, payload: dict[str, Any]) -> Answer:
    """Accepted where a transaction of this id runs."""
    request = read(RemoteStop, payload)
    for number, connector in unit.connectors():
        transaction = connector.transaction
        if transaction is not None and transaction.transaction_id == request.transaction_id:
            return {"status": "Accepted"}, lambda number=number: transactions.end(unit, number, "Remote")
    return status("Rejected")


def unlock_connector(unit: Unit, payload: dict[str, Any]) -> Answer:
    """Opens the lock, which ends a running transaction; the plug stays until somebody pulls it."""
    request = read(Unlock, payload)
    if request.connector_id not in unit.state.connectors:
        return status("NotSupported")
    return {"status": "Unlocked"}, lambda: transactions.end(unit, request.connector_id, "UnlockCommand")
