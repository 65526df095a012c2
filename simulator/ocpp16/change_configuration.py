"""ChangeConfiguration, GetConfiguration, ClearCache."""

from collections.abc import Callable
from typing import Any

from simulator.link.errors import Answer, Refused
from simulator.ocpp16 import security
from simulator.ocpp16.keys import AUTHORIZATION_KEY, KEYS, SECURITY_PROFILE, spelling
from simulator.ocpp16.payload import status
from simulator.ocpp16.point import Point


def change(point: Point, key: str, value: str) -> tuple[str, Callable[[], object] | None]:
    """The status, and what to do once it is told."""
    spelled = spelling(key)
    if spelled == AUTHORIZATION_KEY and KEYS[spelled].takes is not None:
        return security.change_authorization_key(point, value)
    if spelled == SECURITY_PROFILE:
        return security.change_profile(point, value)
    outcome = point.configuration.change(key, value)
    if outcome in {"Accepted", "RebootRequired"}:
        point.unit.commit()
    return outcome, None


def change_configuration(point: Point, payload: dict[str, Any]) -> Answer:
    """Accepted, Rejected (read-only or a value out of its domain), RebootRequired or NotSupported (no such key)."""
    outcome, afterwards = change(point, payload["key"], payload["value"])
    return {"status": outcome}, afterwards


def get_configuration(point: Point, payload: dict[str, Any]) -> Answer:
    """The keys asked for, and the names of those unknown."""
    wanted = payload.get("key") or list(KEYS)
    if len(wanted) > point.configuration.count("GetConfigurationMaxKeys"):
        raise Refused("OccurenceConstraintViolation", "more keys than GetConfigurationMaxKeys")
    known = [name for key in wanted if (name := spelling(key)) is not None]
    unknown = [key for key in wanted if spelling(key) is None]
    return {
        "configurationKey": [point.configuration.shown(name) for name in known],
        "unknownKey": unknown,
    }, None


def clear_cache(point: Point, _payload: dict[str, Any]) -> Answer:
    """Forgets all tags; Rejected while the cache is switched off."""
    if not point.configuration.flag("AuthorizationCacheEnabled"):
        return status("Rejected")
    point.state.cache.clear()
    point.unit.commit()
    return status("Accepted")
