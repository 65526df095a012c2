"""Services: what drivers ask of a queue and of the chargers they are given."""

from dataclasses import dataclass
from datetime import datetime

from model.charger import Phase
from model.decision import Actor
from model.errors import Conflict, Forbidden, Invalid, NotFound
from model.ids import fold
from model.site import Site
from model.store.port import Reads
from scheduling.effects import StartRemotely, StopRemotely
from scheduling.inputs import (
    Accept,
    Blocked,
    CancelReservation,
    Decline,
    End,
    Input,
    Join,
    Leave,
    MoveEntry,
    NotMe,
    PleaseMove,
    Reserve,
    Snooze,
    StartCharging,
    StopCharging,
)
from scheduling.outcome import Decided
from services.idempotency import UNKEYED, Once
from services.ports import Clock
from services.sites.decision_document import effect_id
from services.sites.desk import Desk
from services.sites.known_tags import ACCEPTED, tagged
from services.sites.loading import Loader
from services.sites.reading import charger_of
from services.sites.remote_means import check_command

MOST_SNOOZE_MIN = 12 * 60
START_ANSWER_S = 75
"""A command to start is valid for 60 s; its outcome takes a moment to come back."""
IN_VAIN = frozenset({"quota_used", "balance_exhausted", "other_currency"})
"""Why a driver who was called cannot charge; an offer that is answered so goes on to the next."""
_SYSTEM = Actor(kind="system", id="offers")


@dataclass(frozen=True, slots=True, kw_only=True)
class Offer:
    """A charger kept for a driver: ``state`` is ``offered`` (answer by then) or ``held`` (plug in by then)."""

    location_id: str
    charger_id: str
    session_id: int
    state: Phase
    expires_at: datetime | None
    answer_by: datetime | None
    plug_by: datetime | None


def offer_of(site: Site, user_id: str) -> Offer | None:
    """The user's live offer or hold at this site (``Decided.site`` after a decision, or a site that was read)."""
    for charger in site.chargers.values():
        session = charger.session
        if session is None or session.entry is None or session.entry.member.user_id != user_id:
            continue
        if session.phase not in {Phase.OFFERED, Phase.HELD}:
            continue
        offered = session.phase is Phase.OFFERED
        return Offer(
            location_id=site.location_id,
            charger_id=charger.charger_id,
            session_id=session.number,
            state=session.phase,
            expires_at=session.answer_by if offered else session.plug_by,
            answer_by=session.answer_by if offered else None,
            plug_by=session.plug_by,
        )
    return None


