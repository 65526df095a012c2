"""Services: which charge points are known, and which of our chargers their connectors are."""

import contextlib
import hashlib
import re
import threading
from dataclasses import dataclass, replace
from datetime import datetime, timedelta

from model import paths
from model.charge_point import ChargePoint
from model.decision import Actor
from model.documents import from_document, to_document
from model.errors import Conflict, Invalid, NotFound
from model.ids import check_id, check_place_id, fold
from model.site import Site
from model.store.port import Reads, Store, Transaction
from model.store.query import Filter, Query
from scheduling.inputs import Input, PutCharger
from scheduling.outcome import Decided
from services.idempotency import UNKEYED, Once
from services.ports import Clock
from services.precondition import ANY, Expected
from services.sites.desk import Desk
from services.sites.loading import Loader
from wire.vendor_profiles import PROFILES, is_profile

KNOWN_FOR = timedelta(seconds=60)
MOST_CONNECTORS = 100
_NUMBER = re.compile(r"[1-9][0-9]{0,3}")
PASSWORD_CHARS = (16, 40)
MOST_SECURITY_PROFILE = 3


@dataclass(frozen=True, slots=True)
class _Known:
    charge_point: ChargePoint
    at: datetime


class Registry:
    """Charge points by id (case-sensitive)."""

    def __init__(self, store: Store, clock: Clock, desk: Desk) -> None:
        self._store = store
        self._clock = clock
        self._desk = desk
        self._lock = threading.Lock()
        self._known: dict[str, _Known] = {}

    def get(self, charge_point_id: str) -> ChargePoint:
        """A known charge point (1 read). ``password_sha256`` must never be shown. Raises ``NotFound``."""
        now = self._clock.now()
        try:
            check_id(charge_point_id, "charge_point_id")
        except Invalid as error:
            raise no_charge_point(charge_point_id) from error
        document = self._store.get(paths.charge_point(charge_point_id))
        charge_point = None if document is None else from_document(ChargePoint, document.data)
        if charge_point is None or charge_point.removed:
            self.forget(charge_point_id)
            raise no_charge_point(charge_point_id)
        self.remember(charge_point, now)
        return charge_point

    def remember(self, charge_point: ChargePoint, at: datetime) -> None:
        """Keep a charge point as read or written at ``at`` for :meth:`cached`."""
        with self._lock:
            self._known[charge_point.charge_point_id] = _Known(charge_point, at)

    def cached(self, charge_point_id: str) -> ChargePoint:
        """A known charge point as it was at most 60 s ago. Raises ``NotFound``."""
        with self._lock:
            known = self._known.get(charge_point_id)
        if known is not None and abs(self._clock.now() - known.at) <= KNOWN_FOR:
            return known.charge_point
        return self.get(charge_point_id)

    def forget(self, charge_point_id: str) -> None:
        """Read it anew next time."""
        with self._lock:
            self._known.pop(charge_point_id, None)

    def all(self) -> list[ChargePoint]:
        """Every known charge point, by id."""
        query = Query(paths.CHARGE_POINTS, (Filter("removed", "==", False),))
        found = [from_document(ChargePoint, document.data) for document in self._store.query(query)]
        return sorted(found, key=lambda charge_point: charge_point.charge_point_id)

    def put(
        self,
        charge_point_id: str,
        connectors: dict[str, str],
        actor: Actor,
        *,
        password: str | None = None,
        security_profile: int | None = None,
        vendor_profile: str | None = None,
        once: Once = UNKEYED,
        expected: Expected = ANY,
    ) -> ChargePoint:
        """Make a charge point known, or change it; what is None stays as it is.

        ``connectors``: number → ``location:charger``, all of one existing location; missing chargers are created.
        ``password``: 16 to 40 characters. ``once.render`` and ``expected.render`` get the :class:`ChargePoint`.
        Raises ``Invalid``, ``NotFound`` (location), ``Conflict`` (a charger bound elsewhere), ``Stale``.
        """
        check_id(charge_point_id, "charge_point_id")
        location_id, bound = _bound(connectors)
        _check_profiles(security_profile, vendor_profile)
        digests = None if password is None else password_digests(password)
        path = paths.charge_point(charge_point_id)
        self._leave_other_location(charge_point_id, location_id, actor)
        made: list[ChargePoint] = []

        def bind(reads: Reads, _loader: Loader, site: Site) -> list[Input]:
            now = self._clock.now()
            once.check(reads, now)
            if site.retired:
                raise Conflict("location_retired", "This location is closed for good.", field="connectors")
            before = _known(reads, charge_point_id)
            if before is not None:
                expected.check(before)
            after = before or ChargePoint(charge_point_id=charge_point_id, location_id=site.location_id)
            after = replace(
                after,
                location_id=site.location_id,
                connectors={number: _shown(site, charger_id) for number, charger_id in bound.items()},
                password_sha256=after.password_sha256 if digests is None else digests,
                security_profile=after.security_profile if security_profile is None else security_profile,
                vendor_profile=after.vendor_profile if vendor_profile is None else vendor_profile,
            )
            if after != before:
                after = replace(after, changed_at=now)
            made[:] = [after] if before is None or after != before else [before]
            return _bindings(site, charge_point_id, bound)

        def save(transaction: Transaction, _decided: Decided) -> None:
            transaction.put(path, to_document(made[0]))
            once.remember(transaction, made[0], self._clock.now())

        self._desk.decide(location_id, [], actor, prepare=bind, extra=save)
        self.forget(charge_point_id)
        return made[0]

    def delete(self, charge_point_id: str, actor: Actor, *, once: Once = UNKEYED, expected: Expected = ANY) -> None:
        """Forget a charge point and unbind its chargers. ``NotFound``; ``Conflict`` while a session is open there."""
        once.check(self._store, self._clock.now())  # deleted by the first time it is found nowhere the second
        path = paths.charge_point(charge_point_id)
        location_id = self.get(charge_point_id).location_id

        def unbind(reads: Reads, _loader: Loader, site: Site) -> list[Input]:
            once.check(reads, self._clock.now())
            before = _known(reads, charge_point_id)
            if before is None:
                raise no_charge_point(charge_point_id)
            expected.check(before)
            _refuse_in_use(site, charge_point_id)
            return _bindings(site, charge_point_id, {})

        def save(transaction: Transaction, _decided: Decided) -> None:
            now = self._clock.now()
            # What is left only tells the bridges' copies that it is gone.
            gone = ChargePoint(charge_point_id=charge_point_id, location_id=location_id, removed=True, changed_at=now)
            transaction.put(path, to_document(gone))
            once.remember(transaction, None, now)

        self._desk.decide(location_id, [], actor, prepare=unbind, extra=save)
        self.forget(charge_point_id)

    def _leave_other_location(self, charge_point_id: str, location_id: str, actor: Actor) -> None:
        """A charge point that moves leaves the chargers of its old location first."""
        try:
            old = self.get(charge_point_id).location_id
        except NotFound:
            return
        if fold(old) == fold(location_id):
            return

        def unbind(_reads: Reads, _loader: Loader, site: Site) -> list[Input]:
            _refuse_in_use(site, charge_point_id)
            return _bindings(site, charge_point_id, {})

        self._desk.decide(old, [], actor, prepare=unbind)


