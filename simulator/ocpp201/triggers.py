"""F: TriggerMessage (F06)."""

from typing import Any

from simulator.link.errors import Answer
from simulator.ocpp201 import transactions, wire
from simulator.ocpp201.metering import meter_value
from simulator.ocpp201.station import Station


def trigger_message(station: Station, payload: dict[str, Any]) -> Answer:
    """Accepted, Rejected (nothing of that kind there now) or NotImplemented (a message this station has not)."""
    evse, wanted = payload.get("evse"), payload["requestedMessage"]
    if evse is not None and (not station.knows(evse["id"]) or evse.get("connectorId", 1) != 1):
        return wire.status("Rejected", "UnknownConnectorId")
    numbers = [evse["id"]] if evse is not None else [number for number, _, _ in station.evses()]
    match wanted:
        case "BootNotification":
            if station.boot_status == "Accepted":
                return wire.status("Rejected", "AlreadyAccepted")
            return wire.worded("Accepted"), station.unit.speaker.boot_again
        case "Heartbeat":
            return wire.worded("Accepted"), lambda: station.say([("Heartbeat", {})])
        case "StatusNotification":
            if evse is None or "connectorId" not in evse:
                return wire.status("Rejected", "MissingParam")
            return wire.worded("Accepted"), lambda: station.say(
                [("StatusNotification", station.status_notification(evse["id"]))]
            )
        case "MeterValues":
            return wire.worded("Accepted"), lambda: station.say(meter_values(station, numbers, "Trigger"))
        case "TransactionEvent":
            running = [number for number in numbers if station.evse(number).running is not None]
            if not running:
                return wire.status("Rejected", "NoTransaction")
            return wire.worded("Accepted"), lambda: tell_transactions(station, running)
    return wire.status("NotImplemented")


def meter_values(station: Station, numbers: list[int], context: str) -> list[tuple[str, dict[str, Any]]]:
    """MeterValues of each EVSE with something to read (F06.FR.06: the measurands of aligned data)."""
    values = [(number, meter_value(station, number, "AlignedDataCtrlr.Measurands", context)) for number in numbers]
    return [("MeterValues", {"evseId": number, "meterValue": [value]}) for number, value in values if value]


def tell_transactions(station: Station, numbers: list[int]) -> int:
    """An Updated event of each, with its meter values (F06.FR.07). Returns the last one's place in the queue."""
    last = 0
    for number in numbers:
        value = meter_value(station, number, "SampledDataCtrlr.TxUpdatedMeasurands", "Trigger")
        last = transactions.update(station, number, "Trigger", meter_value=value)
    station.commit()
    return last
