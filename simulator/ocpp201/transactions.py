"""E: a transaction from TxStartPoint to TxStopPoint, and the TransactionEvents that tell it.

Whatever happens at an EVSE is a :func:`step`: the transaction points that hold now are compared with those before. A
start point newly reached begins a transaction, a stop point lost ends it, anything else is an update. Nothing here
commits.
"""

from typing import Any, Literal

from simulator.ocpp201 import metering
from simulator.ocpp201.charging import charging_state, close_or_open, reached
from simulator.ocpp201.events import Happening, transaction_event
from simulator.ocpp201.state import Authorization, Evse, IdToken, Running
from simulator.ocpp201.station import Station
from simulator.unit import energy
from simulator.unit import transactions as contactor
from simulator.unit.state import PendingStart
from simulator.unit.unit import timestamp

# Of the values that only the last event tells; later ones are dropped (J02.FR.13 allows it).
MOST_FOR_THE_END = 50


def authorized(station: Station, evse_id: int, authorization: Authorization, trigger: str = "Authorized") -> None:
    """Somebody may charge here from now on."""
    energy.advance(station.unit, evse_id)
    evse = station.evse(evse_id)
    evse.authorization = authorization
    if evse.running is not None:
        evse.running.token_told = evse.running.deauthorized = False
    step(station, evse_id, trigger)


def step(
    station: Station,
    evse_id: int,
    trigger: str | None,
    *,
    stopped_reason: str = "Other",
    stopped_by: IdToken | None = None,
) -> None:
    """Something changed at an EVSE for the reason ``trigger``; None: for none worth an update of its own."""
    evse = station.evse(evse_id)
    _show_pending(station, evse_id, evse)
    before, now = set(evse.reached), reached(station, evse_id)
    evse.reached = now
    if evse.running is None:
        if (set(now) - before) & set(station.variables.names("TxCtrlr.TxStartPoint")):
            _begin(station, evse_id, evse, trigger or "ChargingStateChanged")
        return
    lost = before - set(now)
    if not station.variables.flag("TxCtrlr.StopTxOnEVSideDisconnect") and "EVConnected" in lost:
        lost = set()
    if lost & set(station.variables.names("TxCtrlr.TxStopPoint")):
        end(station, evse_id, trigger or "ChargingStateChanged", stopped_reason, stopped_by)
        return
    close_or_open(station, evse_id)
    if trigger is not None:
        update(station, evse_id, trigger, plugged=trigger == "CablePluggedIn", stopped_by=stopped_by)


def _show_pending(station: Station, evse_id: int, evse: Evse) -> None:
    """The unit shows who is awaited with a plug."""
    connector, authorization = station.unit.connector(evse_id), evse.authorization
    connector.pending = None
    if authorization is not None and authorization.expires_at is not None and evse.running is None:
        connector.pending = PendingStart(
            id_tag=authorization.token.id_token,
            parent_id_tag=authorization.group.id_token if authorization.group is not None else None,
            expires_at=authorization.expires_at,
        )


def _begin(station: Station, evse_id: int, evse: Evse, trigger: str) -> None:
    begun = contactor.begin(station.unit, evse_id, id_tag=None)
    begun.transaction_id = begun.key
    running = evse.running = Running(transaction_id=begun.key, started_at=begun.started_at)
    close_or_open(station, evse_id)
    first = metering.meter_value(station, evse_id, "SampledDataCtrlr.TxStartedMeasurands", "Transaction.Begin")
    _tell(
        station,
        evse_id,
        running,
        "Started",
        trigger,
        evse_id=evse_id,
        connector=station.unit.connector(evse_id).car is not None,
        meter_values=[first] if first is not None else [],
    )


def update(
    station: Station,
    evse_id: int,
    trigger: str,
    *,
    meter_value: dict[str, Any] | None = None,
    plugged: bool = False,
    stopped_by: IdToken | None = None,
) -> int:
    """An Updated event of the running transaction, where there is one. Returns its place in the queue, else 0."""
    running = station.evse(evse_id).running
    if running is None:
        return 0
    return _tell(
        station,
        evse_id,
        running,
        "Updated",
        trigger,
        evse_id=evse_id if plugged else None,
        connector=plugged,
        meter_values=[meter_value] if meter_value is not None else [],
        stopped_by=stopped_by,
    )