def password_digests(password: str) -> tuple[str, ...]:
    """SHA-256 of what charge points send for a password: its characters, or the bytes it spells in hex.

    Raises ``Invalid`` unless it has 16 to 40 characters.
    """
    least, most = PASSWORD_CHARS
    if not least <= len(password) <= most or not password.isprintable():
        raise Invalid(
            "invalid_password", f"password must have {least} to {most} printable characters.", field="password"
        )
    forms = [password.encode()]
    with contextlib.suppress(ValueError):
        forms.append(bytes.fromhex(password))
    return tuple(dict.fromkeys(hashlib.sha256(form).hexdigest() for form in forms))


def no_charge_point(charge_point_id: str) -> NotFound:
    """The refusal for a charge point that is not known."""
    return NotFound("charge_point_not_found", f"There is no charge point {charge_point_id!r}.")


def _known(reads: Reads, charge_point_id: str) -> ChargePoint | None:
    document = reads.get(paths.charge_point(charge_point_id))
    charge_point = None if document is None else from_document(ChargePoint, document.data)
    return None if charge_point is None or charge_point.removed else charge_point


def _bound(connectors: dict[str, str]) -> tuple[str, dict[str, str]]:
    """The one location of all connectors, and charger ids by number. Raises ``Invalid``."""
    if not 1 <= len(connectors) <= MOST_CONNECTORS:
        raise Invalid(
            "invalid_connectors", f"connectors must name 1 to {MOST_CONNECTORS} chargers.", field="connectors"
        )
    bound: dict[str, str] = {}
    locations: dict[str, str] = {}
    for number, name in connectors.items():
        if not _NUMBER.fullmatch(number):
            raise Invalid("invalid_connectors", f"{number!r} is no connector number.", field="connectors")
        location_id, _, charger_id = name.partition(":")
        check_place_id(location_id, "connectors")
        bound[number] = check_place_id(charger_id, "connectors")
        locations.setdefault(fold(location_id), location_id)
    if len(locations) > 1:
        raise Invalid("invalid_connectors", "All connectors must be chargers of one location.", field="connectors")
    if len({fold(charger_id) for charger_id in bound.values()}) < len(bound):
        raise Invalid("invalid_connectors", "Two connectors cannot be the same charger.", field="connectors")
    return next(iter(locations.values())), bound


