"""Charging profiles as a central system sends them."""

from typing import Any


def profile(limit: float, purpose: str, *, unit: str = "A", **changed: Any) -> dict[str, Any]:
    """Relative for a TxProfile and TxDefaultProfile, from the year 2026 on for the rest."""
    schedule: dict[str, Any] = {
        "id": 1,
        "chargingRateUnit": unit,
        "chargingSchedulePeriod": [{"startPeriod": 0, "limit": limit}],
    }
    relative = purpose.startswith("Tx")
    if not relative:
        schedule["startSchedule"] = "2026-01-01T00:00:00Z"
    return {
        "id": 1,
        "stackLevel": 0,
        "chargingProfilePurpose": purpose,
        "chargingProfileKind": "Relative" if relative else "Absolute",
        "chargingSchedule": [schedule],
        **changed,
    }


def tx_profile(limit: float, **changed: Any) -> dict[str, Any]:
    return profile(limit, "TxProfile", **changed)
