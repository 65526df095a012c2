"""F: RequestStartTransaction, RequestStopTransaction, UnlockConnector; E: GetTransactionStatus."""

from typing import Any

from simulator.link.errors import Answer
from simulator.ocpp201 import profile_payload, smart_charging, wire
from simulator.ocpp201.authorization import authorize
from simulator.ocpp201.state import IdToken
from simulator.ocpp201.station import Station
from simulator.ocpp201.taps import allow, withdraw
from simulator.unit.charging_profiles import Profile


def request_start_transaction(station: Station, payload: dict[str, Any]) -> Answer:
    """Accepted where this token could start; whether it does is told by TransactionEvent. A transaction that began
    with the plug is named.
    """
    token, group = wire.token(payload["idToken"]), wire.optional_token(payload, "groupIdToken")
    if station.boot_status != "Accepted":
        return wire.status("Rejected", "NotAcceptedYet")
    evse_id = payload.get("evseId")
    if evse_id is None:
        evse_id = _free_evse(station, token, group)
    elif not station.knows(evse_id):
        return wire.status("Rejected", "UnknownEvse")
    hindrance = "Occupied" if evse_id is None else _hindrance(station, evse_id, token, group)
    if evse_id is None or hindrance is not None:
        return wire.status("Rejected", hindrance)
    try:
        profile = _profile(station, payload, evse_id)
    except profile_payload.Unusable as unusable:
        return wire.status("Rejected", str(unusable))
    running = station.evse(evse_id).running
    named = {"transactionId": running.transaction_id} if running is not None else {}
    number = evse_id

    def begin(group: IdToken | None = group) -> None:
        if _hindrance(station, number, token, group) is None:
            if profile is not None:
                smart_charging.install(station, profile)
            allow(station, number, token, group, "RemoteStart", payload["remoteStartId"])

    async def ask() -> None:
        verdict = await authorize(station, token, number)
        station.unit.connector(number).last_authorize_status = verdict.status
        if verdict.accepted:
            begin(verdict.group or group)
        else:
            station.commit()

    asks = station.variables.flag("AuthCtrlr.AuthorizeRemoteStart")
    return wire.worded("Accepted") | named, (lambda: station.unit.start(ask())) if asks else begin


def _hindrance(station: Station, evse_id: int, token: IdToken, group: IdToken | None) -> str | None:
    evse = station.evse(evse_id)
    if evse.authorization is not None:
        return "TxInProgress" if evse.running is not None else "Occupied"
    if evse.running is None and not station.usable(evse_id):
        return "Unavailable"
    return "Reserved" if station.reserved_for_another(evse_id, token, group) else None


def _free_evse(station: Station, token: IdToken, group: IdToken | None) -> int | None:
    """A plugged one before an empty one, when the central system leaves the choice."""
    free = [number for number, _, _ in station.evses() if _hindrance(station, number, token, group) is None]
    return min(free, key=lambda number: (station.unit.connector(number).car is None, number), default=None)


def _profile(station: Station, payload: dict[str, Any], evse_id: int) -> Profile | None:
    """F01.FR.08 to .12: a TxProfile of the transaction to come; none where profiles are switched off."""
    given = payload.get("chargingProfile")
    if given is None or not station.variables.flag("SmartChargingCtrlr.Enabled"):
        return None
    if given["chargingProfilePurpose"] != "TxProfile" or "transactionId" in given:
        raise profile_payload.Unusable("InvalidProfile")
    return profile_payload.read(given, evse_id)


def request_stop_transaction(station: Station, payload: dict[str, Any]) -> Answer:
    """Accepted where a transaction of this id runs."""
    evse_id = station.running(payload["transactionId"])
    if evse_id is None or station.boot_status != "Accepted":
        return wire.status("Rejected", "TxNotFound")

    def stop() -> None:
        if station.running(payload["transactionId"]) == evse_id:
            withdraw(station, evse_id, "RemoteStop", "Remote")

    return wire.worded("Accepted"), stop


def unlock_connector(station: Station, payload: dict[str, Any]) -> Answer:
    """Unlocked, OngoingAuthorizedTransaction or UnknownConnector; the plug stays until somebody pulls it (F05)."""
    evse_id = payload["evseId"]
    if not station.knows(evse_id) or payload["connectorId"] != 1:
        return wire.status("UnknownConnector")
    evse = station.evse(evse_id)
    if evse.running is not None and evse.authorization is not None:
        return wire.status("OngoingAuthorizedTransaction")
    return wire.status("Unlocked")


def get_transaction_status(station: Station, payload: dict[str, Any]) -> Answer:
    """Whether it runs, and whether messages of it (or any) wait to be sent (E14)."""
    lane, transaction_id = station.unit.lane, payload.get("transactionId")
    if transaction_id is None:
        return {"messagesInQueue": lane.unsent > 0}, None
    return {
        "ongoingIndicator": station.running(transaction_id) is not None,
        "messagesInQueue": lane.concerns(transaction_id),
    }, None
