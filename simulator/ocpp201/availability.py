"""G: ChangeAvailability of the station, an EVSE or a connector (G03, G04)."""

from typing import Any

from simulator.link.errors import Answer
from simulator.ocpp201 import transactions, wire
from simulator.ocpp201.reservation import drop
from simulator.ocpp201.station import Station


def change_availability(station: Station, payload: dict[str, Any]) -> Answer:
    """Accepted, Rejected (no such EVSE or connector) or Scheduled (when the transaction ends). Kept across restarts."""
    operative, evse = payload["operationalStatus"] == "Operative", payload.get("evse")
    if evse is None:
        station.unit.state.operative = operative
        scheduled = not operative and station.busy()
    elif not station.knows(evse["id"]) or evse.get("connectorId", 1) != 1:
        return wire.status("Rejected", "UnknownConnectorId")
    else:
        connector = station.unit.connector(evse["id"])
        scheduled = not operative and station.evse(evse["id"]).running is not None
        connector.operative = operative or scheduled
        connector.inoperative_after_transaction = scheduled
    for number, _, one in station.evses():
        if one.running is None and not station.usable(number):
            drop(station, number)
            one.authorization = None
            transactions.step(station, number, None)
    station.commit()
    return wire.status("Scheduled" if scheduled else "Accepted")
