"""ReserveNow and CancelReservation (OCPP 1.6, 5.13 and 5.2). Connector 0: one of them is kept free, whichever."""

from typing import Any

from simulator.link.errors import Answer, Refused
from simulator.ocpp16.payload import status
from simulator.ocpp16.point import Point
from simulator.unit.state import ConnectorState, Reservation
from simulator.unit.unit import moment


def reserve_now(point: Point, payload: dict[str, Any]) -> Answer:
    """Accepted, Faulted, Occupied, Rejected or Unavailable. A known id replaces that reservation, also
    elsewhere.
    """
    _supported(point)
    try:
        expires_at = moment(payload["expiryDate"])
    except ValueError as error:
        raise Refused("PropertyConstraintViolation", f"expiryDate: {error}") from error
    number, reservation_id = payload["connectorId"], payload["reservationId"]
    connector = point.unit.state.connectors.get(number)
    zero_supported = point.configuration.flag("ReserveConnectorZeroSupported")
    if (connector is None and not (number == 0 and zero_supported)) or expires_at <= point.unit.now():
        return status("Rejected")
    hindrance = (
        _hindrance(point, number, connector, reservation_id)
        if connector is not None
        else _hindrance_anywhere(point, reservation_id)
    )
    if hindrance is not None:
        return status(hindrance)
    _remove(point, reservation_id)
    reservation = Reservation(
        reservation_id=reservation_id,
        id_tag=payload["idTag"],
        parent_id_tag=payload.get("parentIdTag"),
        expires_at=expires_at,
    )
    if connector is not None:
        connector.reservation = reservation
    else:
        point.state.anywhere.append(reservation)
    point.unit.commit()
    return status("Accepted")


def _hindrance(point: Point, number: int, connector: ConnectorState, reservation_id: int) -> str | None:
    shown = point.unit.status(number)
    if shown in {"Faulted", "Unavailable"}:
        return shown
    own = connector.reservation is not None and connector.reservation.reservation_id == reservation_id
    if shown == "Reserved" and own:
        return None
    others = [one for one in point.state.anywhere if one.reservation_id != reservation_id]
    return None if shown == "Available" and _free(point) > len(others) else "Occupied"


def _hindrance_anywhere(point: Point, reservation_id: int) -> str | None:
    others = [one for one in point.state.anywhere if one.reservation_id != reservation_id]
    own_connector = sum(
        one.reservation is not None and one.reservation.reservation_id == reservation_id
        for _, one in point.unit.connectors()
    )
    if _free(point) + own_connector > len(others):
        return None
    shown = {point.unit.status(number) for number, _ in point.unit.connectors()}
    for hindrance in ("Faulted", "Unavailable"):
        if shown == {hindrance} or (hindrance == "Unavailable" and not point.unit.state.operative):
            return hindrance
    return "Occupied"


def _free(point: Point) -> int:
    """Connectors that nobody has."""
    return sum(point.unit.status(number) == "Available" for number, _ in point.unit.connectors())


def stands_against(point: Point, number: int, id_tag: str, parent_id_tag: str | None) -> bool:
    """Whether somebody else has reserved this connector, or the last one that is free."""
    connector = point.unit.connector(number)
    if connector.reservation is not None:
        return not connector.reservation.matches(id_tag, parent_id_tag)
    if not point.state.anywhere:
        return False
    if any(one.matches(id_tag, parent_id_tag) for one in point.state.anywhere):
        return False
    unused = _free(point) + sum(
        one.car is not None and one.transaction is None and not one.finishing for _, one in point.unit.connectors()
    )
    return unused <= len(point.state.anywhere)


def use_anywhere(point: Point, number: int) -> None:
    """A transaction began: a reservation of connector 0 for its tag is used up by it. To be saved by the
    caller.
    """
    transaction = point.unit.connector(number).transaction
    if transaction is None or transaction.id_tag is None or transaction.reservation_id is not None:
        return
    for reservation in point.state.anywhere:
        if reservation.matches(transaction.id_tag, transaction.parent_id_tag):
            transaction.reservation_id = reservation.reservation_id
            point.state.anywhere.remove(reservation)
            return


def cancel_reservation(point: Point, payload: dict[str, Any]) -> Answer:
    """Accepted where a reservation of this id is kept."""
    _supported(point)
    if not _remove(point, payload["reservationId"]):
        return status("Rejected")
    point.unit.commit()
    return status("Accepted")


def _remove(point: Point, reservation_id: int) -> bool:
    for _, connector in point.unit.connectors():
        if connector.reservation is not None and connector.reservation.reservation_id == reservation_id:
            connector.reservation = None
            return True
    kept = [one for one in point.state.anywhere if one.reservation_id != reservation_id]
    found = len(kept) < len(point.state.anywhere)
    point.state.anywhere[:] = kept
    return found


def expire_anywhere(point: Point) -> None:
    """Those of connector 0 whose time is over."""
    now = point.unit.now()
    if any(one.expires_at <= now for one in point.state.anywhere):
        point.state.anywhere[:] = [one for one in point.state.anywhere if one.expires_at > now]
        point.unit.commit()


def due_s(point: Point) -> float | None:
    """Seconds until one of connector 0 expires."""
    if not point.state.anywhere:
        return None
    return max(0.0, (min(one.expires_at for one in point.state.anywhere) - point.unit.now()).total_seconds())


def _supported(point: Point) -> None:
    if not point.unit.settings.supports_reservation:
        raise Refused("NotSupported", "this charge point keeps no reservations")
