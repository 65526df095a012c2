"""Charge points that wanted in and are not known: what an admin sees before adopting one."""

from dataclasses import dataclass
from datetime import datetime


@dataclass(frozen=True, slots=True, kw_only=True)
class UnknownChargePoint:
    """An identity that a bridge turned away."""

    charge_point_id: str
    bridge_id: str
    attempts: int
    first_at: datetime
    last_at: datetime
    subprotocols: tuple[str, ...] = ()
    family: str = ""
    """``ipv4`` or ``ipv6``."""
    is_tls: bool = False
    has_password: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class DoorBook:
    """``attempts/{bridge}``: those one bridge turned away lately. One document, so that no flood fills the store."""

    bridge_id: str
    unknown: tuple[UnknownChargePoint, ...] = ()
