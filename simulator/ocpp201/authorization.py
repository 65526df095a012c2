"""C: who may charge. The central system's Authorize, the authorization cache, and what is known while it is away."""

import logging
from datetime import timedelta
from typing import Any

from simulator.link.errors import Answer, CallFailed, NotConnected
from simulator.link.schemas import problem
from simulator.ocpp201 import wire
from simulator.ocpp201.device_model.controllers import CACHED_TOKENS
from simulator.ocpp201.state import IdToken, Verdict
from simulator.ocpp201.station import PROTOCOL, Station

NO_AUTHORIZATION = "NoAuthorization"

log = logging.getLogger(__name__)


async def authorize(station: Station, token: IdToken, evse_id: int) -> Verdict:
    """Ask the central system, or memory where the device model says so or nobody answers. A token that may not
    charge at this EVSE is judged NotAtThisLocation.
    """
    if token.type == NO_AUTHORIZATION or not station.variables.flag("AuthCtrlr.Enabled"):
        return Verdict(status="Accepted")
    found = await _asked(station, token)
    elsewhere = found.accepted and found.evse_ids is not None and evse_id not in found.evse_ids
    return Verdict(status="NotAtThisLocation", group=found.group) if elsewhere else found


async def _asked(station: Station, token: IdToken) -> Verdict:
    variables = station.variables
    known = known_verdict(station, token)
    if known is not None and variables.flag("AuthCtrlr.LocalPreAuthorize"):
        listed = token.key in station.state.local_list
        keeper = "LocalAuthListCtrlr" if listed else "AuthCacheCtrlr"
        if known.accepted or variables.flag(f"{keeper}.DisablePostAuthorize"):
            return known
    if variables.flag("AuthCtrlr.DisableRemoteAuthorization"):
        return known or Verdict(status="Unknown")
    if not station.unit.ready:
        return _offline(station, known)
    try:
        answer = await station.unit.call("Authorize", {"idToken": token.wire})
    except NotConnected:
        return _offline(station, known)
    except CallFailed as failed:
        log.info("%s: Authorize failed: %s", station.unit.id, failed)
        return _offline(station, known) if failed.code == "Timeout" else Verdict(status="Invalid")
    return read(station, "Authorize", answer, token) or Verdict(status="Invalid")


def read(station: Station, action: str, answer: dict[str, Any], token: IdToken) -> Verdict | None:
    """The idTokenInfo of an answer, remembered; None where there is none or the answer is malformed."""
    found = problem(PROTOCOL, action, answer, answer=True)
    if found is not None:
        log.info("%s: the answer to %s is malformed: %s", station.unit.id, action, found.text)
        return None
    info = answer.get("idTokenInfo")
    if info is None:
        return None
    try:
        verdict = wire.verdict(info)
    except ValueError as error:
        log.info("%s: the answer to %s is malformed: %s", station.unit.id, action, error)
        return None
    remember(station, token, verdict)
    return verdict


def remember(station: Station, token: IdToken, verdict: Verdict) -> None:
    """Keep a verdict in the cache, the oldest going first; saved with the next commit. Tokens of the local list are
    not cached.
    """
    if not station.variables.flag("AuthCacheCtrlr.Enabled") or token.key in station.state.local_list:
        return
    cache = station.state.cache
    cache.pop(token.key, None)
    while len(cache) >= CACHED_TOKENS:
        del cache[next(iter(cache))]
    life_s = station.variables.count("AuthCacheCtrlr.LifeTime")
    if verdict.expires_at is None and life_s > 0:
        verdict = Verdict(
            status=verdict.status,
            group=verdict.group,
            expires_at=station.unit.now() + timedelta(seconds=life_s),
            evse_ids=verdict.evse_ids,
        )
    cache[token.key] = verdict


def known_verdict(station: Station, token: IdToken) -> Verdict | None:
    """What the local list, else the cache says; what is too old is not known."""
    state, variables = station.state, station.variables
    if variables.flag("LocalAuthListCtrlr.Enabled") and token.key in state.local_list:
        known = state.local_list[token.key]
    elif variables.flag("AuthCacheCtrlr.Enabled") and token.key in state.cache:
        known = state.cache[token.key]
    else:
        return None
    return None if known.expires_at is not None and known.expires_at <= station.unit.now() else known


def _offline(station: Station, known: Verdict | None) -> Verdict:
    """C15: known tokens with LocalAuthorizeOffline, unknown ones with OfflineTxForUnknownIdEnabled."""
    if known is not None and station.variables.flag("AuthCtrlr.LocalAuthorizeOffline"):
        return known
    if known is None and station.variables.flag("AuthCtrlr.OfflineTxForUnknownIdEnabled"):
        return Verdict(status="Accepted")
    return Verdict(status="Invalid")


def clear_cache(station: Station, _payload: dict[str, Any]) -> Answer:
    """Forgets all tokens; Rejected while the cache is switched off (C11)."""
    if not station.variables.flag("AuthCacheCtrlr.Enabled"):
        return wire.status("Rejected", "NotEnabled")
    station.state.cache.clear()
    station.commit()
    return wire.status("Accepted")
