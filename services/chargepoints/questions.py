"""Services: what bridges ask before they let somebody charge; a card refused at a busy charger joins the queue."""

from collections.abc import Sequence
from datetime import datetime, timedelta

import structlog

from model import paths
from model.decision import Actor
from model.errors import KilowaitError, NotFound
from model.ids import fold
from model.site import Site
from model.store.errors import StoreBusy, StoreUnavailable
from model.store.port import Reads, Store
from scheduling.inputs import Join, UnknownTag
from scheduling.outcome import Need
from scheduling.requests.drivers import VIA_TAP
from scheduling.rights.admission import admit, charger_keys_at, joins_by_tap
from services.chargepoints.registry import Registry
from services.groups.known import Limits, limits_now
from services.ports import Clock
from services.sites.desk import Desk
from services.sites.known_tags import tagged
from services.sites.loading import Loader
from services.sites.site_document import site_of
from wire.questions import AuthorizeReply, TagQuestion, TagStatus

_LOG = structlog.get_logger(__name__)
UNKNOWN_TAG = "unknown_tag"
REFUSED_EVERY = timedelta(minutes=15)
_BRIDGE = Actor(kind="bridge", id="")


class Questions:
    """Answers questions by plain reads: the tag, its user, the site, and another site if the user's place names one."""

    def __init__(self, store: Store, clock: Clock, registry: Registry, desk: Desk, limits: Limits = limits_now) -> None:
        self._store = store
        self._clock = clock
        self._registry = registry
        self._desk = desk
        self._limits = limits
        self._refused: dict[tuple[str, str], datetime] = {}

    def authorize(
        self, charge_point_id: str, tag: str, connector: int | None = None, *, actor: Actor = _BRIDGE
    ) -> AuthorizeReply:
        """OCPP's verdict on a tag at a connector, or at any of the charge point. ``NotFound`` for an unknown one.

        No transaction: the refusal that counts is that of the start itself. Whose card is refused at a charge point
        because it is busy, joins the queue in ``actor``'s name; a second tap finds them there and changes nothing.
        """
        return self._asked(TagQuestion(charge_point_id=charge_point_id, tag=tag, connector=connector), {}, actor)

    def authorize_all(self, questions: Sequence[TagQuestion], *, actor: Actor = _BRIDGE) -> list[AuthorizeReply | None]:
        """As :meth:`authorize`, each; None for a charge point or connector that is not known. A site is read once."""
        sites: dict[str, Site] = {}
        found: list[AuthorizeReply | None] = []
        for question in questions:
            try:
                found.append(self._asked(question, sites, actor))
            except NotFound:
                found.append(None)
        return found

    def _asked(self, question: TagQuestion, sites: dict[str, Site], actor: Actor) -> AuthorizeReply:
        try:
            location_id = self._registry.cached(question.charge_point_id).location_id
            return self._judged(question, location_id, sites, actor)
        except NotFound:
            self._registry.forget(question.charge_point_id)
            location_id = self._registry.get(question.charge_point_id).location_id
            sites.pop(location_id, None)
            return self._judged(question, location_id, sites, actor)

    def _judged(self, question: TagQuestion, location_id: str, sites: dict[str, Site], actor: Actor) -> AuthorizeReply:
        charge_point_id, tag, connector = question.charge_point_id, question.tag, question.connector
        now = self._clock.now()
        if location_id not in sites:
            sites[location_id] = self._site(self._store, location_id)
        site = sites[location_id]
        keys = charger_keys_at(site, charge_point_id, connector)
        if not keys:
            raise NotFound("connector_not_found", f"Charge point {charge_point_id!r} has no such connector.")
        loader = Loader(self._store, site, limits=self._limits)
        known = tagged(self._store, loader, tag, now)
        person = None
        if known.user_id:
            loader.load(Need(people=frozenset({known.user_id})))
            person = loader.state().people.get(known.user_id)
        verdict = admit(site, keys, known, person, now)
        if not connector and joins_by_tap(site, known, person, verdict):
            self._join(location_id, known.user_id, actor)
            del sites[location_id]
        if verdict.reason == UNKNOWN_TAG:
            self._tell(site, keys[0], actor)
        return AuthorizeReply(
            tag_status=TagStatus(verdict.tag_status), parent_tag=known.parent_tag, reason=verdict.reason
        )

    def _join(self, location_id: str, user_id: str, actor: Actor) -> None:
        """Whatever comes of it, the verdict stands: who taps is present, and is told by a message."""
        try:
            self._desk.decide(location_id, [Join(user_id=user_id, via=VIA_TAP, present=True)], actor)
        except (KilowaitError, StoreBusy, StoreUnavailable) as error:
            _LOG.info("tap_joins_not", location_id=location_id, user_id=user_id, why=str(error))

    def _tell(self, site: Site, charger_key: str, actor: Actor) -> None:
        """The managers hear of a card nobody has; this process tells it of a charger once in a quarter of an hour."""
        place, now = (fold(site.location_id), charger_key), self._clock.now()
        last = self._refused.get(place)
        if last is not None and abs(now - last) < REFUSED_EVERY:
            return
        self._refused = {one: at for one, at in self._refused.items() if abs(now - at) < REFUSED_EVERY} | {place: now}
        try:
            report = UnknownTag(charger_id=site.chargers[charger_key].charger_id)
            self._desk.decide(site.location_id, [report], actor)
        except (KilowaitError, StoreBusy, StoreUnavailable) as error:
            _LOG.info("unknown_tag_not_told", location_id=site.location_id, why=str(error))

    def _site(self, reads: Reads, location_id: str) -> Site:
        document = reads.get(paths.location(fold(location_id)))
        if document is None:
            raise NotFound("location_not_found", f"There is no location {location_id!r}.")
        return site_of(document.data)
