"""H: ReserveNow, CancelReservation, and what becomes of a reservation."""

from typing import Any, Literal

from simulator.link.errors import Answer
from simulator.ocpp201 import wire
from simulator.ocpp201.state import OpenReservation
from simulator.ocpp201.station import Station
from simulator.unit.state import Reservation


def reserve_now(station: Station, payload: dict[str, Any]) -> Answer:
    """Accepted, Faulted, Occupied, Rejected or Unavailable. A known id replaces that reservation, also elsewhere."""
    expires_at = wire.instant(payload["expiryDateTime"], "expiryDateTime")
    reservation_id, evse_id = payload["id"], payload.get("evseId")
    token, group = wire.token(payload["idToken"]), wire.optional_token(payload, "groupIdToken")
    if not (station.settings.supports_reservation and station.variables.flag("ReservationCtrlr.Enabled")):
        return wire.status("Rejected", "NotEnabled")
    if expires_at <= station.unit.now():
        return wire.status("Rejected", "Expired")
    connector_type = payload.get("connectorType")
    if evse_id is None:
        hindrance = _nowhere(station, reservation_id, connector_type)
        if hindrance is not None:
            return wire.status(hindrance)
        remove(station, reservation_id)
        station.state.open_reservations.append(
            OpenReservation(
                reservation_id=reservation_id,
                token=token,
                group=group,
                connector_type=connector_type,
                expires_at=expires_at,
            )
        )
        station.commit()
        return wire.status("Accepted")
    if not station.knows(evse_id):
        return wire.status("Rejected", "UnknownEvse")
    if connector_type not in {None, station.connector_type(evse_id)}:
        return wire.status("Rejected", "UnknownConnectorType")
    hindrance = _hindrance(station, evse_id, reservation_id)
    if hindrance is not None:
        return wire.status(hindrance)
    remove(station, reservation_id)
    station.unit.connector(evse_id).reservation = Reservation(
        reservation_id=reservation_id,
        id_tag=token.id_token,
        parent_id_tag=group.id_token if group is not None else None,
        expires_at=expires_at,
    )
    station.commit()
    return wire.status("Accepted")


def _hindrance(station: Station, evse_id: int, reservation_id: int) -> str | None:
    shown, evse = station.availability(evse_id), station.evse(evse_id)
    if shown in {"Faulted", "Unavailable"}:
        return shown
    if shown == "Occupied" or evse.running is not None or evse.authorization is not None:
        return "Occupied"
    if shown == "Available":
        return None
    kept = station.unit.connector(evse_id).reservation
    known = {one.reservation_id for one in station.state.open_reservations}
    own = reservation_id in known if kept is None else kept.reservation_id == reservation_id
    return None if own else "Occupied"


def _nowhere(station: Station, reservation_id: int, connector_type: str | None) -> str | None:
    """What hinders a reservation of any EVSE (H01.FR.09 to .12); None where one more can be kept free."""
    numbers = [number for number, _, _ in station.evses() if connector_type in {None, station.connector_type(number)}]
    if not numbers:
        return "Rejected"
    others = [one for one in station.state.open_reservations if one.reservation_id != reservation_id]
    free = [number for number in numbers if number in station.free_evses()]
    if len(free) > len(others):
        return None
    shown = {station.availability(number) for number in numbers}
    return next((word for word in ("Unavailable", "Faulted") if shown == {word}), "Occupied")


def cancel_reservation(station: Station, payload: dict[str, Any]) -> Answer:
    """Accepted where a reservation of this id is kept."""
    if not remove(station, payload["reservationId"]):
        return wire.status("Rejected", "UnknownReservation")
    station.commit()
    return wire.status("Accepted")


def remove(station: Station, reservation_id: int) -> bool:
    """Forget a reservation wherever it is kept; the caller saves."""
    for _, connector, _ in station.evses():
        if connector.reservation is not None and connector.reservation.reservation_id == reservation_id:
            connector.reservation = None
            return True
    kept = [one for one in station.state.open_reservations if one.reservation_id != reservation_id]
    removed = len(kept) < len(station.state.open_reservations)
    station.state.open_reservations = kept
    return removed


def drop(station: Station, evse_id: int) -> None:
    """An EVSE cannot keep its reservation any longer (H01.FR.16): broken or out of service."""
    connector = station.unit.connector(evse_id)
    if connector.reservation is not None:
        tell_update(station, connector.reservation.reservation_id, "Removed")
        connector.reservation = None


def tell_update(station: Station, reservation_id: int, word: Literal["Expired", "Removed"]) -> None:
    """ReservationStatusUpdate."""
    payload = {"reservationId": reservation_id, "reservationUpdateStatus": word}
    station.unit.tell("ReservationStatusUpdate", payload)


def any_id(station: Station) -> int | None:
    """The id of some reservation that is kept."""
    for _, connector, _ in station.evses():
        if connector.reservation is not None:
            return connector.reservation.reservation_id
    return station.state.open_reservations[0].reservation_id if station.state.open_reservations else None
