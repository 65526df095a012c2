"""What the bridge knows by itself: charge points, tags, holds; and its verdicts when the API does not answer in time.

Pure but for memory: time is passed in. Tags are compared case-folded.
"""

import hashlib
import hmac
from collections.abc import Iterable, Mapping
from datetime import datetime

import msgspec

from ocpp_bridge.spool.copy_rows import StoredCopy
from wire.questions import AuthorizeReply, BridgeConfig, ChargePointConfig, HoldConfig, TagConfig, TagStatus

Connector = tuple[str, int]
Running = Mapping[Connector, str]
"""The tag each running transaction began with."""


class LocalCopy:
    """Charge points by id (case-sensitive), tags by folded text, holds by (charge point, connector)."""

    def __init__(self, stored: StoredCopy) -> None:
        self.cursor = stored.cursor
        self.charge_points = {point.charge_point_id: point for point in stored.charge_points}
        self._tags = {tag.tag.casefold(): tag for tag in stored.tags}
        self._parents = _parents(stored.tags)
        self._holds: dict[Connector, HoldConfig] = {}
        for hold in stored.holds:
            self._holds[hold.charge_point_id, hold.connector] = hold
        self._commanded: dict[Connector, float] = {}
        self.tags_changed = 0
        """Counts the answers that changed what a tag is worth."""

    @property
    def known(self) -> bool:
        """Has the API ever answered?"""
        return bool(self.cursor)

    def location_of(self, charge_point_id: str) -> str:
        """The location whose events must stay together, or "" while it is not known."""
        point = self.charge_points.get(charge_point_id)
        first = next(iter(point.connectors.values()), "") if point else ""
        return first.partition(":")[0].casefold()

    def apply(self, config: BridgeConfig, asked_at: float) -> list[HoldConfig] | None:
        """Take one answer of the API over; returns the holds to store, None when they stay as they are.

        A hold or release commanded since ``asked_at`` (monotonic) is newer than the answer and stands.
        """
        before = self._tags.copy() if config.complete or config.tags or config.gone_tags else self._tags
        if config.complete:
            self.charge_points = {}
            self._tags = {}
        self.charge_points.update({point.charge_point_id: point for point in config.charge_points})
        for gone in config.gone:
            self.charge_points.pop(gone, None)
        self._tags.update({tag.tag.casefold(): tag for tag in config.tags})
        for gone in config.gone_tags:
            self._tags.pop(gone.casefold(), None)
        if config.complete or config.tags or config.gone_tags:
            self._parents = _parents(self._tags.values())
            self.tags_changed += self._tags != before
        self.cursor = config.cursor
        if config.holds is None:
            return None
        newer = {key for key, at in self._commanded.items() if at >= asked_at}
        holds = {(hold.charge_point_id, hold.connector): hold for hold in config.holds}
        self._holds = {
            **{key: hold for key, hold in holds.items() if key not in newer},
            **{key: hold for key, hold in self._holds.items() if key in newer},
        }
        self._commanded = {key: at for key, at in self._commanded.items() if key in newer}
        return list(self._holds.values())

    def hold_commanded(self, hold: HoldConfig, at: float) -> None:
        self._holds[hold.charge_point_id, hold.connector] = hold
        self._commanded[hold.charge_point_id, hold.connector] = at

    def release_commanded(self, charge_point_id: str, connector: int, reservation_id: int, at: float) -> bool:
        """False when another reservation holds the connector by now: that one stays."""
        key = (charge_point_id, connector)
        hold = self._holds.get(key)
        if hold is not None and hold.reservation_id != reservation_id:
            return False
        self._holds.pop(key, None)
        self._commanded[key] = at
        return True

    def hold_of(self, charge_point_id: str, connector: int, now: datetime) -> HoldConfig | None:
        hold = self._holds.get((charge_point_id, connector))
        return hold if hold is not None and hold.until > now else None

    def holds_at(self, charge_point_id: str, now: datetime) -> list[HoldConfig]:
        return [hold for (name, _), hold in self._holds.items() if name == charge_point_id and hold.until > now]

    @property
    def tags(self) -> list[TagConfig]:
        return list(self._tags.values())

    def knows(self, tag: str) -> bool:
        """Is it somebody's?"""
        return tag.casefold() in self._tags

    def holders_at(self, location_id: str, now: datetime) -> frozenset[str]:
        """Folded made-up tags of who holds a charger of a location."""
        return frozenset(
            hold.tag.casefold()
            for (charge_point_id, _), hold in self._holds.items()
            if hold.until > now and self.location_of(charge_point_id) == location_id
        )

    def learn(self, tag: str, reply: AuthorizeReply) -> None:
        """Remember a card the API has just accepted, if it is younger than the last configuration."""
        folded, parent = tag.casefold(), reply.parent_tag
        if reply.tag_status is not TagStatus.ACCEPTED or not parent:
            return
        self._parents.add(parent.casefold())
        if folded not in self._tags and folded != parent.casefold():
            self._tags[folded] = TagConfig(
                tag=tag, parent_tag=parent, status=TagStatus.ACCEPTED, expires_at=reply.expires_at
            )
            self.tags_changed += 1

    def opens(self, hold: HoldConfig, tag: str) -> bool:
        """Is ``tag`` the holder's, or one of their cards?"""
        known = self._tags.get(tag.casefold())
        names = {tag.casefold(), known.parent_tag.casefold()} if known else {tag.casefold()}
        return hold.tag.casefold() in names

    def authorize(self, charge_point_id: str, tag: str, running: Running, now: datetime) -> AuthorizeReply:
        """May ``tag`` start, or end its charge, anywhere here? Blocked only when every connector is another's."""
        holder = any(self.opens(hold, tag) for hold in self.holds_at(charge_point_id, now))
        verdict = self._verdict(tag, now, charge_point_id, holder=holder)
        point = self.charge_points.get(charge_point_id)
        here = [(charge_point_id, number) for number in connectors_of(point)] if point else []
        own = any(place in running and self._same_person(tag, running[place]) for place in here)
        if verdict.tag_status is not TagStatus.ACCEPTED or own or not here:
            return verdict
        for place in here:
            hold = self.hold_of(*place, now)
            if place not in running and (hold is None or self.opens(hold, tag)):
                return self._one_charge_each(verdict, place, tag, running)
        return _blocked(verdict, "every connector is used or held by another")

    def start(self, place: Connector, tag: str, running: Running, now: datetime) -> AuthorizeReply:
        """May ``tag`` charge at this connector? What ran there before has ended, told or not."""
        point = self.charge_points.get(place[0])
        if point is not None and str(place[1]) not in point.connectors:
            return AuthorizeReply(tag_status=TagStatus.INVALID, reason="unknown connector")
        hold = self.hold_of(*place, now)
        verdict = self._verdict(tag, now, place[0], holder=hold is not None and self.opens(hold, tag))
        if verdict.tag_status is not TagStatus.ACCEPTED:
            return verdict
        if hold is not None and not self.opens(hold, tag):
            return _blocked(verdict, "held for another")
        return self._one_charge_each(verdict, place, tag, running)

    def stop(self, tag: str, started_by: str | None, now: datetime) -> AuthorizeReply:
        """What ``tag`` is worth as the end of a transaction: Invalid unless it is its starter's, or that driver's."""
        starters = started_by is not None and tag.casefold() == started_by.casefold()
        verdict = self._verdict(tag, now, "", holder=starters)
        if started_by is not None and not starters and not self._same_person(tag, started_by):
            return AuthorizeReply(
                tag_status=TagStatus.INVALID, parent_tag=verdict.parent_tag, reason="not who began the charge"
            )
        return verdict

    def opens_with(self, charge_point_id: str, password: bytes) -> bool:
        """Does the password open this charge point's door? Every digest is compared, each in constant time."""
        digest = hashlib.sha256(password).hexdigest()
        point = self.charge_points.get(charge_point_id)
        opened = False
        for known in point.password_sha256 if point else ():
            opened |= hmac.compare_digest(digest.encode(), known.lower().encode())
        return opened

    def _person(self, tag: str) -> str:
        """The made-up tag of whose card it is; empty: nobody known."""
        folded = tag.casefold()
        known = self._tags.get(folded)
        if known is not None:
            return known.parent_tag.casefold()
        return folded if folded in self._parents else ""

    def _same_person(self, tag: str, other: str) -> bool:
        return tag.casefold() == other.casefold() or self._person(tag) == self._person(other) != ""

    def _one_charge_each(self, verdict: AuthorizeReply, place: Connector, tag: str, running: Running) -> AuthorizeReply:
        """A driver charges at one place. Of a tag that nobody owns it cannot be said who uses it."""
        person = self._person(tag)
        if person and any(at != place and self._person(other) == person for at, other in running.items()):
            return msgspec.structs.replace(verdict, tag_status=TagStatus.CONCURRENT_TX, reason="charging elsewhere")
        return verdict

    def _verdict(self, tag: str, now: datetime, charge_point_id: str, *, holder: bool) -> AuthorizeReply:
        """What the tag alone is worth at a charge point. ``holder``: a connector is kept for just this tag."""
        known = self._tags.get(tag.casefold())
        if known is None and (holder or tag.casefold() in self._parents):
            return AuthorizeReply(tag_status=TagStatus.ACCEPTED, parent_tag=tag, reason="a made-up tag")
        if known is None:
            point = self.charge_points.get(charge_point_id)
            if point is not None and point.admits_unknown:
                return AuthorizeReply(tag_status=TagStatus.ACCEPTED, reason="unknown tags may charge here")
            return AuthorizeReply(tag_status=TagStatus.INVALID, reason="unknown tag")
        expired = known.expires_at is not None and known.expires_at <= now
        return AuthorizeReply(
            tag_status=TagStatus.EXPIRED if expired else known.status,
            parent_tag=known.parent_tag,
            expires_at=known.expires_at,
            reason="known tag",
        )


def _blocked(verdict: AuthorizeReply, why: str) -> AuthorizeReply:
    return msgspec.structs.replace(verdict, tag_status=TagStatus.BLOCKED, reason=why)


def _parents(tags: Iterable[TagConfig]) -> set[str]:
    return {tag.parent_tag.casefold() for tag in tags if tag.status == TagStatus.ACCEPTED}


def connectors_of(point: ChargePointConfig) -> list[int]:
    """The connector numbers of a charge point, lowest first."""
    return sorted(int(number) for number in point.connectors if number.isdecimal())