class Queueing:
    """Each raises ``NotFound`` (site, charger), ``Conflict`` (not allowed now; nothing changed), ``StoreBusy``."""

    def __init__(self, desk: Desk, clock: Clock) -> None:
        self._desk = desk
        self._clock = clock

    def join(
        self,
        location_id: str,
        user_id: str,
        actor: Actor,
        *,
        present: bool = False,
        via: str = "app",
        once: Once = UNKEYED,
    ) -> Decided:
        """Join the queue. ``present``: proof of presence was given. The offer: ``offer_of(decided.site, user_id)``."""
        return self._desk.decide(location_id, [Join(user_id=user_id, via=via, present=present)], actor, once=once)

    def join_by_tag(
        self, location_id: str, charger_id: str, tag: str, actor: Actor, *, once: Once = UNKEYED
    ) -> Decided:
        """Join by holding a card to a unit: that is proof of presence.

        The user is that of the entry ``decided.answers[0].entry_id``, see :func:`joined_user`. Raises ``NotFound`` for
        a tag nobody owns, ``Conflict`` for a blocked or expired one.
        """

        def found(reads: Reads, loader: Loader, site: Site) -> list[Input]:
            charger_of(site, charger_id)
            known = tagged(reads, loader, tag, self._clock.now())
            if not known.user_id:
                raise NotFound("tag_not_found", "This tag is nobody's.")
            if known.verdict != ACCEPTED:
                raise Conflict("tag_refused", f"This tag is {known.verdict.lower()}.")
            return [Join(user_id=known.user_id, via="tag", present=True)]

        return self._desk.decide(location_id, [], actor, once=once, prepare=found)

    def leave(self, location_id: str, user_id: str, actor: Actor, *, once: Once = UNKEYED) -> Decided:
        """Leave the queue, or let an unplugged offer go."""
        return self._desk.decide(location_id, [Leave(user_id=user_id)], actor, once=once)

    def answer_offer(
        self,
        location_id: str,
        user_id: str,
        action: str,
        actor: Actor,
        *,
        minutes: int | None = None,
        session_id: int | None = None,
        once: Once = UNKEYED,
    ) -> Decided:
        """``accept``, ``decline`` or ``snooze`` (``minutes``, 15 if not given).

        ``session_id`` guards against answering an older offer. Raises ``Invalid`` for another action or number.
        ``Conflict`` for who accepts and could not charge (``IN_VAIN``): the offer is withdrawn then.
        """
        answer = _answer(user_id, action, minutes, session_id)
        try:
            return self._desk.decide(location_id, [answer], actor, once=once)
        except Conflict as refusal:
            self._pass_on(location_id, user_id, refusal)
            raise

    def end_session(
        self,
        location_id: str,
        charger_id: str,
        by: str,
        actor: Actor,
        *,
        user_id: str | None = None,
        number: int | None = None,
        once: Once = UNKEYED,
    ) -> Decided:
        """End the charger's open session; ``by`` is ``owner``, ``admin`` or ``service``.

        As ``owner``, ``Forbidden`` unless it is ``user_id``'s. ``NotFound`` for an unknown charger, ``Conflict`` when
        no session (or not ``number``) is open.
        """

        def owned(site: Site) -> None:
            session = charger_of(site, charger_id).session
            if by != "owner" or session is None:
                return
            if session.entry is None or session.entry.member.user_id != user_id:
                raise Forbidden("not_your_session", "That session is not yours.")

        end = End(charger_id=charger_id, by=by, number=number)
        return self._desk.decide(location_id, [end], actor, once=once, guard=owned)

    def reserve(
        self,
        location_id: str,
        charger_id: str,
        user_id: str,
        actor: Actor,
        *,
        seconds: int | None = None,
        present: bool = False,
        once: Once = UNKEYED,
    ) -> Decided:
        """Reserve a free charger, for ``seconds`` or as long as the location allows. See :func:`offer_of`.

        ``Invalid`` for a time beyond that.
        """
        asked = Reserve(user_id=user_id, charger_id=charger_id, seconds=seconds, present=present)
        return self._desk.decide(location_id, [asked], actor, once=once)

    def cancel_reservation(
        self, location_id: str, charger_id: str, user_id: str, actor: Actor, *, once: Once = UNKEYED
    ) -> Decided:
        """Let the charger go that is held for the user."""
        asked = CancelReservation(user_id=user_id, charger_id=charger_id)
        return self._desk.decide(location_id, [asked], actor, once=once)

    def start_charging(
        self,
        location_id: str,
        charger_id: str,
        user_id: str,
        actor: Actor,
        *,
        present: bool = False,
        once: Once = UNKEYED,
    ) -> Decided:
        """Ask the charger to start for the user: the holder, or to whom a free one is given by that.

        Refused as accepting is, and where the charger's unit cannot be started: its driver plugs in.
        """
        start = StartCharging(user_id=user_id, charger_id=charger_id, present=present, answer_s=START_ANSWER_S)

        def found(reads: Reads, _loader: Loader, site: Site) -> list[Input]:
            check_command(reads, site, charger_id, "start")
            return [start]

        try:
            return self._desk.decide(location_id, [], actor, once=once, prepare=found)
        except Conflict as refusal:
            self._pass_on(location_id, user_id, refusal, charger_id)
            raise

    def stop_charging(
        self, location_id: str, charger_id: str, user_id: str, actor: Actor, *, once: Once = UNKEYED
    ) -> Decided:
        """Ask the charger to stop the user's charge; the session lasts until the plug is out."""
        stop = StopCharging(user_id=user_id, charger_id=charger_id)

        def found(reads: Reads, _loader: Loader, site: Site) -> list[Input]:
            check_command(reads, site, charger_id, "stop")
            return [stop]

        return self._desk.decide(location_id, [], actor, once=once, prepare=found)

    def not_me(self, location_id: str, charger_id: str, user_id: str, actor: Actor, *, once: Once = UNKEYED) -> Decided:
        """The car on a ``presumed`` charger is not the holder's."""
        return self._desk.decide(location_id, [NotMe(user_id=user_id, charger_id=charger_id)], actor, once=once)

    def move(
        self,
        location_id: str,
        actor: Actor,
        *,
        entry_id: int | None,
        user_id: str | None,
        to: str,
        place: int | None,
        why: str,
        once: Once = UNKEYED,
    ) -> Decided:
        """A manager's move of somebody who waits, named by their entry or by who they are."""

        def found(_reads: Reads, _loader: Loader, site: Site) -> list[Input]:
            entries = (one.entry_id for one in site.queue if one.member.user_id == user_id)
            return [MoveEntry(entry_id=entry_id or next(entries, 0), to=to, place=place or 1, why=why)]

        return self._desk.decide(location_id, [], actor, once=once, prepare=found)

    def _pass_on(self, location_id: str, user_id: str, refusal: Conflict, charger_id: str | None = None) -> None:
        """Withdraw the offer (of that charger) whose driver was refused because they could not charge."""
        if refusal.code not in IN_VAIN:
            return

        def found(_reads: Reads, _loader: Loader, site: Site) -> list[Input]:
            offer = offer_of(site, user_id)
            if offer is None or offer.state is not Phase.OFFERED:
                return []
            if charger_id is not None and fold(charger_id) != fold(offer.charger_id):
                return []
            why = f"{user_id} could not charge there: {refusal.code}"
            return [End(charger_id=offer.charger_id, by="system", number=offer.session_id, why=why)]

        self._desk.decide(location_id, [], _SYSTEM, prepare=found)

    def blocked(
        self, location_id: str, charger_id: str, user_id: str, actor: Actor, *, once: Once = UNKEYED
    ) -> Decided:
        """The charger cannot be reached; its holder goes to the front."""
        return self._desk.decide(location_id, [Blocked(user_id=user_id, charger_id=charger_id)], actor, once=once)

    def please_move(
        self, location_id: str, charger_id: str, user_id: str, actor: Actor, *, once: Once = UNKEYED
    ) -> Decided:
        """Have the driver of a full car asked to move it."""
        return self._desk.decide(location_id, [PleaseMove(user_id=user_id, charger_id=charger_id)], actor, once=once)


