"""May this tag charge here now? One rule for the question before a charge and for the start itself (design §8)."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime

from model.charger import UNPLUGGED, Charger, Phase
from model.ids import fold
from model.settings import UnknownTags
from model.site import Site
from scheduling.costs import funds
from scheduling.fairness.order import waiting
from scheduling.hours import is_open
from scheduling.inputs import Tagged
from scheduling.people import Person
from scheduling.rights.access import open_to
from scheduling.rights.quotas import used_up

ACCEPTED = "Accepted"
BLOCKED = "Blocked"
CONCURRENT = "ConcurrentTx"
INVALID = "Invalid"
BUSY = frozenset({"in_use", "held_for_another", "others_wait", "join_first"})
"""Reasons that pass with waiting."""


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
    chargers = [site.chargers[charger_key] for charger_key in charger_keys if charger_key in site.chargers]
    verdicts = [admit_at(site, charger, tagged, person, now) for charger in chargers]
    if not verdicts:
        return Verdict(tag_status=BLOCKED if tagged.user_id else INVALID, reason="no_charger")
    return min(verdicts, key=lambda one: (not one.admitted, one.reason not in BUSY))


def joins_by_tap(site: Site, tagged: Tagged, person: Person | None, verdict: Verdict) -> bool:
    """Whether a card that was refused because the charger is busy is its driver's wish to wait here.

    Not the card of who waits, holds or charges already. The rest, such as the queue's hours, joining itself judges.
    """
    if not site.settings.tap_to_join or verdict.reason not in BUSY or person is None or person.elsewhere:
        return False
    waits = any(entry.member.user_id == tagged.user_id for entry in site.queue)
    return not waits and _phase_of(site, person) is None


def admit_at(site: Site, charger: Charger, tagged: Tagged, person: Person | None, now: datetime) -> Verdict:
    """The verdict at one charger. ``person`` is the tag's user, None if the tag is nobody's."""
    return (
        _tag_refused(tagged)
        or _not_open(site, charger, tagged, person, now)
        or _cannot_pay(site, charger, tagged, person)
        or _own(charger, tagged)
        or _nobodys_again(site, charger, tagged)
        or _driver_refused(site, tagged, person)
        or _taken(charger, tagged)
        or _turn(site, charger, tagged, person, now)
    )


def _tag_refused(tagged: Tagged) -> Verdict | None:
    if tagged.user_id and tagged.verdict != ACCEPTED:
        return Verdict(tag_status=tagged.verdict, reason="tag_refused")
    return None


def _not_open(site: Site, charger: Charger, tagged: Tagged, person: Person | None, now: datetime) -> Verdict | None:
    """The charger is for others, or the driver's quota is used up. As with the balance, what runs may go on."""
    if _plugged_by(charger, tagged):
        return None
    if not open_to(site, charger, () if person is None else person.member.groups):
        return Verdict(tag_status=BLOCKED, reason="no_access")
    if person is not None and used_up(site, person, now) is not None:
        return Verdict(tag_status=BLOCKED, reason="quota_used")
    return None


def _plugged_by(charger: Charger, tagged: Tagged) -> bool:
    """Whether the tag's own driver is plugged in, or this very tag started what runs."""
    session, running = charger.session, charger.transaction
    if running is not None and running.session_number > 0 and running.tag_key == tagged.tag_key != "":
        return True
    if session is None or session.entry is None or session.phase in UNPLUGGED:
        return False
    return session.entry.member.user_id == tagged.user_id


def _cannot_pay(site: Site, charger: Charger, tagged: Tagged, person: Person | None) -> Verdict | None:
    """No balance to begin with. A car that is plugged in by its driver already may go on, and be stopped."""
    session = charger.session
    mine = session is not None and session.entry is not None and session.entry.member.user_id == tagged.user_id
    if person is None or (mine and session is not None and session.phase not in UNPLUGGED):
        return None
    match funds.refusal(site, person, charger):
        case funds.EXHAUSTED:
            return Verdict(tag_status=BLOCKED, reason="balance_exhausted")
        case funds.OTHER_CURRENCY:
            return Verdict(tag_status=BLOCKED, reason="other_currency")
        case _:
            return None


