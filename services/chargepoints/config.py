"""Services: the copy of charge points, tags and holds that a bridge keeps for when we do not answer."""

import re
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta

from model import paths
from model.account import Tag, User
from model.charge_point import ChargePoint
from model.documents import from_document
from model.errors import NotFound
from model.settings import Settings, UnknownTags
from model.site import Site
from model.store.port import Store
from model.store.query import Filter, Query
from services.chargepoints.presence import Presence
from services.ports import Clock
from services.sites.known_tags import BLOCKED, verdict_on
from services.sites.reading import Sites
from wire.questions import BridgeConfig, ChargePointConfig, HoldConfig, TagConfig, TagStatus

OVERLAP = timedelta(seconds=30)
"""A change is stamped before it is committed: so much of the past is told again."""
COMPLETE_EVERY = timedelta(hours=1)
"""Cards that were deleted and users that were deactivated leave a bridge's copy with its next complete answer."""
HOLDS_EVERY = timedelta(minutes=2)
HOLD_MARGIN = timedelta(minutes=10)
_CURSOR = re.compile(r"(\d{10,17})-(\d{10,17})-(\d{10,17})\Z")


@dataclass(frozen=True, slots=True, kw_only=True)
class _Cursor:
    """What an earlier answer covered: changes until, everything at, holds at."""

    changes: datetime
    complete: datetime
    holds: datetime


class BridgeConfigs:
    """Answers ``GET bridge/config``."""

    def __init__(self, store: Store, clock: Clock, sites: Sites, presence: Presence) -> None:
        self._store = store
        self._clock = clock
        self._sites = sites
        self._presence = presence

    def config(self, bridge_id: str, since: str = "") -> BridgeConfig:
        """Everything, or what changed since the cursor of an earlier answer; a cursor that is none means everything.

        Holds are those of the charge points this bridge had last, read from the sites at that moment: all of them in a
        complete answer and every two minutes, otherwise None (commands tell the bridge of each).
        """
        self._presence.heard(bridge_id)
        now = self._clock.now()
        cursor = _parsed(since, now)
        if cursor is None:
            covered = _Cursor(changes=now, complete=now, holds=now)
            return self._complete(bridge_id, covered, now)
        holds_due = now - cursor.holds >= HOLDS_EVERY
        covered = _Cursor(changes=now, complete=cursor.complete, holds=now if holds_due else cursor.holds)
        return self._changes(bridge_id, cursor, covered, now, holds_due=holds_due)

    def _complete(self, bridge_id: str, covered: _Cursor, now: datetime) -> BridgeConfig:
        known = Query(paths.CHARGE_POINTS, (Filter("removed", "==", False),))
        points = [from_document(ChargePoint, document.data) for document in self._store.query(known)]
        inactive = Query(paths.USERS, (Filter("active", "==", False),))
        blocked = {from_document(User, document.data).user_id for document in self._store.query(inactive)}
        tags = [from_document(Tag, document.data) for document in self._store.query(Query(paths.TAGS))]
        return BridgeConfig(
            cursor=_text(covered),
            complete=True,
            charge_points=tuple(self._point(point) for point in points),
            tags=tuple(_tag(tag, now, blocked=tag.user_id in blocked) for tag in tags),
            holds=self._holds(bridge_id),
            server_time=now,
        )

    def _changes(
        self, bridge_id: str, cursor: _Cursor, covered: _Cursor, now: datetime, *, holds_due: bool
    ) -> BridgeConfig:
        since = (Filter("changed_at", ">=", cursor.changes - OVERLAP),)
        changed = [
            from_document(ChargePoint, document.data)
            for document in self._store.query(Query(paths.CHARGE_POINTS, since))
        ]
        tags = [from_document(Tag, document.data) for document in self._store.query(Query(paths.TAGS, since))]
        owners = self._store.get_many([paths.user(user_id) for user_id in sorted({tag.user_id for tag in tags})])
        active = {user.user_id for user in (from_document(User, one.data) for one in owners if one) if user.active}
        return BridgeConfig(
            cursor=_text(covered),
            complete=False,
            charge_points=tuple(self._point(point) for point in changed if not point.removed),
            gone=tuple(point.charge_point_id for point in changed if point.removed),
            tags=tuple(_tag(tag, now, blocked=tag.user_id not in active) for tag in tags),
            holds=self._holds(bridge_id) if holds_due else None,
            server_time=now,
        )

    def _point(self, point: ChargePoint) -> ChargePointConfig:
        try:
            settings = self._sites.cached(point.location_id).settings
        except NotFound:
            settings = Settings()
        return ChargePointConfig(
            charge_point_id=point.charge_point_id,
            password_sha256=point.password_sha256,
            security_profile=point.security_profile,
            vendor_profile=point.vendor_profile,
            connectors={number: f"{point.location_id}:{charger_id}" for number, charger_id in point.connectors.items()},
            offline_flap_s=settings.offline_flap_s,
            admits_unknown=settings.unknown_tags is UnknownTags.WALK_UP,
            changed_at=point.changed_at,
        )

    def _holds(self, bridge_id: str) -> tuple[HoldConfig, ...]:
        # Never from the cache: a hold missing here would be dropped by the bridge.
        return tuple(hold for site in self._sites.all_now() for hold in live_holds(site, bridge_id))


def live_holds(site: Site, bridge_id: str) -> list[HoldConfig]:
    """The offers and holds on charge points that this bridge had last."""
    holds: list[HoldConfig] = []
    for charger in site.chargers.values():
        session = charger.session
        link = site.links.get(charger.charge_point_id)
        if session is None or session.entry is None or link is None or link.bridge_id != bridge_id:
            continue
        if session.deadline is None:
            continue
        holds.append(
            HoldConfig(
                charge_point_id=charger.charge_point_id,
                connector=charger.connector,
                reservation_id=session.reservation_id,
                tag=session.entry.member.tag,
                until=session.deadline + HOLD_MARGIN,
            )
        )
    return holds


def _tag(tag: Tag, now: datetime, *, blocked: bool) -> TagConfig:
    verdict = BLOCKED if blocked else verdict_on(tag, now)
    return TagConfig(tag=tag.tag, parent_tag=tag.parent_tag, status=TagStatus(verdict), expires_at=tag.expires_at)


def _parsed(text: str, now: datetime) -> _Cursor | None:
    """The cursor, or None: none of ours, from the future, or too long since everything was told."""
    match = _CURSOR.match(text)
    if match is None:
        return None
    changes, complete, holds = (_EPOCH + timedelta(microseconds=int(group)) for group in match.groups())
    if max(changes, complete, holds) > now + OVERLAP or now - complete >= COMPLETE_EVERY:
        return None
    return _Cursor(changes=changes, complete=complete, holds=holds)


_EPOCH = datetime(1970, 1, 1, tzinfo=UTC)


def _text(cursor: _Cursor) -> str:
    instants = (cursor.changes, cursor.complete, cursor.holds)
    return "-".join(str((instant - _EPOCH) // timedelta(microseconds=1)) for instant in instants)
