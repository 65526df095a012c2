"""Services: the codes that a location's sheets show, and renewing them."""

from model.decision import Actor
from model.site import Site
from scheduling.inputs import PutLocation
from scheduling.outcome import Decided
from services.idempotency import UNKEYED, Once
from services.ports import Randomness
from services.sites.keeping import Keeping
from services.sites.presence import codes_of
from services.sites.reading import Sites

SECRET_BYTES = 32


class PresenceCodes:
    """The codes of a location's chargers, for the sheets that are printed."""

    def __init__(self, sites: Sites, keeping: Keeping, randomness: Randomness) -> None:
        self._sites = sites
        self._keeping = keeping
        self._randomness = randomness

    def read(self, location_id: str, actor: Actor) -> dict[str, str]:
        """By charger id; the secret is made when they are first asked for. Raises ``NotFound``."""
        site = self._sites.get(location_id)
        if not site.presence_secret:
            site = self._keep(location_id, actor, again=False).site
        return codes_of(site)

    def renew(self, location_id: str, actor: Actor, *, once: Once = UNKEYED) -> Decided:
        """Other codes: whatever was printed proves nothing any more. Raises ``NotFound``."""
        return self._keep(location_id, actor, again=True, once=once)

    def _keep(self, location_id: str, actor: Actor, *, again: bool, once: Once = UNKEYED) -> Decided:
        fresh = self._randomness.token(SECRET_BYTES)

        def change(site: Site) -> PutLocation:
            return PutLocation(presence_secret=fresh if again or not site.presence_secret else site.presence_secret)

        return self._keeping.change_location(location_id, change, actor, once=once)
