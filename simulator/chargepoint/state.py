"""Everything a charge point remembers across a restart, apart from its queue of unsent messages."""

from datetime import datetime

import msgspec

from simulator.chargepoint.car import MWH_PER_WH, Car


class Transaction(msgspec.Struct, kw_only=True):
    """One charge on the charge point. ``key`` is our own; ``transaction_id`` comes with
    StartTransaction.conf.
    """

    key: str
    id_tag: str
    parent_id_tag: str | None
    started_at: datetime
    meter_start_wh: int
    transaction_id: int | None = None
    reservation_id: int | None = None
    # The central system refused the tag and the configuration keeps the transaction open without energy.
    refused: bool = False


class EndedTransaction(msgspec.Struct, kw_only=True):
    """What is still shown of the last one; ``transaction_id`` follows when it was given after the end."""

    key: str
    id_tag: str
    started_at: datetime
    meter_start_wh: int
    transaction_id: int | None
    ended_at: datetime
    meter_stop_wh: int
    reason: str


class PendingStart(msgspec.Struct, kw_only=True):
    """A tag was accepted and the plug is awaited until ``expires_at`` (ConnectionTimeOut)."""

    id_tag: str
    parent_id_tag: str | None
    expires_at: datetime


class Reservation(msgspec.Struct, kw_only=True):
    """``connector_id`` is kept by the connector that holds it."""

    reservation_id: int
    id_tag: str
    parent_id_tag: str | None
    expires_at: datetime

    def matches(self, id_tag: str, parent_id_tag: str | None) -> bool:
        """Whether this tag, or its group, may use the reserved connector. Tags are compared case-folded (OCPP
        ``CiString``).
        """
        if same_tag(id_tag, self.id_tag):
            return True
        return parent_id_tag is not None and same_tag(parent_id_tag, self.parent_id_tag)


class ConnectorState(msgspec.Struct, kw_only=True):
    """One connector. The register only grows: thousandths of a Wh since it was made."""

    register_mwh: int = 0
    car: Car | None = None
    transaction: Transaction | None = None
    last_transaction: EndedTransaction | None = None
    pending: PendingStart | None = None
    reservation: Reservation | None = None
    error_code: str = "NoError"
    operative: bool = True
    # ChangeAvailability answered Scheduled: becomes inoperative when the transaction ends.
    inoperative_after_transaction: bool = False
    # A transaction ended and the cable has not been pulled since.
    finishing: bool = False
    last_authorize_status: str | None = None
    last_start_status: str | None = None

    @property
    def energy_wh(self) -> int:
        """What the display shows: whole Wh, rounded down, so it never runs ahead."""
        return self.register_mwh // MWH_PER_WH


class CachedTag(msgspec.Struct, kw_only=True):
    """What the central system last said of a tag."""

    status: str
    parent_id_tag: str | None = None
    expires_at: datetime | None = None


class State(msgspec.Struct, kw_only=True):
    """One charge point. ``connectors`` by number from 1; ``configuration`` holds only what was changed."""

    connectors: dict[int, ConnectorState] = msgspec.field(default_factory=dict)
    configuration: dict[str, str] = msgspec.field(default_factory=dict)
    cache: dict[str, CachedTag] = msgspec.field(default_factory=dict)
    # Our key of a transaction → the id it got, as long as messages of it are unsent.
    transaction_ids: dict[str, int] = msgspec.field(default_factory=dict)
    authorization_key: str | None = None
    operative: bool = True
    # False after somebody pulled the network cable (`/disconnect`).
    online: bool = True


def same_tag(one: str | None, other: str | None) -> bool:
    """Whether both are tags and the same one, compared case-folded."""
    return one is not None and other is not None and one.casefold() == other.casefold()
