"""Services: what drivers ask of a queue, and what managers change in it."""

from model.decision import Actor
from model.errors import Conflict, Invalid, NotFound
from model.site import Site
from model.store.port import Reads
from scheduling.inputs import Accept, Decline, Input, Join, Leave, MoveEntry, Snooze
from scheduling.outcome import Decided
from services.idempotency import UNKEYED, Once
from services.ports import Clock
from services.sites.desk import Desk
from services.sites.known_tags import ACCEPTED, tagged
from services.sites.loading import Loader
from services.sites.offered import pass_on
from services.sites.reading import charger_of

MOST_SNOOZE_MIN = 12 * 60


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
        ``Conflict`` for who accepts and could not charge: the offer is withdrawn then (`offered`).
        """
        answer = _answer(user_id, action, minutes, session_id)
        try:
            return self._desk.decide(location_id, [answer], actor, once=once)
        except Conflict as refusal:
            pass_on(self._desk, location_id, user_id, refusal)
            raise

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
