"""Services: what each card was answered, when, where and why; told by bridges once a minute, kept for people to read.

A bounded document a charge point, written at most once a minute by each bridge: cards cost no decision a read or write.
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import timedelta

from model import paths
from model.authorization import Authorization, AuthorizationBook
from model.documents import from_document, to_document
from model.errors import Invalid, NotFound
from model.ids import check_tag, fold
from model.store.port import Store, Transaction
from services.accounts.names import names_of
from services.chargepoints.registry import Registry
from services.chargepoints.transactions import redacted_tag
from services.ports import Clock
from services.sites.reading import Sites
from wire.authorizations import Authorization as Told

BOOK = "authorizations"
KEPT = 200
KEPT_FOR = timedelta(days=30)


@dataclass(frozen=True, slots=True, kw_only=True)
class ShownAuthorization:
    """One of them with what it names. ``username`` is empty for nobody, or for a user that is no more."""

    charge_point_id: str
    charger_id: str
    """Empty: any of the charge point, or one that is there no more."""
    username: str
    authorization: Authorization


class Authorizations:
    """Takes what bridges tell, and shows it."""

    def __init__(self, store: Store, clock: Clock, registry: Registry, sites: Sites) -> None:
        self._store = store
        self._clock = clock
        self._registry = registry
        self._sites = sites

    def report(self, told: Sequence[Told]) -> None:
        """Keep them; what is told again is kept once, and of an unknown charge point nothing is.

        A read a card, a read and a write a charge point.
        """
        owners = self._owners({fold(one.tag) for one in told})
        by_point: dict[str, list[Authorization]] = {}
        for one in told:
            by_point.setdefault(one.charge_point_id, []).append(self._noun(one, owners.get(fold(one.tag), "")))
        for charge_point_id, new in by_point.items():
            if self._is_known(charge_point_id):
                self._keep(charge_point_id, new)

    def of_charge_point(self, charge_point_id: str, most: int) -> list[ShownAuthorization]:
        """The latest first. Raises ``NotFound``."""
        point = self._registry.get(charge_point_id)
        return self._shown({(charge_point_id, int(number)): name for number, name in point.connectors.items()}, most)

    def of_location(self, location_id: str, most: int) -> list[ShownAuthorization]:
        """Of all its charge points, the latest first; a read each. Raises ``NotFound``."""
        site = self._sites.cached(location_id)
        bound = [one for one in site.chargers.values() if one.charge_point_id and not one.retired]
        return self._shown({(one.charge_point_id, one.connector): one.charger_id for one in bound}, most)

    def _owners(self, tags: Iterable[str]) -> dict[str, str]:
        """Folded tag → user id, of those somebody has."""
        possible = sorted(tag for tag in tags if _is_possible(tag))
        found = self._store.get_many(paths.tag(tag) for tag in possible)
        return {
            tag: str(document.data["user_id"])
            for tag, document in zip(possible, found, strict=True)
            if document is not None
        }

    def _noun(self, told: Told, user_id: str) -> Authorization:
        return Authorization(
            at=min(told.at, self._clock.now()),
            asked=told.asked,
            tag=redacted_tag(told.tag),
            user_id=user_id,
            tag_status=told.tag_status,
            reason=told.reason,
            connector=told.connector,
            by_copy=told.by_copy,
        )

    def _is_known(self, charge_point_id: str) -> bool:
        try:
            self._registry.cached(charge_point_id)
        except NotFound:
            return False
        return True

    def _keep(self, charge_point_id: str, new: Sequence[Authorization]) -> None:
        path = paths.charge_point_record(charge_point_id, BOOK)
        oldest = self._clock.now() - KEPT_FOR

        def write(transaction: Transaction) -> None:
            document = transaction.get(path)
            before = () if document is None else from_document(AuthorizationBook, document.data).authorizations
            added = [one for one in new if one not in before]
            if added:
                kept = sorted((one for one in (*before, *added) if one.at > oldest), key=lambda one: one.at)
                transaction.put(path, to_document(AuthorizationBook(authorizations=tuple(kept[-KEPT:]))))

        self._store.transact(write)

    def _shown(self, chargers: dict[tuple[str, int], str], most: int) -> list[ShownAuthorization]:
        points = sorted({charge_point_id for charge_point_id, _ in chargers})
        books = self._store.get_many(paths.charge_point_record(name, BOOK) for name in points)
        found = [
            (name, one)
            for name, document in zip(points, books, strict=True)
            if document is not None
            for one in from_document(AuthorizationBook, document.data).authorizations
        ]
        latest = sorted(found, key=lambda each: each[1].at, reverse=True)[:most]
        names = names_of(self._store, {one.user_id for _, one in latest})
        return [
            ShownAuthorization(
                charge_point_id=name,
                charger_id=chargers.get((name, one.connector), ""),
                username=names.get(one.user_id, ""),
                authorization=one,
            )
            for name, one in latest
        ]


def _is_possible(tag: str) -> bool:
    try:
        check_tag(tag)
    except Invalid:
        return False
    return True
