"""The current limit of one connector as a charging profile of OCPP 1.6, and what a composite schedule says of it.

One default profile per connector, relative to the transaction's start and without end: what the most chargers follow.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, Literal

from ocpp_bridge.translation import Call

Unit = Literal["A", "W"]
VOLTS = 230
LOOK_S = 60
"""How far a composite schedule is asked for; only what holds now is looked at."""
DEFAULT_ID, RUNNING_ID = 1_600_000, 1_700_000
"""Added to the connector's number: the ids of our profiles, beside those an admin gives."""


@dataclass(frozen=True, slots=True)
class InForce:
    """What a connector may draw now: amperes per phase, and how many phases, where told."""

    limit_a: float | None = None
    phases: int | None = None
    tolerance_a: float = 0.11
    """What rounding may take from the limit."""

    def holds(self, limit_a: float) -> bool:
        """Is this the limit in force?"""
        return self.limit_a is not None and abs(self.limit_a - limit_a) <= self.tolerance_a


def limit_call(
    connector: int, limit_a: float, phases: int | None, unit: Unit, transaction_id: int | None = None
) -> Call:
    """The profile for every transaction to come, or for the one that runs."""
    limit = limit_a if unit == "A" else limit_a * VOLTS * (phases or 3)
    period: dict[str, Any] = {"startPeriod": 0, "limit": round(limit, 1)}
    if phases is not None:
        period["numberPhases"] = phases
    profile: dict[str, Any] = {
        "chargingProfileId": (DEFAULT_ID if transaction_id is None else RUNNING_ID) + connector,
        "stackLevel": 0,
        "chargingProfilePurpose": "TxDefaultProfile" if transaction_id is None else "TxProfile",
        "chargingProfileKind": "Relative",
        "chargingSchedule": {"chargingRateUnit": unit, "chargingSchedulePeriod": [period]},
    }
    if transaction_id is not None:
        profile["transactionId"] = transaction_id
    return Call("SetChargingProfile", {"connectorId": connector, "csChargingProfiles": profile})


def clear_call(connector: int, first_id: int) -> Call:
    """Take one of our profiles away."""
    return Call("ClearChargingProfile", {"id": first_id + connector})


def composite_call(connector: int, unit: Unit) -> Call:
    """Ask what all profiles together leave."""
    return Call("GetCompositeSchedule", {"connectorId": connector, "duration": LOOK_S, "chargingRateUnit": unit})


def in_force(payload: Mapping[str, Any]) -> InForce:
    """The first period of an answered composite schedule. Some accept and tell none, or a limit of −1: nothing."""
    schedule = payload.get("chargingSchedule")
    periods = schedule.get("chargingSchedulePeriod") if isinstance(schedule, dict) else None
    first = periods[0] if isinstance(periods, list) and periods else None
    if payload.get("status") != "Accepted" or not isinstance(schedule, dict) or not isinstance(first, dict):
        return InForce()
    phases = first.get("numberPhases")
    phases = phases if phases in {1, 3} and not isinstance(phases, bool) else None
    limit = first.get("limit")
    if isinstance(limit, bool) or not isinstance(limit, int | float) or not 0 <= limit < 10**7:
        return InForce(phases=phases)
    if schedule.get("chargingRateUnit") == "W":
        return InForce(round(limit / (VOLTS * (phases or 3)), 1), phases, tolerance_a=0.5)
    return InForce(round(float(limit), 1), phases)
