"""What runs out: authorizations whose plug never came, reservations of any EVSE, the Reset of an EVSE."""

from collections.abc import Iterator
from datetime import datetime

from simulator.ocpp201 import transactions
from simulator.ocpp201.reservation import tell_update
from simulator.ocpp201.state import Evse
from simulator.ocpp201.station import Station


def expire(station: Station) -> bool:
    """Drop what is too old. Returns whether anything is to be saved."""
    now, changed = station.unit.now(), False
    for number, connector, evse in station.evses():
        authorization = evse.authorization
        waiting = connector.car is None and authorization is not None and authorization.expires_at is not None
        if waiting and authorization is not None and _over(authorization.expires_at, now):
            evse.authorization = None
            transactions.step(station, number, "EVConnectTimeout", stopped_reason="Timeout")
            changed = True
        if _over(evse.resetting_until, now):
            evse.resetting_until = None
            changed = True
    for one in [one for one in station.state.open_reservations if one.expires_at <= now]:
        station.state.open_reservations.remove(one)
        tell_update(station, one.reservation_id, "Expired")
        changed = True
    return changed


def _over(until: datetime | None, now: datetime) -> bool:
    return until is not None and until <= now


def due_s(station: Station) -> Iterator[float]:
    """Seconds until each of them."""
    now = station.unit.now()
    for _, connector, evse in station.evses():
        for until in _ends(evse, waiting=connector.car is None):
            yield (until - now).total_seconds()
    for one in station.state.open_reservations:
        yield (one.expires_at - now).total_seconds()


def _ends(evse: Evse, *, waiting: bool) -> Iterator[datetime]:
    if evse.resetting_until is not None:
        yield evse.resetting_until
    if waiting and evse.authorization is not None and evse.authorization.expires_at is not None:
        yield evse.authorization.expires_at
