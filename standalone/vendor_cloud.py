"""A stand-in for a vendor's cloud beside the system, and a location whose only charger is reached through it."""

import secrets
from dataclasses import replace
from pathlib import Path

from standalone.api_client import ApiClient
from standalone.child import Plan
from standalone.data_dir import DataDir, write_private
from standalone.demo.site import SETTINGS, local_time_zone
from standalone.plans import Machine, cloud_plan

LOCATION, CHARGER, CHARGE_POINT = "cloud", "in-the-cloud", "2101014433M"
EMAIL = "site@example.com"


def prepare(data: DataDir, machine: Machine) -> Plan:
    """The stand-in's process. Writes the units file that lets the bridge log in there."""
    password = data.secret("cloud-password", lambda: secrets.token_urlsafe(12))
    api_key = data.secret("cloud-api-key", lambda: secrets.token_urlsafe(12))
    lines = (
        "# Made anew with each start: an account of the stand-in for the vendor's cloud.",
        "[[account]]",
        'driver = "chargeamps"',
        f'url = "{machine.cloud}"',
        f'email = "{EMAIL}"',
        f'password = "{password}"',
        f'api_key = "{api_key}"',
        "poll_s = 2",
        "sample_s = 5",
    )
    write_private(units_file(data), "\n".join(lines))
    plan = cloud_plan(machine, CHARGE_POINT)
    told = {"CHARGEAMPS_CLOUD_PASSWORD": password, "CHARGEAMPS_CLOUD_API_KEY": api_key}
    return replace(plan, environment={**plan.environment, **told})


def units_file(data: DataDir) -> Path:
    """Where it is."""
    return data.path / "cloud-units.toml"


def adopt(api: ApiClient) -> bool:
    """As an admin: the location and its charge point; whether they were made. Raises what the API refuses."""
    if api.exists(f"chargepoint/{CHARGE_POINT}"):
        return False
    about = {"name": "Car park in a vendor's cloud", "time_zone": local_time_zone(), "settings": SETTINGS}
    api.send("PUT", f"location/{LOCATION}", about)
    api.send("PUT", f"chargepoint/{CHARGE_POINT}", {"connectors": {"1": f"{LOCATION}:{CHARGER}"}})
    return True
