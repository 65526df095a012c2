"""May this tag charge here now? One rule for the question before a charge and for the start itself (design §8)."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime

from model.ids import fold
from model.settings import UnknownTags
from model.site import Charger, Phase, Site
from scheduling.hours import is_open
from scheduling.inputs import Tagged
from scheduling.order import waiting
from scheduling.people import Person

ACCEPTED = "Accepted"
BLOCKED = "Blocked"
CONCURRENT = "ConcurrentTx"
INVALID = "Invalid"


@dataclass(frozen=True, slots=True, kw_only=True)
class Verdict:
    """OCPP's word for the tag, and our reason."""

    tag_status: str
    reason: str = ""

    @property
    def admitted(self) -> bool:
        """Whether charging may start (or the running charge of this tag may be stopped)."""
        return self.tag_status == ACCEPTED


def admit(site: Site, charger_keys: Iterable[str], tagged: Tagged, person: Person | None, now: datetime) -> Verdict:
    """The best verdict over these chargers (folded ids): what Authorize answers without a connector."""
    best = Verdict(tag_status=INVALID if not tagged.user_id else BLOCKED, reason="no_charger")
    for charger_key in charger_keys:
        charger = site.chargers.get(charger_key)
        if charger is None:
            continue
        verdict = admit_at(site, charger, tagged, person, now)
        if verdict.admitted:
            return verdict
        best = verdict
    return best


def admit_at(site: Site, charger: Charger, tagged: Tagged, person: Person | None, now: datetime) -> Verdict:
    """The verdict at one charger. ``person`` is the tag's user, None if the tag is nobody's."""
    if tagged.user_id and tagged.verdict != ACCEPTED:
        return Verdict(tag_status=tagged.verdict, reason="tag_refused")
    session = charger.session
    owner = session.entry.member.user_id if session is not None and session.entry is not None else ""
    if tagged.user_id and tagged.user_id == owner:
        return Verdict(tag_status=ACCEPTED, reason="own_session")
    if charger.out_of_service or charger.retired:
        return Verdict(tag_status=BLOCKED, reason="out_of_service")
    if session is not None:
        held = session.phase in {Phase.OFFERED, Phase.HELD}
        return Verdict(tag_status=BLOCKED, reason="held_for_another" if held else "in_use")
    if charger.transaction is not None and charger.transaction.tag_key != tagged.tag_key:
        return Verdict(tag_status=BLOCKED, reason="in_use")
    if not tagged.user_id:
        if site.settings.unknown_tags is not UnknownTags.WALK_UP:
            return Verdict(tag_status=INVALID, reason="unknown_tag")
    elif person is None:
        return Verdict(tag_status=INVALID, reason="unknown_user")
    else:
        refused = _placed_otherwise(site, person)
        if refused is not None:
            return refused
    if person is not None and _called(site, person):
        return Verdict(tag_status=ACCEPTED, reason="called_here")
    if not site.settings.walk_up:
        return Verdict(tag_status=BLOCKED, reason="join_first")
    others = [one for one in site.queue if waiting(one) and one.member.user_id != tagged.user_id]
    if others and is_open(site.settings, site.time_zone, now):
        return Verdict(tag_status=BLOCKED, reason="others_wait")
    return Verdict(tag_status=ACCEPTED, reason="walk_up")


def _placed_otherwise(site: Site, person: Person) -> Verdict | None:
    """A driver has one place in total."""
    if person.elsewhere:
        return Verdict(tag_status=CONCURRENT, reason="already_placed")
    for charger in site.chargers.values():
        session = charger.session
        if session is None or session.entry is None or session.entry.member.user_id != person.member.user_id:
            continue
        if session.phase in {Phase.CHARGING, Phase.FULL}:
            return Verdict(tag_status=CONCURRENT, reason="already_charging")
    return None


def _called(site: Site, person: Person) -> bool:
    """Offered or held another charger here: the driver may use a free one instead."""
    return any(
        charger.session is not None
        and charger.session.entry is not None
        and charger.session.entry.member.user_id == person.member.user_id
        and charger.session.phase in {Phase.OFFERED, Phase.HELD}
        for charger in site.chargers.values()
    )


def charger_keys_at(site: Site, charge_point_id: str, connector: int | None) -> list[str]:
    """The folded ids of a charge point's chargers, or of the one at a connector."""
    return [
        fold(charger.charger_id)
        for charger in site.chargers.values()
        if charger.charge_point_id == charge_point_id and (connector in {None, 0} or charger.connector == connector)
    ]
