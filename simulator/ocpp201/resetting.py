"""B: Reset, of the station or of one EVSE, at once or when nobody charges (B11, B12)."""

from datetime import timedelta
from typing import Any

from simulator.link.errors import Answer
from simulator.ocpp201 import transactions, wire
from simulator.ocpp201.station import Station
from simulator.unit.speaker import RestartReason

# How long an EVSE is away.
EVSE_RESET_S = 1.0

# What a restart means: BootNotification's reason, a transaction's end.
RESTARTS: dict[RestartReason, tuple[str, str, str]] = {
    "PowerLoss": ("PowerUp", "AbnormalCondition", "PowerLoss"),
    "Reboot": ("LocalReset", "AbnormalCondition", "Reboot"),
    "HardReset": ("RemoteReset", "ResetCommand", "ImmediateReset"),
    "SoftReset": ("ScheduledReset", "ResetCommand", "ImmediateReset"),
}


def reset(station: Station, payload: dict[str, Any]) -> Answer:
    """Accepted, Rejected (no such EVSE) or Scheduled (OnIdle, while somebody charges)."""
    evse_id, on_idle = payload.get("evseId"), payload["type"] == "OnIdle"
    if evse_id is None:
        if not (on_idle and station.busy()):
            return wire.worded("Accepted"), lambda: station.unit.firmware.restart("HardReset")
        station.state.reset_when_idle = True
        station.commit()
        return wire.status("Scheduled")
    if not station.knows(evse_id):
        return wire.status("Rejected", "UnknownEvse")
    if on_idle and station.evse(evse_id).running is not None:
        station.evse(evse_id).reset_when_idle = True
        station.commit()
        return wire.status("Scheduled")
    return wire.worded("Accepted"), lambda: _reset_evse(station, evse_id)


def _reset_evse(station: Station, evse_id: int) -> None:
    transactions.end(station, evse_id, "ResetCommand", "ImmediateReset")
    evse = station.evse(evse_id)
    evse.authorization, evse.reset_when_idle = None, False
    transactions.step(station, evse_id, None)
    evse.resetting_until = station.unit.now() + timedelta(seconds=EVSE_RESET_S)
    station.commit()


def when_idle(station: Station) -> None:
    """Do now what was scheduled, where nobody charges any longer."""
    if station.state.reset_when_idle and not station.busy():
        station.state.reset_when_idle = False
        station.unit.firmware.restart("SoftReset")
    for number, _, evse in station.evses():
        if evse.reset_when_idle and evse.running is None:
            _reset_evse(station, number)


def restarted(station: Station, reason: RestartReason) -> None:
    """The whole station starts anew: transactions end, what waited for it holds. The caller saves."""
    boot_reason, trigger, stopped_reason = RESTARTS[reason]
    for number, _, evse in station.evses():
        transactions.end(station, number, trigger, stopped_reason)
        evse.authorization, evse.resetting_until, evse.reset_when_idle = None, None, False
        transactions.step(station, number, None)
    station.state.reset_when_idle = False
    station.state.boot_reason = boot_reason
    station.variables.restarted()
    station.forget_told()
