"""ChangeAvailability, Reset, TriggerMessage, DataTransfer."""

import logging
from typing import Any, Literal

import msgspec

from simulator.chargepoint import clock, transactions
from simulator.chargepoint.connection import Answer, CallFailed, NotConnected
from simulator.chargepoint.meter import meter_value
from simulator.chargepoint.requests.payload import read, status
from simulator.chargepoint.unit import Unit

log = logging.getLogger(__name__)


class ChangeAvailability(msgspec.Struct, rename="camel"):
    """ChangeAvailability.req; connector 0 is the charge point with all its connectors."""

    connector_id: int
    type: Literal["Operative", "Inoperative"]


class Reset(msgspec.Struct):
    """Reset.req."""

    type: Literal["Hard", "Soft"]


class Trigger(msgspec.Struct, rename="camel"):
    """TriggerMessage.req."""

    requested_message: str
    connector_id: int | None = None


def change_availability(unit: Unit, payload: dict[str, Any]) -> Answer:
    """Accepted, Rejected (no such connector) or Scheduled (when the transaction ends)."""
    request = read(ChangeAvailability, payload)
    if request.connector_id != 0 and request.connector_id not in unit.state.connectors:
        return status("Rejected")
    operative = request.type == "Operative"
    if request.connector_id == 0:
        unit.state.operative = operative
    scheduled = False
    for number, connector in unit.connectors():
        if request.connector_id not in {0, number}:
            continue
        later = not operative and connector.transaction is not None
        scheduled |= later
        connector.inoperative_after_transaction = later
        connector.operative = operative or later
        if not connector.operative:
            connector.reservation = None
            connector.pending = None
    unit.commit()
    return status("Scheduled" if scheduled else "Accepted")


def reset(unit: Unit, payload: dict[str, Any]) -> Answer:
    """Ends transactions with SoftReset or HardReset and starts anew."""
    request = read(Reset, payload)
    return {"status": "Accepted"}, lambda: unit.firmware.restart(f"{request.type}Reset")


def trigger_message(unit: Unit, payload: dict[str, Any]) -> Answer:
    """Accepted, Rejected (no such connector) or NotImplemented (a message this firmware has not)."""
    request = read(Trigger, payload)
    numbers = [number for number, _ in unit.connectors()]
    if request.connector_id is not None:
        if request.connector_id not in {0, *numbers}:
            return status("Rejected")
        numbers = [request.connector_id]
    match request.requested_message:
        case "BootNotification":
            return {"status": "Accepted"}, unit.firmware.boot_again
        case "Heartbeat":
            return {"status": "Accepted"}, lambda: unit.start(clock.heartbeat(unit))
        case "StatusNotification":
            told = numbers if request.connector_id is not None else [0, *numbers]
            return {"status": "Accepted"}, lambda: _tell_statuses(unit, told)
        case "MeterValues":
            return {"status": "Accepted"}, lambda: _meter_values(unit, numbers)
    return status("NotImplemented")


def _tell_statuses(unit: Unit, numbers: list[int]) -> None:
    for number in numbers:
        unit.tell_status(number)


def _meter_values(unit: Unit, numbers: list[int]) -> None:
    for number in numbers:
        if number == 0:
            continue
        if unit.connector(number).transaction is not None:
            transactions.sample(unit, number, "Trigger")
        else:
            unit.start(_idle_meter_values(unit, number))


async def _idle_meter_values(unit: Unit, number: int) -> None:
    payload = {"connectorId": number, "meterValue": [meter_value(unit, number, "Trigger")]}
    try:
        await unit.connection.call("MeterValues", payload)
    except (CallFailed, NotConnected) as error:
        # Only values of a transaction are tried again (OCPP 1.6, 3.7.1).
        log.info("%s: MeterValues were not taken: %s", unit.id, error)


def data_transfer(_unit: Unit, _payload: dict[str, Any]) -> Answer:
    """No vendor's extensions here."""
    return status("UnknownVendorId")