def _own(charger: Charger, tagged: Tagged) -> Verdict | None:
    """The session's driver, or the very tag that charges here now (it may also stop it)."""
    session, running = charger.session, charger.transaction
    mine = session is not None and session.entry is not None and session.entry.member.user_id == tagged.user_id
    started = running is not None and running.session_number > 0 and running.tag_key == tagged.tag_key != ""
    return Verdict(tag_status=ACCEPTED, reason="own_session") if mine or started else None


def _nobodys_again(site: Site, charger: Charger, tagged: Tagged) -> Verdict | None:
    """The car that a card of nobody charged is still there: another charge with one goes on with that session."""
    session = charger.session
    if session is None or session.entry is not None or session.phase is not Phase.FULL or charger.transaction:
        return None
    again = not tagged.user_id and site.settings.unknown_tags is UnknownTags.WALK_UP
    return Verdict(tag_status=ACCEPTED, reason="own_session") if again else None


def _taken(charger: Charger, tagged: Tagged) -> Verdict | None:
    if charger.out_of_service or charger.retired:
        return Verdict(tag_status=BLOCKED, reason="out_of_service")
    if charger.session is not None:
        held = charger.session.phase in UNPLUGGED
        return Verdict(tag_status=BLOCKED, reason="held_for_another" if held else "in_use")
    if charger.transaction is not None and charger.transaction.tag_key != tagged.tag_key:
        return Verdict(tag_status=BLOCKED, reason="in_use")
    return None


def _driver_refused(site: Site, tagged: Tagged, person: Person | None) -> Verdict | None:
    """A tag must be somebody's where the location asks for it, and a driver has one place in total."""
    if not tagged.user_id:
        known = site.settings.unknown_tags is UnknownTags.WALK_UP
        return None if known else Verdict(tag_status=INVALID, reason="unknown_tag")
    if person is None:
        return Verdict(tag_status=INVALID, reason="unknown_user")
    if person.elsewhere:
        return Verdict(tag_status=CONCURRENT, reason="already_placed")
    if _phase_of(site, person) in {Phase.CHARGING, Phase.FULL}:
        return Verdict(tag_status=CONCURRENT, reason="already_charging")
    return None


def _turn(site: Site, charger: Charger, tagged: Tagged, person: Person | None, now: datetime) -> Verdict:
    """Called to another charger here, the driver may use this free one; else whoever waits comes first."""
    if person is not None and _phase_of(site, person) in UNPLUGGED:
        return Verdict(tag_status=ACCEPTED, reason="called_here")
    if not site.settings.walk_up:
        return Verdict(tag_status=BLOCKED, reason="join_first")
    others = any(
        waiting(one) and one.member.user_id != tagged.user_id and open_to(site, charger, one.member.groups)
        for one in site.queue
    )
    if others and is_open(site.settings, site.time_zone, now):
        return Verdict(tag_status=BLOCKED, reason="others_wait")
    return Verdict(tag_status=ACCEPTED, reason="walk_up")


def _phase_of(site: Site, person: Person) -> Phase | None:
    """How far the driver's open session at this site is."""
    for charger in site.chargers.values():
        session = charger.session
        if session is None or session.entry is None:
            continue
        if session.entry.member.user_id == person.member.user_id:
            return session.phase
    return None


def charger_keys_at(site: Site, charge_point_id: str, connector: int | None) -> list[str]:
    """The folded ids of a charge point's chargers, or of the one at a connector."""
    return [
        fold(charger.charger_id)
        for charger in site.chargers.values()
        if charger.charge_point_id == charge_point_id and (connector in {None, 0} or charger.connector == connector)
    ]
