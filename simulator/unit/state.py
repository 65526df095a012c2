"""What a charge point remembers across a restart, apart from its queue and what its version of OCPP adds."""

from datetime import datetime

import msgspec

from simulator.cars import MWH_PER_WH, Car


class Transaction(msgspec.Struct, kw_only=True):
    """One charge at a connector. ``key`` is our own; ``transaction_id`` is what the central system knows it by.
    ``id_tag`` is None while nobody was authorized for it.
    """

    key: str
    id_tag: str | None
    parent_id_tag: str | None
    started_at: datetime
    meter_start_wh: int
    transaction_id: int | str | None = None
    reservation_id: int | None = None
    # The contactor stays open: the tag was refused, or nobody is authorized yet.
    refused: bool = False


class EndedTransaction(msgspec.Struct, kw_only=True):
    """What is still shown of the last one; ``transaction_id`` follows when it was given after the end."""

    key: str
    id_tag: str | None
    started_at: datetime
    meter_start_wh: int
    transaction_id: int | str | None
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


class State(msgspec.Struct, kw_only=True):
    """One charge point. ``connectors`` by number from 1."""

    connectors: dict[int, ConnectorState] = msgspec.field(default_factory=dict)
    operative: bool = True
    # Installed since it left the factory.
    firmware: str | None = None
    # False after somebody pulled the network cable (`/disconnect`).
    online: bool = True


def same_tag(one: str | None, other: str | None) -> bool:
    """Whether both are tags and the same one, compared case-folded."""
    return one is not None and other is not None and one.casefold() == other.casefold()
