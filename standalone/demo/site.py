"""The demo's location, charge points and accounts, made through the API; what is there already stays as it is."""

import os
import secrets
from dataclasses import dataclass
from pathlib import Path
from typing import Any
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

from standalone.api_client import ApiClient, Refused
from standalone.data_dir import DataDir
from standalone.street import Street

LOCATION = "demo"
SETTINGS: dict[str, Any] = {
    "response_s": 20,
    "plug_in_s": 20,
    "grace_s": 15,
    "silence_snooze_s": 20,
    "full_after_s": 5,
    "ask_after_s": 120,
    "offline_flap_s": 20,
    "bridge_silence_s": 20,
    "offline_hold_s": 120,
    "privacy": "names",
}
METER_INTERVAL_S = 5
PASSWORD_BYTES = 12


@dataclass(frozen=True, slots=True)
class Place:
    """One connector of a charge point and the charger it is."""

    charger_id: str
    charge_point_id: str
    connector: int


@dataclass(frozen=True, slots=True)
class ChargePointPlan:
    """A charge point of the demo; ``reserves``: whether it knows ReserveNow."""

    charge_point_id: str
    chargers: tuple[str, ...]
    reserves: bool

    @property
    def places(self) -> tuple[Place, ...]:
        """By connector, which count from 1."""
        return tuple(
            Place(charger_id, self.charge_point_id, number) for number, charger_id in enumerate(self.chargers, 1)
        )


CHARGE_POINTS = (
    ChargePointPlan("demo-north", ("north",), reserves=True),
    ChargePointPlan("demo-south", ("south",), reserves=False),
)
VISITORS = {"driver-1": "user", "driver-2": "user", "manager": "admin"}
"""Whom the pages' buttons log in as (`services/accounts/demo.py`), and what each may do. The demo leaves them alone."""
PLACES = {place.charger_id: place for plan in CHARGE_POINTS for place in plan.places}


def make_location(api: ApiClient) -> bool:
    """As an admin: the location and its charge points' chargers; whether it was made. Raises what the API refuses."""
    if api.exists(f"location/{LOCATION}"):
        return False
    about = {
        "name": "Demo car park",
        "description": "Settings in seconds; simulated charge points and drivers.",
        "time_zone": local_time_zone(),
        "latitude": 60.1699,
        "longitude": 24.9384,
        "settings": SETTINGS,
    }
    api.send("PUT", f"location/{LOCATION}", about)
    return True


def make_charge_points(api: ApiClient, street: Street, data: DataDir) -> None:
    """As an admin: known to the API, then connected. Later runs only make sure that both know them."""
    passwords = {
        plan: data.secret(f"{plan.charge_point_id}-password", lambda: secrets.token_hex(PASSWORD_BYTES))
        for plan in CHARGE_POINTS
    }
    for plan, password in passwords.items():
        if not api.exists(f"chargepoint/{plan.charge_point_id}"):
            connectors = {str(place.connector): f"{LOCATION}:{place.charger_id}" for place in plan.places}
            body = {"password": password, "connectors": connectors}
            api.send("PUT", f"chargepoint/{plan.charge_point_id}", body)
    for plan, password in passwords.items():
        settings = {
            "password": password,
            "connectors": len(plan.chargers),
            "supports_reservation": plan.reserves,
            "meter_interval_s": METER_INTERVAL_S,
        }
        street.put(plan.charge_point_id, settings)


def make_account(api: ApiClient, username: str, password: str, kind: str = "user") -> bool:
    """As an admin: an account; whether it was made. Raises what else the API refuses."""
    try:
        api.send("POST", "user", {"username": username, "password": password, "type": kind})
    except Refused as refused:
        if refused.status != 409:
            raise
        return False
    return True


def local_time_zone() -> str:
    """The zone of this machine by its IANA name, so that sentences and the live log tell the same time; else UTC."""
    name = os.environ.get("TZ", "")
    if not name:
        _, found, name = str(Path("/etc/localtime").resolve()).partition("zoneinfo/")
        name = name if found else "UTC"
    try:
        ZoneInfo(name)
    except (ZoneInfoNotFoundError, ValueError, OSError):
        return "UTC"
    return name
