"""K: what the charging profiles leave of an EVSE's power now, and when that changes."""

from collections.abc import Iterator
from datetime import timedelta

from simulator.ocpp201.station import Station
from simulator.unit.charging_profiles import Load, Profile, limit_at, next_change
from simulator.unit.limit import UNLIMITED, Limit

LOOKS_AHEAD = timedelta(hours=1)


def profiles(station: Station) -> list[Profile]:
    """All, whoever set them."""
    return [one.profile for one in station.state.profiles]


def load(station: Station, evse_id: int) -> Load:
    """An EVSE as the profiles see it; a limit of the station is divided among those that charge, and this one."""
    running = station.evse(evse_id).running if evse_id else None
    charging = {number for number, _, evse in station.evses() if evse.running is not None and evse.authorization}
    return Load(
        place=evse_id,
        started_at=running.started_at if running is not None else None,
        transaction_id=running.transaction_id if running is not None else None,
        phases=station.settings.phases,
        sharing=len(charging | {evse_id}),
    )


def limit(station: Station, evse_id: int) -> Limit:
    """In W, of all phases together."""
    if not station.state.profiles or not station.variables.flag("SmartChargingCtrlr.Enabled"):
        return UNLIMITED
    found = limit_at(profiles(station), load(station, evse_id), station.unit.now(), "W")
    return UNLIMITED if found is None else Limit(power_w=max(0, int(found.limit)), phases=found.phases)


def due_s(station: Station) -> Iterator[float]:
    """Seconds until a limit of a running transaction changes."""
    if not station.state.profiles:
        return
    now = station.unit.now()
    for _, _, evse in station.evses():
        if evse.running is not None:
            at = next_change(profiles(station), now, evse.running.started_at, LOOKS_AHEAD)
            yield (at - now if at is not None else LOOKS_AHEAD).total_seconds()
