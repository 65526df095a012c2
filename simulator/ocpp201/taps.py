"""A card is held to the reader of an EVSE (C01, C09, C16, E03, E07)."""

from datetime import timedelta

from simulator.ocpp201 import transactions
from simulator.ocpp201.authorization import authorize
from simulator.ocpp201.state import Authorization, IdToken, Running, Verdict
from simulator.ocpp201.station import Station
from simulator.unit.speaker import TapOutcome


async def tap(station: Station, evse_id: int, token: IdToken) -> TapOutcome:
    """What the display says."""
    evse = station.evse(evse_id)
    if evse.running is not None and evse.authorization is not None:
        return await _tap_while_charging(station, evse_id, evse.running, token)
    if evse.running is None and not station.usable(evse_id):
        return "out_of_order"
    if evse.authorization is not None:
        if evse.authorization.token.key != token.key:
            return "busy"
        withdraw(station, evse_id, "StopAuthorized", "Local", token)
        return "cancelled"
    verdict = await _ask(station, evse_id, token)
    if not verdict.accepted or is_master(station, verdict.group):
        return "refused"
    # The world went on while the central system was asked.
    evse = station.evse(evse_id)
    if evse.authorization is not None:
        return "busy"
    if evse.running is None and not station.usable(evse_id):
        return "out_of_order"
    if station.reserved_for_another(evse_id, token, verdict.group):
        return "reserved_for_another"
    allow(station, evse_id, token, verdict.group, "Authorized")
    return "started" if station.unit.connector(evse_id).car is not None else "awaiting_plug"


async def _tap_while_charging(station: Station, evse_id: int, running: Running, token: IdToken) -> TapOutcome:
    """The starter's card stops at once, another of the same group after asking, a master's any."""
    reason = "Local"
    if running.token is None or running.token.key != token.key:
        verdict = await _ask(station, evse_id, token)
        master = is_master(station, verdict.group)
        same = verdict.group is not None and running.group is not None and verdict.group.key == running.group.key
        if not (verdict.accepted and (master or same)):
            return "refused"
        if station.evse(evse_id).running is not running:
            return "busy"
        reason = "MasterPass" if master else "Local"
    withdraw(station, evse_id, "StopAuthorized", reason, token)
    return "stopped"


def allow(
    station: Station,
    evse_id: int,
    token: IdToken,
    group: IdToken | None,
    trigger: str,
    remote_start_id: int | None = None,
) -> None:
    """From now on this token may charge here; where no car is plugged in, for EVConnectionTimeOut seconds."""
    authorization = Authorization(token=token, group=group, remote_start_id=remote_start_id)
    if station.unit.connector(evse_id).car is None:
        patience = timedelta(seconds=station.variables.count("TxCtrlr.EVConnectionTimeOut"))
        authorization.expires_at = station.unit.now() + patience
    transactions.authorized(station, evse_id, authorization, trigger)
    station.commit()


def withdraw(station: Station, evse_id: int, trigger: str, reason: str, token: IdToken | None = None) -> None:
    """Nobody may charge here any longer; a transaction ends where Authorized is a stop point, or never was reached."""
    evse = station.evse(evse_id)
    if evse.authorization is None:
        transactions.end(station, evse_id, trigger, reason, token)
    else:
        evse.authorization = None
        transactions.step(station, evse_id, trigger, stopped_reason=reason, stopped_by=token)
    station.commit()


def is_master(station: Station, group: IdToken | None) -> bool:
    """C16: a token of the group MasterPassGroupId stops every transaction and starts none."""
    master = station.variables.text("AuthCtrlr.MasterPassGroupId")
    return bool(master) and group is not None and group.id_token.casefold() == master.casefold()


async def _ask(station: Station, evse_id: int, token: IdToken) -> Verdict:
    verdict = await authorize(station, token, evse_id)
    station.unit.connector(evse_id).last_authorize_status = verdict.status
    station.commit()
    return verdict
