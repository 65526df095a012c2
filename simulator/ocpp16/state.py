"""What a charge point that speaks OCPP 1.6 remembers beside its unit's state."""

from datetime import datetime
from typing import Any, Literal

import msgspec

from simulator.unit.charging_profiles import Profile
from simulator.unit.state import Reservation


class Tag(msgspec.Struct, kw_only=True, omit_defaults=True):
    """What is known of a tag, as it was spelled: in the authorization cache, or in the local list."""

    id_tag: str
    status: str
    parent_id_tag: str | None = None
    expires_at: datetime | None = None


class Step(msgspec.Struct, kw_only=True, omit_defaults=True):
    """One step of a walk: due ``after_s`` seconds after the one before, not before ``at``, and only while the
    unit is ``idle`` (no transaction) or ``ready`` (accepted by the central system). ``status`` None: restart.
    """

    status: str | None
    after_s: float = 0.0
    at: datetime | None = None
    idle: bool = False
    ready: bool = False


class Walk(msgspec.Struct, kw_only=True):
    """A firmware update or an upload on its way; ``status`` is what was told last."""

    steps: list[Step]
    since: datetime
    status: str | None = None
    request_id: int | None = None
    # The firmware that is there at the end.
    version: str | None = None


WalkKind = Literal["firmware", "signed_firmware", "diagnostics", "log"]


class InstalledCertificate(msgspec.Struct, kw_only=True):
    """A root certificate as PEM, and what it is used for."""

    use: Literal["CentralSystemRootCertificate", "ManufacturerRootCertificate"]
    pem: str


class OwnCertificate(msgspec.Struct, kw_only=True):
    """The charge point's own: PEM of its chain and of its key; ``next_key`` is of a request that is not signed
    yet.
    """

    chain: str | None = None
    key: str | None = None
    next_key: str | None = None


class State16(msgspec.Struct, kw_only=True, omit_defaults=True):
    """Tags are case-folded; ``configuration`` holds only what was changed, ``after_restart`` what takes effect
    then.
    """

    configuration: dict[str, str] = msgspec.field(default_factory=dict)
    after_restart: dict[str, str] = msgspec.field(default_factory=dict)
    cache: dict[str, Tag] = msgspec.field(default_factory=dict)
    local_list: dict[str, Tag] = msgspec.field(default_factory=dict)
    local_list_version: int = 0
    # Our key of a transaction → the id it got, as long as messages of it are unsent.
    transaction_ids: dict[str, int] = msgspec.field(default_factory=dict)
    # Our key of a transaction → what its StopTransaction will hold.
    transaction_data: dict[str, list[dict[str, Any]]] = msgspec.field(default_factory=dict)
    # Connector → the register in thousandths of a Wh at which energy for a refused tag ends.
    allowance_mwh: dict[int, int] = msgspec.field(default_factory=dict)
    # Kept for connector 0: on whichever connector is free.
    anywhere: list[Reservation] = msgspec.field(default_factory=list)
    profiles: list[Profile] = msgspec.field(default_factory=list)
    # Connector → the profile that came with a remote start and waits for its transaction.
    profile_at_start: dict[int, Profile] = msgspec.field(default_factory=dict)
    walks: dict[WalkKind, Walk] = msgspec.field(default_factory=dict)
    authorization_key: str | None = None
    security_profile: int | None = None
    certificates: list[InstalledCertificate] = msgspec.field(default_factory=list)
    own_certificate: OwnCertificate = msgspec.field(default_factory=OwnCertificate)
