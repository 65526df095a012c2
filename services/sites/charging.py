"""Services: what drivers ask of one charger, and say of it: reserving, starting, stopping, ending."""

from model.decision import Actor
from model.errors import Conflict, Forbidden
from model.site import Site
from model.store.port import Reads
from scheduling.effects import StartRemotely, StopRemotely
from scheduling.inputs import (
    Blocked,
    CancelReservation,
    End,
    Input,
    NotMe,
    PleaseMove,
    Reserve,
    StartCharging,
    StopCharging,
)
from scheduling.outcome import Decided
from services.idempotency import UNKEYED, Once
from services.sites.decision_document import effect_id
from services.sites.desk import Desk
from services.sites.loading import Loader
from services.sites.offered import pass_on
from services.sites.reading import charger_of
from services.sites.remote_means import check_command

START_ANSWER_S = 75
"""A command to start is valid for 60 s; its outcome takes a moment to come back."""


class Charging:
    """Each raises ``NotFound`` (site, charger), ``Conflict`` (not allowed now; nothing changed), ``StoreBusy``."""

    def __init__(self, desk: Desk) -> None:
        self._desk = desk

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
        """Reserve a free charger, for ``seconds`` or as long as the location allows. See
        :func:`services.sites.offered.offer_of`.

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
            pass_on(self._desk, location_id, user_id, refusal, charger_id)
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

    def not_me(self, location_id: str, charger_id: str, user_id: str, actor: Actor, *, once: Once = UNKEYED) -> Decided:
        """The car on a ``presumed`` charger is not the holder's."""
        return self._desk.decide(location_id, [NotMe(user_id=user_id, charger_id=charger_id)], actor, once=once)

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