def _bindings(site: Site, charge_point_id: str, bound: dict[str, str]) -> list[Input]:
    """What binds exactly these chargers to the charge point. Raises ``Conflict`` for one that another has."""
    wanted = {fold(charger_id): (int(number), charger_id) for number, charger_id in bound.items()}
    inputs: list[Input] = []
    for key, charger in site.chargers.items():
        if charger.charge_point_id == charge_point_id and key not in wanted:
            if charger.session is not None:
                raise Conflict("charger_in_use", f"A session is open at charger {charger.charger_id!r}.")
            inputs.append(PutCharger(charger_id=charger.charger_id, charge_point_id="", connector=0))
    for key, (connector, charger_id) in wanted.items():
        there = site.chargers.get(key)
        if there is not None and there.charge_point_id not in {"", charge_point_id}:
            raise Conflict(
                "charger_bound", f"Charger {charger_id!r} is bound to {there.charge_point_id!r}.", field="connectors"
            )
        if there is not None and (there.charge_point_id, there.connector) == (charge_point_id, connector):
            continue
        inputs.append(PutCharger(charger_id=charger_id, charge_point_id=charge_point_id, connector=connector))
    return inputs


def _refuse_in_use(site: Site, charge_point_id: str) -> None:
    for charger in site.chargers.values():
        if charger.charge_point_id == charge_point_id and charger.session is not None:
            raise Conflict("charge_point_in_use", f"A session is open at charger {charger.charger_id!r}.")


def _shown(site: Site, charger_id: str) -> str:
    charger = site.chargers.get(fold(charger_id))
    return charger_id if charger is None else charger.charger_id


def _check_profiles(security_profile: int | None, vendor_profile: str | None) -> None:
    if security_profile is not None and not 0 <= security_profile <= MOST_SECURITY_PROFILE:
        raise Invalid("invalid_security_profile", "security_profile must be 0 to 3.", field="security_profile")
    if vendor_profile is not None and not is_profile(vendor_profile):
        known = ", ".join(sorted(name for name in PROFILES if name))
        raise Invalid(
            "invalid_vendor_profile", f"vendor_profile must be empty or one of {known}.", field="vendor_profile"
        )
