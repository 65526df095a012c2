"""Who may charge: the central system's Authorize, the local list, and the cache of what was answered (OCPP 1.6,
3.5).
"""

import logging
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from simulator.link.errors import CallFailed, NotConnected
from simulator.ocpp16.point import Point
from simulator.ocpp16.state import Tag
from simulator.unit.unit import moment

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


async def authorize(point: Point, id_tag: str) -> Verdict:
    """Ask the central system, or memory where the configuration says so or nobody answers."""
    known = _known(point, id_tag)
    if point.configuration.flag("LocalPreAuthorize") and known is not None and known.accepted:
        return known
    if not point.unit.ready:
        return _offline(point, known)
    try:
        answer = await point.unit.call("Authorize", {"idTag": id_tag})
    except NotConnected:
        return _offline(point, known)
    except CallFailed as failed:
        log.info("%s: Authorize failed: %s", point.unit.id, failed)
        return _offline(point, known) if failed.code == "Timeout" else Verdict("Invalid")
    verdict = read_verdict(answer)
    if verdict is None:
        log.info("%s: Authorize.conf without idTagInfo", point.unit.id)
        return Verdict("Invalid")
    remember(point, id_tag, verdict)
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


def remember(point: Point, id_tag: str, verdict: Verdict) -> None:
    """Keep a verdict in the authorization cache; saved with the next commit. The local list needs no cache."""
    tag = id_tag.casefold()
    if not point.configuration.flag("AuthorizationCacheEnabled") or tag in _list(point):
        return
    cache = point.state.cache
    cache.pop(tag, None)
    while len(cache) >= CACHED_TAGS:
        del cache[next(iter(cache))]
    cache[tag] = Tag(
        id_tag=id_tag, status=verdict.status, parent_id_tag=verdict.parent_id_tag, expires_at=verdict.expires_at
    )


def _list(point: Point) -> dict[str, Tag]:
    return point.state.local_list if point.configuration.flag("LocalAuthListEnabled") else {}


def _known(point: Point, id_tag: str) -> Verdict | None:
    """The local list knows better than the cache."""
    tag = id_tag.casefold()
    found = _list(point).get(tag)
    if found is None and point.configuration.flag("AuthorizationCacheEnabled"):
        found = point.state.cache.get(tag)
    if found is None:
        return None
    if found.expires_at is not None and found.expires_at <= point.unit.now():
        return Verdict("Expired")
    return Verdict(found.status, found.parent_id_tag)


def _offline(point: Point, known: Verdict | None) -> Verdict:
    """Known tags with LocalAuthorizeOffline, unknown ones with AllowOfflineTxForUnknownId."""
    if known is not None and point.configuration.flag("LocalAuthorizeOffline"):
        return known
    if known is None and point.configuration.flag("AllowOfflineTxForUnknownId"):
        return Verdict("Accepted")
    return Verdict("Invalid")
