"""Services: which charge points are known, and which of our chargers their connectors are."""

from model.charge_point import ChargePoint
from model.decision import Actor
from services.idempotency import UNKEYED, Once
from services.ports import Clock
from services.sites.desk import Desk
from model.store.port import Store


class Registry:
    """Charge points by id (case-sensitive)."""

    def __init__(self, store: Store, clock: Clock, desk: Desk) -> None: ...

    def get(self, charge_point_id: str) -> ChargePoint:
        """A known charge point (1 read). Raises ``NotFound``. ``password_sha256`` must never be shown."""
        raise NotImplementedError

    def all(self) -> list[ChargePoint]:
        """Every known charge point, by id."""
        raise NotImplementedError

    def put(self, charge_point_id: str, connectors: dict[str, str], actor: Actor, *, password: str | None = None,
            security_profile: int | None = None, vendor_profile: str | None = None, once: Once = UNKEYED) -> ChargePoint:
        """Make known or change. ``connectors``: number → ``location:charger``, all of one existing location; missing
        chargers are created. ``password``: 16 to 40 characters, None keeps the old. ``Conflict`` for a charger bound elsewhere.
        ``once.render`` gets the :class:`ChargePoint`."""
        raise NotImplementedError

    def delete(self, charge_point_id: str, actor: Actor, *, once: Once = UNKEYED) -> None:
        """Forget it and unbind its chargers. ``Conflict`` while a session is open there."""
        raise NotImplementedError
