"""E: one TransactionEvent of a transaction. Pure: what is so goes in, the payload comes out, numbered."""

from datetime import datetime
from typing import Any, Literal

import msgspec

from simulator.ocpp201.state import IdToken, Running
from simulator.unit.unit import timestamp


class Happening(msgspec.Struct, frozen=True, kw_only=True):
    """What an event tells besides its transaction. ``evse_id`` where the EVSE is news, ``connector`` also which plug;
    ``token`` who was authorized, or who stopped it.
    """

    kind: Literal["Started", "Updated", "Ended"]
    trigger: str
    at: datetime
    offline: bool = False
    charging_state: str | None = None
    evse_id: int | None = None
    connector: bool = False
    token: IdToken | None = None
    reservation_id: int | None = None
    remote_start_id: int | None = None
    stopped_reason: str | None = None
    phases: int | None = None
    meter_values: list[dict[str, Any]] = []


def transaction_event(running: Running, happening: Happening) -> dict[str, Any]:
    """TransactionEventRequest; counts ``running.seq_no`` on and keeps its charging state and time."""
    info: dict[str, Any] = {"transactionId": running.transaction_id}
    if happening.charging_state is not None:
        _charging(running, happening.charging_state, happening.at)
        info["chargingState"] = happening.charging_state
    if happening.kind != "Started":
        info["timeSpentCharging"] = int(time_spent_charging_s(running, happening.at))
    if happening.stopped_reason is not None:
        info["stoppedReason"] = happening.stopped_reason
    if happening.remote_start_id is not None:
        info["remoteStartId"] = happening.remote_start_id
    payload: dict[str, Any] = {
        "eventType": happening.kind,
        "timestamp": timestamp(happening.at),
        "triggerReason": happening.trigger,
        "seqNo": running.seq_no,
        "offline": happening.offline,
        "transactionInfo": info,
    }
    if happening.evse_id is not None:
        payload["evse"] = {"id": happening.evse_id} | ({"connectorId": 1} if happening.connector else {})
    if happening.token is not None:
        payload["idToken"] = happening.token.wire
    if happening.reservation_id is not None:
        payload["reservationId"] = happening.reservation_id
    if happening.phases is not None:
        payload["numberOfPhasesUsed"] = happening.phases
    if happening.meter_values:
        payload["meterValue"] = happening.meter_values
    running.seq_no += 1
    return payload


def time_spent_charging_s(running: Running, at: datetime) -> float:
    """Seconds in the charging state Charging."""
    now_s = max(0.0, (at - running.charging_since).total_seconds()) if running.charging_since is not None else 0.0
    return running.charging_s + now_s


def _charging(running: Running, charging_state: str, at: datetime) -> None:
    running.charging_s = time_spent_charging_s(running, at)
    running.charging_since = at if charging_state == "Charging" else None
    running.charging_state = charging_state
