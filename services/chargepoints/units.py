"""Services: units that post their level every few seconds, whether or not anything changed."""

from model.decision import Actor
from model.site import Site


class Units:
    """Takes level reports."""

    def report(self, location_id: str, charger_id: str, level: str, actor: Actor) -> Site:
        """A unit's level; a repeat costs no write. The site afterwards (of a repeat: at most 30 s old). ``NotFound``, ``Invalid``
        (no such level)."""
        raise NotImplementedError
