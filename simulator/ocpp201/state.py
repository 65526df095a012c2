"""What a station of OCPP 2.0.1 remembers across a restart, apart from its unit and its queue of unsent messages."""

from datetime import datetime
from typing import Any, Literal

import msgspec

from simulator.unit.charging_profiles import Profile


class IdToken(msgspec.Struct, frozen=True, rename="camel"):
    """An idToken as it goes over the wire; compared case-folded, with its type."""

    id_token: str
    type: str = "ISO14443"

    @property
    def key(self) -> str:
        """Equal for equal tokens."""
        return f"{self.type}/{self.id_token.casefold()}"

    @property
    def wire(self) -> dict[str, Any]:
        return {"idToken": self.id_token, "type": self.type}


class Verdict(msgspec.Struct, frozen=True, kw_only=True, omit_defaults=True):
    """What is known of a token: OCPP's AuthorizationStatus, its group, until when it may be kept, where it may charge
    (no EVSE named: everywhere).
    """

    status: str
    group: IdToken | None = None
    expires_at: datetime | None = None
    evse_ids: list[int] | None = None

    @property
    def accepted(self) -> bool:
        return self.status == "Accepted"


class Authorization(msgspec.Struct, kw_only=True, omit_defaults=True):
    """Somebody may charge at an EVSE; without a plug until ``expires_at`` (EVConnectionTimeOut)."""

    token: IdToken
    group: IdToken | None = None
    expires_at: datetime | None = None
    remote_start_id: int | None = None
    reservation_id: int | None = None


class Running(msgspec.Struct, kw_only=True, omit_defaults=True):
    """A transaction in OCPP 2.0.1's sense. ``seq_no`` is the next event's; ``told`` what the events said last."""

    transaction_id: str
    started_at: datetime
    seq_no: int = 0
    charging_state: str = "Idle"
    charging_since: datetime | None = None
    charging_s: float = 0
    # Whose token started it; kept when the authorization ends, for who stops it.
    token: IdToken | None = None
    group: IdToken | None = None
    token_told: bool = False
    remote_start_id: int | None = None
    deauthorized: bool = False
    # Meter values that only its last event tells.
    for_the_end: list[dict[str, Any]] = []


class Evse(msgspec.Struct, kw_only=True, omit_defaults=True):
    """``reached`` are the transaction points that hold now; ``resetting_until`` while a Reset of this EVSE lasts."""

    authorization: Authorization | None = None
    running: Running | None = None
    reached: list[str] = []
    reset_when_idle: bool = False
    resetting_until: datetime | None = None


class OpenReservation(msgspec.Struct, frozen=True, kw_only=True):
    """A reservation of any EVSE (of a connector type)."""

    reservation_id: int
    token: IdToken
    group: IdToken | None
    connector_type: str | None
    expires_at: datetime


class Kept(msgspec.Struct, frozen=True, kw_only=True):
    """A charging profile and who set it (ChargingLimitSourceEnumType)."""

    profile: Profile
    source: Literal["CSO", "EMS", "SO", "Other"] = "CSO"


class State(msgspec.Struct, kw_only=True, omit_defaults=True):
    """``variables`` holds only what was changed; ``after_restart`` what a restart brings into force."""

    variables: dict[str, str] = {}
    after_restart: dict[str, str] = {}
    network_profiles: dict[int, dict[str, Any]] = {}
    cache: dict[str, Verdict] = {}
    local_list: dict[str, Verdict] = {}
    local_list_version: int = 0
    evses: dict[int, Evse] = {}
    open_reservations: list[OpenReservation] = []
    profiles: list[Kept] = []
    boot_reason: str = "PowerUp"
    # A Reset OnIdle that waits for the last transaction.
    reset_when_idle: bool = False
