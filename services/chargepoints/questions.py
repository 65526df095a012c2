"""Services: what bridges ask before they let somebody charge."""

from model import paths
from model.errors import NotFound
from model.ids import fold
from model.site import Site
from model.store.port import Reads, Store
from scheduling.admission import admit, charger_keys_at
from scheduling.outcome import Need
from services.chargepoints.registry import Registry
from services.ports import Clock
from services.sites.known_tags import tagged
from services.sites.loading import Loader
from services.sites.site_document import site_of
from wire.questions import AuthorizeReply, TagStatus


class Questions:
    """Answers questions; reads only: the tag, its user, the site, and another site if the user's place names one."""

    def __init__(self, store: Store, clock: Clock, registry: Registry) -> None:
        self._store = store
        self._clock = clock
        self._registry = registry

    def authorize(self, charge_point_id: str, tag: str, connector: int | None = None) -> AuthorizeReply:
        """OCPP's verdict on a tag at a connector, or at any of the charge point. ``NotFound`` for an unknown one.

        No transaction: the refusal that counts is that of the start itself.
        """
        try:
            return self._judged(charge_point_id, self._registry.cached(charge_point_id).location_id, tag, connector)
        except NotFound:
            self._registry.forget(charge_point_id)
            return self._judged(charge_point_id, self._registry.get(charge_point_id).location_id, tag, connector)

    def _judged(self, charge_point_id: str, location_id: str, tag: str, connector: int | None) -> AuthorizeReply:
        now = self._clock.now()
        site = self._site(self._store, location_id)
        keys = charger_keys_at(site, charge_point_id, connector)
        if not keys:
            raise NotFound("connector_not_found", f"Charge point {charge_point_id!r} has no such connector.")
        loader = Loader(self._store, site)
        known = tagged(self._store, loader, tag, now)
        person = None
        if known.user_id:
            loader.load(Need(people=frozenset({known.user_id})))
            person = loader.state().people.get(known.user_id)
        verdict = admit(site, keys, known, person, now)
        return AuthorizeReply(
            tag_status=TagStatus(verdict.tag_status), parent_tag=known.parent_tag, reason=verdict.reason
        )

    def _site(self, reads: Reads, location_id: str) -> Site:
        document = reads.get(paths.location(fold(location_id)))
        if document is None:
            raise NotFound("location_not_found", f"There is no location {location_id!r}.")
        return site_of(document.data)
