"""Services: the last charge and the last reservation, of a charger and of a driver: one query each."""

from model import paths
from model.errors import NotFound
from model.ids import fold
from model.session import Session
from model.store.port import Store
from model.store.query import Filter, Order, Query
from services.sites.session_document import session_of

_UNPLUGGED_AT_ONCE = 1
"""A charger and a driver have one open session at most: no more can be without a plug yet."""


class Lately:
    """Reads what was last. Each raises ``NotFound`` where there was none."""

    def __init__(self, store: Store) -> None:
        self._store = store

    def charge(self, location_id: str, charger_id: str) -> Session:
        """The charger's last charge, which may go on."""
        return self._charge(paths.sessions(location_id), Filter("charger_key", "==", fold(charger_id)))

    def reservation(self, location_id: str, charger_id: str) -> Session:
        """The charger's last reservation."""
        return self._reservation(paths.sessions(location_id), Filter("charger_key", "==", fold(charger_id)))

    def charge_of(self, user_id: str) -> Session:
        """The driver's last charge anywhere."""
        return self._charge(paths.SESSIONS, Filter("user_id", "==", user_id), group=True)

    def reservation_of(self, user_id: str) -> Session:
        """The driver's last reservation anywhere."""
        return self._reservation(paths.SESSIONS, Filter("user_id", "==", user_id), group=True)

    def _charge(self, collection: str, whose: Filter, *, group: bool = False) -> Session:
        found = self._newest(collection, (whose, Filter("hidden", "==", False)), 1 + _UNPLUGGED_AT_ONCE, group=group)
        charge = next((one for one in found if one.plugged_at is not None), None)
        if charge is None:
            raise NotFound("no_charge_yet", "There was no charge yet.")
        return charge

    def _reservation(self, collection: str, whose: Filter, *, group: bool = False) -> Session:
        found = self._newest(collection, (whose, Filter("reserved", "==", True)), 1, group=group)
        if not found:
            raise NotFound("no_reservation_yet", "There was no reservation yet.")
        return found[0]

    def _newest(self, collection: str, where: tuple[Filter, ...], most: int, *, group: bool) -> list[Session]:
        query = Query(collection, where, (Order("sort_at", descending=True),), limit=most, group=group)
        return [session_of(document.data) for document in self._store.query(query)]
