"""What cards were answered at a bridge's charge points: told to the API now and then, for people to look up."""

from datetime import datetime
from typing import Literal

import msgspec

MOST_AUTHORIZATIONS = 100
"""In one report."""


class Authorization(msgspec.Struct, frozen=True, kw_only=True, omit_defaults=True):
    """One card at one charge point, and the verdict it was given."""

    charge_point_id: str
    at: datetime
    asked: Literal["authorize", "start"]
    """At any connector, or the start of a charge at one."""
    tag: str
    tag_status: str
    """OCPP's word."""
    reason: str = ""
    connector: int = 0
    """0: any."""
    by_copy: bool = False
    """The bridge's own copy judged, as the API did not answer in time."""


class AuthorizationReport(msgspec.Struct, frozen=True, kw_only=True):
    """``POST /api/bridge/authorizations``."""

    authorizations: tuple[Authorization, ...]
