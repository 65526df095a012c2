"""RemoteStartTransaction, RemoteStopTransaction, UnlockConnector."""

from typing import Any

from simulator.link.errors import Answer
from simulator.ocpp16 import reservation, smart_charging, transactions
from simulator.ocpp16.authorization import authorize
from simulator.ocpp16.payload import status
from simulator.ocpp16.point import Point
from simulator.unit.charging_profiles import Profile
from simulator.unit.state import same_tag


def remote_start(point: Point, payload: dict[str, Any]) -> Answer:
    """Accepted where this tag could start; whether it starts is told by StartTransaction."""
    id_tag = payload["idTag"]
    number = payload.get("connectorId", _free_connector(point, id_tag))
    if number is None or not point.unit.ready or not _startable(point, number, id_tag):
        return status("Rejected")
    profile: Profile | None = None
    if "chargingProfile" in payload:
        profile = smart_charging.read_profile(payload["chargingProfile"], number, None)
        if profile.purpose != "TxProfile" or smart_charging.impossible(point, profile) is not None:
            return status("Rejected")

    def begin() -> None:
        if point.configuration.flag("AuthorizeRemoteTxRequests"):
            point.unit.start(_authorized_start(point, number, id_tag, profile))
        elif _startable(point, number, id_tag):
            _begin(point, number, id_tag, _group(point, number, id_tag), profile)

    return {"status": "Accepted"}, begin


def _begin(point: Point, number: int, id_tag: str, parent_id_tag: str | None, profile: Profile | None) -> None:
    point.state.profile_at_start.pop(number, None)
    if profile is not None:
        point.state.profile_at_start[number] = profile
    transactions.begin_or_await_plug(point, number, id_tag, parent_id_tag)


def _startable(point: Point, number: int, id_tag: str, parent_id_tag: str | None = None) -> bool:
    connector = point.unit.state.connectors.get(number)
    if connector is None or connector.transaction is not None or connector.pending is not None:
        return False
    if point.unit.status(number) not in {"Available", "Preparing", "Finishing", "Reserved"}:
        return False
    return not reservation.stands_against(point, number, id_tag, parent_id_tag or id_tag)


def _group(point: Point, number: int, id_tag: str) -> str | None:
    """A tag named by the reservation as its group is its own parent."""
    kept = [point.unit.connector(number).reservation, *point.state.anywhere]
    return id_tag if any(one is not None and same_tag(one.parent_id_tag, id_tag) for one in kept) else None


def _free_connector(point: Point, id_tag: str) -> int | None:
    """A plugged connector before an empty one, when the central system leaves the choice."""
    free = [number for number, _ in point.unit.connectors() if _startable(point, number, id_tag)]
    return min(free, key=lambda number: (point.unit.connector(number).car is None, number), default=None)


async def _authorized_start(point: Point, number: int, id_tag: str, profile: Profile | None) -> None:
    verdict = await authorize(point, id_tag)
    point.unit.connector(number).last_authorize_status = verdict.status
    if verdict.accepted and _startable(point, number, id_tag, verdict.parent_id_tag):
        _begin(point, number, id_tag, verdict.parent_id_tag, profile)
    else:
        point.unit.commit()


def remote_stop(point: Point, payload: dict[str, Any]) -> Answer:
    """Accepted where a transaction of this id runs."""
    for number, connector in point.unit.connectors():
        transaction = connector.transaction
        if transaction is not None and transaction.transaction_id == payload["transactionId"]:
            return {"status": "Accepted"}, lambda number=number: transactions.end(point, number, "Remote")
    return status("Rejected")


def unlock_connector(point: Point, payload: dict[str, Any]) -> Answer:
    """Opens the lock, which ends a running transaction; the plug stays until somebody pulls it. A broken lock
    fails to.
    """
    number = payload["connectorId"]
    connector = point.unit.state.connectors.get(number)
    if connector is None:
        return status("NotSupported")
    answer = "UnlockFailed" if connector.error_code == "ConnectorLockFailure" else "Unlocked"
    return {"status": answer}, lambda: transactions.end(point, number, "UnlockCommand")
