"""Who may charge: the central system's Authorize, and the charge point's own memory of tags while it is
offline.
"""

import logging
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from simulator.chargepoint.connection import CallFailed, NotConnected
from simulator.chargepoint.state import CachedTag
from simulator.chargepoint.unit import Unit, moment, now

# A firmware has little room; the oldest entry goes first.
CACHED_TAGS = 200

log = logging.getLogger(__name__)


@dataclass(frozen=True, slots=True)
class Verdict:
    """An idTagInfo: OCPP's AuthorizationStatus, the tag's group where told, how long it may be kept."""

    status: str
    parent_id_tag: str | None = None
    expires_at: datetime | None = None

    @property
    def accepted(self) -> bool:
        return self.status == "Accepted"


async def authorize(unit: Unit, id_tag: str) -> Verdict:
    """Ask the central system, or memory where the configuration says so or nobody answers."""
    known = _cached(unit, id_tag)
    if unit.configuration.flag("LocalPreAuthorize") and known is not None and known.accepted:
        return known
    if not unit.ready:
        return _offline(unit, known)
    try:
        answer = await unit.connection.call("Authorize", {"idTag": id_tag})
    except NotConnected:
        return _offline(unit, known)
    except CallFailed as failed:
        log.info("%s: Authorize failed: %s", unit.id, failed)
        return _offline(unit, known) if failed.code == "Timeout" else Verdict("Invalid")
    verdict = read_verdict(answer)
    if verdict is None:
        log.info("%s: Authorize.conf without idTagInfo", unit.id)
        return Verdict("Invalid")
    remember(unit, id_tag, verdict)
    return verdict


def read_verdict(answer: dict[str, Any]) -> Verdict | None:
    """The idTagInfo of an answer; None where there is none of the right shape."""
    match answer.get("idTagInfo"):
        case {"status": str(status), **optional}:
            parent_id_tag, expiry = optional.get("parentIdTag"), optional.get("expiryDate")
        case _:
            return None
    try:
        expires_at = moment(expiry) if expiry is not None else None
    except ValueError:
        return None
    return Verdict(status, parent_id_tag if isinstance(parent_id_tag, str) else None, expires_at)


def remember(unit: Unit, id_tag: str, verdict: Verdict) -> None:
    """Keep a verdict in the authorization cache; saved with the next commit."""
    if not unit.configuration.flag("AuthorizationCacheEnabled"):
        return
    cache = unit.state.cache
    cache.pop(id_tag.casefold(), None)
    while len(cache) >= CACHED_TAGS:
        del cache[next(iter(cache))]
    cache[id_tag.casefold()] = CachedTag(
        status=verdict.status, parent_id_tag=verdict.parent_id_tag, expires_at=verdict.expires_at
    )


def _cached(unit: Unit, id_tag: str) -> Verdict | None:
    if not unit.configuration.flag("AuthorizationCacheEnabled"):
        return None
    found = unit.state.cache.get(id_tag.casefold())
    if found is None:
        return None
    if found.expires_at is not None and found.expires_at <= now():
        return Verdict("Expired")
    return Verdict(found.status, found.parent_id_tag)


def _offline(unit: Unit, known: Verdict | None) -> Verdict:
    """OCPP 1.6, 3.5: known tags with LocalAuthorizeOffline, unknown ones with AllowOfflineTxForUnknownId."""
    if known is not None and unit.configuration.flag("LocalAuthorizeOffline"):
        return known
    if known is None and unit.configuration.flag("AllowOfflineTxForUnknownId"):
        return Verdict("Accepted")
    return Verdict("Invalid")
