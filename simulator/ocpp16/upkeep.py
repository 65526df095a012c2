"""ChangeAvailability, Reset, DataTransfer."""

from typing import Any

from simulator.link.errors import Answer
from simulator.ocpp16.payload import status
from simulator.ocpp16.point import Point


def change_availability(point: Point, payload: dict[str, Any]) -> Answer:
    """Accepted, Rejected (no such connector) or Scheduled (when the transaction ends). Connector 0 is the
    charge point with all its connectors.
    """
    wanted = payload["connectorId"]
    if wanted != 0 and wanted not in point.unit.state.connectors:
        return status("Rejected")
    operative = payload["type"] == "Operative"
    if wanted == 0:
        point.unit.state.operative = operative
    scheduled = False
    for number, connector in point.unit.connectors():
        if wanted not in {0, number}:
            continue
        later = not operative and connector.transaction is not None
        scheduled |= later
        connector.inoperative_after_transaction = later
        connector.operative = operative or later
        if not connector.operative:
            connector.reservation = None
            connector.pending = None
    point.unit.commit()
    return status("Scheduled" if scheduled else "Accepted")


def reset(point: Point, payload: dict[str, Any]) -> Answer:
    """Ends transactions with SoftReset or HardReset and starts anew."""
    hard = payload["type"] == "Hard"
    return {"status": "Accepted"}, lambda: point.unit.firmware.restart("HardReset" if hard else "SoftReset")


def data_transfer(point: Point, payload: dict[str, Any]) -> Answer:
    """One extension, of the settings' vendor: ``Echo`` answers the data."""
    if payload["vendorId"] != point.unit.settings.vendor:
        return status("UnknownVendorId")
    if payload.get("messageId") != "Echo":
        return status("UnknownMessageId")
    return {"status": "Accepted"} | ({"data": payload["data"]} if "data" in payload else {}), None
