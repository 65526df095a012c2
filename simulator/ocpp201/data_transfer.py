"""P: DataTransfer. This station's own vendor knows one message, ``Echo``, which answers the data it got."""

from typing import Any

from simulator.link.errors import Answer
from simulator.ocpp201 import wire
from simulator.ocpp201.station import Station

ECHO = "Echo"


def data_transfer(station: Station, payload: dict[str, Any]) -> Answer:
    """Accepted, UnknownVendorId or UnknownMessageId."""
    if payload["vendorId"] != station.settings.vendor:
        return wire.status("UnknownVendorId")
    if payload.get("messageId") != ECHO:
        return wire.status("UnknownMessageId")
    return wire.worded("Accepted") | ({"data": payload["data"]} if "data" in payload else {}), None
