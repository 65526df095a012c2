"""What of one connector must outlive the bridge's process; written in the commit of the events that it follows from."""

from datetime import datetime
from typing import Self

import msgspec

from ocpp_bridge.units.register import Register


class Charge(msgspec.Struct, frozen=True, kw_only=True, omit_defaults=True):
    """The transaction that is open. ``ending`` is why it is to end as soon as no power flows any more."""

    transaction_id: int
    meter_start_wh: int
    tag: str = ""
    session: str = ""
    session_start_ws: int = 0
    """Where the session began on the register; the charge may have begun later."""
    session_type: str = ""
    """As the unit says, or else by the most phases that were seen to carry current."""
    ending: str = ""


class Awaited(msgspec.Struct, frozen=True, kw_only=True, omit_defaults=True):
    """Somebody identified: the next charge is theirs, if it begins before ``until``."""

    tag: str
    until: datetime


class Ended(msgspec.Struct, frozen=True, kw_only=True):
    """A transaction that is over, for corrections."""

    transaction_id: int
    session: str
    meter_start_wh: int
    session_start_ws: int = 0
    session_type: str = ""

    @classmethod
    def of(cls, charge: Charge) -> Self:
        return cls(
            transaction_id=charge.transaction_id,
            session=charge.session,
            meter_start_wh=charge.meter_start_wh,
            session_start_ws=charge.session_start_ws,
            session_type=charge.session_type,
        )


class Kept(msgspec.Struct, frozen=True, kw_only=True, omit_defaults=True):
    """One connector's."""

    protocol: str = ""
    """Of the driver that told all this."""
    register: Register = Register()
    base_wh: int = 0
    """The register when the car that is plugged in came, or its last charge ended: what it drew since is its own."""
    charge: Charge | None = None
    awaited: Awaited | None = None
    plugged: bool = False
    stay: str = ""
    """As the unit names it; "": it has not since the plug."""
    status: str = ""
    """Told last, and its error code."""
    error_code: str = ""
    over: bool = False
    """The charge of the car that is plugged in was stopped or refused: no other begins by itself."""
    disabled: bool = False
    """Somebody set ``enabled`` to false."""
    given: bool | None = None
    """The last order on power that the unit carried out; None: it has to hear of it anew."""
    ended: tuple[Ended, ...] = ()