def command_id_of(decided: Decided) -> str:
    """The id of the command to the charge point that a start or stop asked for."""
    asked = (StartRemotely, StopRemotely)
    index = next(index for index, effect in enumerate(decided.effects) if isinstance(effect, asked))
    return effect_id(decided.site.location_id, decided.site.version, index)


def joined_user(decided: Decided) -> str:
    """The user id of who a :meth:`Queueing.join_by_tag` was for."""
    entry_id = decided.answers[0].entry_id
    entries = [*decided.site.queue]
    entries += [c.session.entry for c in decided.site.chargers.values() if c.session and c.session.entry]
    return next((entry.member.user_id for entry in entries if entry.entry_id == entry_id), "")


def _answer(user_id: str, action: str, minutes: int | None, number: int | None) -> Accept | Decline | Snooze:
    if minutes is not None and not 1 <= minutes <= MOST_SNOOZE_MIN:
        raise Invalid("invalid_minutes", f"minutes must be 1 to {MOST_SNOOZE_MIN}.", field="minutes")
    match action:
        case "accept":
            return Accept(user_id=user_id, number=number)
        case "decline":
            return Decline(user_id=user_id, number=number)
        case "snooze":
            return Snooze(user_id=user_id, minutes=15 if minutes is None else minutes, number=number)
        case _:
            raise Invalid("invalid_action", "action must be accept, decline or snooze.", field="action")
