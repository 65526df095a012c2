"""Who sends the requests of these tests."""

from enum import StrEnum

from model.account import Scope, ScopeKind


class Role(StrEnum):
    """Every kind of sender the access table tells apart, and drivers in each of their states."""

    ANONYMOUS = "anonymous"
    USER = "user"
    """carl, who is nowhere."""
    WAITING = "waiting"
    """ann, first in the queue of Lot."""
    HOLDER = "holder"
    """dora, to whom charger B is offered."""
    OWNER = "owner"
    """bob, whose car charges at A."""
    BRIDGE = "bridge"
    CHARGE_POINT = "chargepoint"
    CHARGER = "charger"
    ADMIN = "admin"


DRIVERS = {Role.USER: "carl", Role.WAITING: "ann", Role.HOLDER: "dora", Role.OWNER: "bob"}
UNITS = {
    Role.BRIDGE: Scope(kind=ScopeKind.BRIDGE, id="b1"),
    Role.CHARGE_POINT: Scope(kind=ScopeKind.CHARGE_POINT, id="CP-1"),
    Role.CHARGER: Scope(kind=ScopeKind.CHARGER, id="Lot:A"),
}
