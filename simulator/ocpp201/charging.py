"""What is so at an EVSE as seen by its transaction: the transaction points it has reached, its charging state."""

from simulator.cars import Offer
from simulator.ocpp201.limits import limit
from simulator.ocpp201.station import Station


def reached(station: Station, evse_id: int) -> list[str]:
    """The transaction points (TxStartPoint, TxStopPoint) that hold now."""
    connector, evse = station.unit.connector(evse_id), station.evse(evse_id)
    found = []
    if connector.car is not None:
        found.append("EVConnected")
    if evse.authorization is not None:
        found.append("Authorized")
    if len(found) == 2:
        found.append("PowerPathClosed")
        if _wants_and_may(station, evse_id):
            found.append("EnergyTransfer")
    return found


def charging_state(station: Station, evse_id: int) -> str:
    """ChargingStateEnumType."""
    connector, evse = station.unit.connector(evse_id), station.evse(evse_id)
    if connector.car is None:
        return "Idle"
    if evse.authorization is None:
        return "EVConnected"
    if not _may(station, evse_id):
        return "SuspendedEVSE"
    return "SuspendedEV" if connector.car.full else "Charging"


def _may(station: Station, evse_id: int) -> bool:
    running = station.evse(evse_id).running
    if station.unit.connector(evse_id).error_code != "NoError" or (running is not None and running.deauthorized):
        return False
    found, settings = limit(station, evse_id), station.settings
    if found.power_w is None:
        return True
    return not Offer(found.power_w, min(found.phases or settings.phases, settings.phases)).too_little


def _wants_and_may(station: Station, evse_id: int) -> bool:
    car = station.unit.connector(evse_id).car
    return car is not None and not car.full and _may(station, evse_id)


def close_or_open(station: Station, evse_id: int) -> None:
    """The contactor follows: closed while somebody authorized is plugged in."""
    transaction, evse = station.unit.connector(evse_id).transaction, station.evse(evse_id)
    if transaction is None or evse.running is None:
        return
    authorization = evse.authorization
    transaction.refused = authorization is None or evse.running.deauthorized
    if authorization is not None:
        transaction.id_tag = authorization.token.id_token
        transaction.parent_id_tag = authorization.group.id_token if authorization.group is not None else None
