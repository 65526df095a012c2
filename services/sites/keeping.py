"""Services: what admins keep: locations, their chargers, and their states."""

from collections.abc import Callable
from enum import StrEnum

from model.decision import Actor
from model.errors import Conflict, Invalid
from model.ids import check_place_id, fold
from model.site import Site
from model.store.port import Reads, Transaction
from scheduling.inputs import Input, PutCharger, PutLocation, RetireCharger, RetireLocation, SetState
from scheduling.outcome import Decided
from services.groups.known import refuse_unknown
from services.idempotency import UNKEYED, Once
from services.precondition import ANY, Expected
from services.sites.desk import Desk
from services.sites.loading import Loader
from services.sites.reading import charger_of, no_charger
from services.sites.site_document import no_location

__all__ = ["Keeping", "Must", "PutCharger", "PutLocation"]


class Must(StrEnum):
    """What has to be there before: a POST makes a new thing, a PATCH changes an old one, a PUT takes either."""

    BE_NEW = "be_new"
    EXIST = "exist"
    EITHER = "either"


class Keeping:
    """Changes to locations and chargers. Each raises ``Stale`` where ``expected`` (of the :class:`Site`) says so."""

    def __init__(self, desk: Desk) -> None:
        self._desk = desk

    def put_location(
        self,
        location_id: str,
        put: PutLocation,
        actor: Actor,
        must: Must = Must.EITHER,
        *,
        once: Once = UNKEYED,
        expected: Expected = ANY,
    ) -> Decided:
        """Create or change a location; ``decided.site.version`` is 1 when it was created.

        Raises ``Conflict`` when it must be new and is not, ``NotFound`` when it must exist and does not, ``Invalid``.
        """
        check_place_id(location_id, "location_id")

        def guard(site: Site) -> None:
            if site.version and must is Must.BE_NEW:
                raise Conflict("location_exists", f"Location {site.location_id!r} exists already.")
            if not site.version and must is Must.EXIST:
                raise no_location(location_id)
            if site.version:
                expected.check(site)
            _refuse_no_currency(site, put)

        return self._desk.decide(location_id, [put], actor, once=once, guard=guard, extra=_known_groups)

    def change_location(
        self,
        location_id: str,
        change: Callable[[Site], PutLocation],
        actor: Actor,
        *,
        once: Once = UNKEYED,
        expected: Expected = ANY,
    ) -> Decided:
        """Change an existing location by what ``change`` (pure) makes of it as read in the same transaction.

        Raises ``NotFound``, ``Invalid``.
        """

        def changed(_reads: Reads, _loader: Loader, site: Site) -> list[Input]:
            expected.check(site)
            put = change(site)
            _refuse_no_currency(site, put)
            return [put]

        return self._desk.decide(location_id, [], actor, once=once, prepare=changed, extra=_known_groups)

    def retire_location(
        self, location_id: str, actor: Actor, *, once: Once = UNKEYED, expected: Expected = ANY
    ) -> Decided:
        """Close a location for good. Raises ``Conflict`` while it is in use or bound to a charge point."""

        def guard(site: Site) -> None:
            expected.check(site)
            for charger in site.chargers.values():
                _refuse_bound(charger.charge_point_id)

        return self._desk.decide(location_id, [RetireLocation()], actor, once=once, guard=guard)

    def put_charger(
        self,
        location_id: str,
        put: PutCharger,
        actor: Actor,
        must: Must = Must.EITHER,
        *,
        once: Once = UNKEYED,
        expected: Expected = ANY,
    ) -> Decided:
        """Add or change a charger, as :meth:`put_location`. The registry binds charge points, not this."""
        check_place_id(put.charger_id, "charger_id")

        def guard(site: Site) -> None:
            charger = site.chargers.get(fold(put.charger_id))
            there = charger is not None and not charger.retired
            if there and must is Must.BE_NEW:
                raise Conflict("charger_exists", f"Charger {put.charger_id!r} exists already.")
            if not there and must is Must.EXIST:
                raise no_charger(location_id, put.charger_id)
            if there:
                expected.check(site)

        def known(transaction: Transaction, _decided: Decided) -> None:
            refuse_unknown(transaction, put.groups or ())

        return self._desk.decide(location_id, [put], actor, once=once, guard=guard, extra=known)

    def retire_charger(
        self, location_id: str, charger_id: str, actor: Actor, *, once: Once = UNKEYED, expected: Expected = ANY
    ) -> Decided:
        """Take a charger away for good. Raises ``Conflict`` while it is in use or bound to a charge point."""

        def guard(site: Site) -> None:
            expected.check(site)
            _refuse_bound(charger_of(site, charger_id).charge_point_id)

        return self._desk.decide(location_id, [RetireCharger(charger_id=charger_id)], actor, once=once, guard=guard)

    def set_state(
        self, location_id: str, charger_id: str, state: str, actor: Actor, *, once: Once = UNKEYED
    ) -> Decided:
        """An admin's request for a state. Raises ``Conflict`` when the table of states does not allow it."""

        def guard(site: Site) -> None:
            charger_of(site, charger_id)

        request = SetState(charger_id=charger_id, state=state)
        return self._desk.decide(location_id, [request], actor, once=once, guard=guard)


def _known_groups(transaction: Transaction, decided: Decided) -> None:
    """Whoever may use a location's chargers is there: a group that is not would shut everybody out."""
    refuse_unknown(transaction, decided.site.settings.groups)


def _refuse_no_currency(site: Site, put: PutLocation) -> None:
    """A balance is kept in a currency: what is paid from it has to be in one. What is not touched is not judged."""
    if put.settings is None and put.currency is None:
        return
    settings = site.settings if put.settings is None else put.settings
    currency = site.currency if put.currency is None else put.currency
    if settings.prepaid and not currency:
        raise Invalid(
            "currency_required", "Where charging is paid from balances, currency must be given.", field="currency"
        )


def _refuse_bound(charge_point_id: str) -> None:
    if charge_point_id:
        raise Conflict("charge_point_bound", f"Charge point {charge_point_id!r} is bound here: delete it first.")
