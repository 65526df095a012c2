"""B: SetNetworkProfile (B09): where the next start may connect to."""

from typing import Any
from urllib.parse import urlsplit

from simulator.link.errors import Answer
from simulator.link.tls import Security
from simulator.ocpp201 import wire
from simulator.ocpp201.device_model.controllers import NETWORK_SLOTS
from simulator.ocpp201.station import Station
from simulator.ocpp201.variables import PASSWORD


def set_network_profile(station: Station, payload: dict[str, Any]) -> Answer:
    """Accepted, or Rejected: no such slot, no less security than now, no other transport than this station's."""
    data = payload["connectionData"]
    if str(payload["configurationSlot"]) not in NETWORK_SLOTS:
        return wire.status("Rejected", "InvalidConfSlot")
    if data["ocppVersion"] != "OCPP20" or data["ocppTransport"] != "JSON":
        return wire.status("Rejected", "InvalidNetworkConf")
    if not security_profile(station) <= data["securityProfile"] <= 3:
        return wire.status("Rejected", "NoSecurityDowngrade")
    if not _is_websocket(data["ocppCsmsUrl"]):
        return wire.status("Rejected", "InvalidNetworkConf")
    station.state.network_profiles[payload["configurationSlot"]] = data
    station.commit()
    return wire.status("Accepted")


def _is_websocket(text: str) -> bool:
    try:
        parts = urlsplit(text)
        return parts.scheme in {"ws", "wss"} and bool(parts.hostname) and parts.port != 0
    except ValueError:
        return False


def central(station: Station) -> str:
    """The address of the slot in use, else the one of the settings."""
    profile = station.state.network_profiles.get(station.active_network_profile())
    return station.settings.central if profile is None else str(profile["ocppCsmsUrl"])


def security_profile(station: Station) -> int:
    """0 to 3, of the slot in use."""
    profile = station.state.network_profiles.get(station.active_network_profile())
    return station.settings.security_profile if profile is None else int(profile["securityProfile"])


def security(station: Station) -> Security:
    """As the settings say, with the password that the central system set."""
    settings = station.settings
    password = station.state.variables.get(PASSWORD, settings.password)
    return Security(
        profile=security_profile(station),
        password=password.encode() if password is not None else None,
        ca=settings.ca,
        certificate=settings.certificate,
        key=settings.key,
    )