def end(station: Station, evse_id: int, trigger: str, stopped_reason: str, stopped_by: IdToken | None = None) -> None:
    """The running transaction ends, whatever points hold."""
    evse = station.evse(evse_id)
    running = evse.running
    if running is None:
        return
    energy.advance(station.unit, evse_id)
    values = _last_values(station, evse_id, running)
    contactor.end(station.unit, evse_id, stopped_reason)
    # Where only energy stopped flowing, who was authorized still is, and may draw again.
    if trigger != "ChargingStateChanged":
        evse.authorization = None
    _tell(
        station,
        evse_id,
        running,
        "Ended",
        trigger,
        stopped_reason=stopped_reason,
        stopped_by=stopped_by,
        meter_values=values,
    )
    evse.running = None
    evse.reached = reached(station, evse_id)
    station.state.profiles = [
        one
        for one in station.state.profiles
        if not (one.profile.purpose == "TxProfile" and one.profile.place == evse_id)
    ]


def _tell(
    station: Station,
    number: int,
    running: Running,
    kind: Literal["Started", "Updated", "Ended"],
    trigger: str,
    *,
    stopped_by: IdToken | None = None,
    **more: Any,
) -> int:
    """Queue an event; durable with the next commit. Who was authorized is told once."""
    authorization = station.evse(number).authorization
    token, reservation_id, remote_start_id = stopped_by, None, None
    if authorization is not None and not running.token_told:
        running.token, running.group, running.token_told = authorization.token, authorization.group, True
        token, remote_start_id = authorization.token, authorization.remote_start_id
        reservation_id = station.use_reservation(number, authorization.token, authorization.group)
    state = charging_state(station, number)
    happening = Happening(
        kind=kind,
        trigger=trigger,
        at=station.unit.now(),
        offline=not station.unit.ready,
        charging_state=state,
        phases=station.settings.phases if state == "Charging" and running.charging_state != state else None,
        token=token,
        reservation_id=reservation_id,
        remote_start_id=remote_start_id,
        **more,
    )
    return station.unit.queue("TransactionEvent", transaction_event(running, happening), running.transaction_id)


def _last_values(station: Station, evse_id: int, running: Running) -> list[dict[str, Any]]:
    """Begin, what was sampled in between for the end, and the end."""
    transaction = station.unit.connector(evse_id).transaction
    values: list[dict[str, Any]] = []
    if transaction is not None and metering.REGISTER in station.variables.names("SampledDataCtrlr.TxEndedMeasurands"):
        began = timestamp(running.started_at)
        values.append(metering.register_value(transaction.meter_start_wh, began, "Transaction.Begin"))
    values += running.for_the_end
    last = metering.meter_value(station, evse_id, "SampledDataCtrlr.TxEndedMeasurands", "Transaction.End")
    return values if last is None else [*values, last]


def keep_for_the_end(running: Running, value: dict[str, Any] | None) -> None:
    """A meter value that only the last event tells."""
    if value is not None and len(running.for_the_end) < MOST_FOR_THE_END:
        running.for_the_end = [*running.for_the_end, value]


def deauthorize(station: Station, evse_id: int) -> None:
    """The central system refused the token of a running transaction (C12, E05): it ends with StopTxOnInvalidId where
    Authorized is a stop point, else it goes on without energy.
    """
    evse = station.evse(evse_id)
    if evse.running is None:
        return
    energy.advance(station.unit, evse_id)
    if station.variables.flag("TxCtrlr.StopTxOnInvalidId"):
        evse.authorization = None
        step(station, evse_id, "Deauthorized", stopped_reason="DeAuthorized")
    else:
        evse.running.deauthorized = True
        step(station, evse_id, "Deauthorized")
