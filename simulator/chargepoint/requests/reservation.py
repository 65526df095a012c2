"""ReserveNow and CancelReservation (OCPP 1.6, 5.13 and 5.2)."""

from typing import Annotated, Any

import msgspec

from simulator.chargepoint.connection import Answer, Refused
from simulator.chargepoint.requests.payload import read, status
from simulator.chargepoint.state import ConnectorState, Reservation
from simulator.chargepoint.unit import Unit, moment, now

IdTag = Annotated[str, msgspec.Meta(max_length=20)]


class ReserveNow(msgspec.Struct, rename="camel"):
    """ReserveNow.req."""

    connector_id: int
    expiry_date: str
    id_tag: IdTag
    reservation_id: int
    parent_id_tag: IdTag | None = None


class CancelReservation(msgspec.Struct, rename="camel"):
    """CancelReservation.req."""

    reservation_id: int


def reserve_now(unit: Unit, payload: dict[str, Any]) -> Answer:
    """Accepted, Faulted, Occupied, Rejected or Unavailable. A known id replaces that reservation, also
    elsewhere.
    """
    _supported(unit)
    request = read(ReserveNow, payload)
    try:
        expires_at = moment(request.expiry_date)
    except ValueError as error:
        raise Refused("PropertyConstraintViolation", f"expiryDate: {error}") from error
    connector = unit.state.connectors.get(request.connector_id)
    if connector is None or expires_at <= now():
        return status("Rejected")
    hindrance = _hindrance(unit, request.connector_id, connector, request.reservation_id)
    if hindrance is not None:
        return status(hindrance)
    _remove(unit, request.reservation_id)
    connector.reservation = Reservation(
        reservation_id=request.reservation_id,
        id_tag=request.id_tag,
        parent_id_tag=request.parent_id_tag,
        expires_at=expires_at,
    )
    unit.commit()
    return status("Accepted")


def _hindrance(unit: Unit, number: int, connector: ConnectorState, reservation_id: int) -> str | None:
    shown = unit.status(number)
    if shown in {"Faulted", "Unavailable"}:
        return shown
    if shown == "Available":
        return None
    own = connector.reservation is not None and connector.reservation.reservation_id == reservation_id
    return None if shown == "Reserved" and own else "Occupied"


def cancel_reservation(unit: Unit, payload: dict[str, Any]) -> Answer:
    """Accepted where a reservation of this id is kept."""
    _supported(unit)
    request = read(CancelReservation, payload)
    if not _remove(unit, request.reservation_id):
        return status("Rejected")
    unit.commit()
    return status("Accepted")


def _remove(unit: Unit, reservation_id: int) -> bool:
    for _, connector in unit.connectors():
        if connector.reservation is not None and connector.reservation.reservation_id == reservation_id:
            connector.reservation = None
            return True
    return False


def _supported(unit: Unit) -> None:
    if not unit.settings.supports_reservation:
        raise Refused("NotSupported", "this charge point keeps no reservations")
