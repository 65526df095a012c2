"""ChangeConfiguration, GetConfiguration, ClearCache. The AuthorizationKey can be set and is never shown."""

from typing import Annotated, Any

import msgspec

from simulator.chargepoint.configuration import AUTHORIZATION_KEY, KEYS, spelling
from simulator.chargepoint.connection import Answer
from simulator.chargepoint.requests.payload import read, status
from simulator.chargepoint.unit import Unit


class Change(msgspec.Struct):
    """ChangeConfiguration.req."""

    key: Annotated[str, msgspec.Meta(max_length=50)]
    value: Annotated[str, msgspec.Meta(max_length=500)]


class Get(msgspec.Struct):
    """GetConfiguration.req; no keys asks for all."""

    key: list[str] = []


def change_configuration(unit: Unit, payload: dict[str, Any]) -> Answer:
    """Accepted, Rejected (read-only or a value out of its domain) or NotSupported (no such key)."""
    request = read(Change, payload)
    if request.key.casefold() == AUTHORIZATION_KEY.casefold():
        return _change_authorization_key(unit, request.value)
    outcome = unit.configuration.change(request.key, request.value)
    if outcome == "Accepted":
        unit.commit()
    return status(outcome)


def _change_authorization_key(unit: Unit, value: str) -> Answer:
    """The security whitepaper's: 16–20 bytes in hexadecimal, used by the connection that follows."""
    try:
        key = bytes.fromhex(value)
    except ValueError:
        return status("Rejected")
    if not 16 <= len(key) <= 20:
        return status("Rejected")
    unit.state.authorization_key = key.hex()
    unit.commit()
    return {"status": "Accepted"}, unit.firmware.reconnect


def get_configuration(unit: Unit, payload: dict[str, Any]) -> Answer:
    """The keys asked for, and the names of those unknown."""
    wanted = read(Get, payload).key or list(KEYS)
    known = [name for key in wanted if (name := spelling(key)) is not None]
    unknown = [key for key in wanted if spelling(key) is None]
    return {
        "configurationKey": [unit.configuration.shown(name) for name in known],
        "unknownKey": unknown,
    }, None


def clear_cache(unit: Unit, _payload: dict[str, Any]) -> Answer:
    """Forgets all tags; Rejected while the cache is switched off."""
    if not unit.configuration.flag("AuthorizationCacheEnabled"):
        return status("Rejected")
    unit.state.cache.clear()
    unit.commit()
    return status("Accepted")
