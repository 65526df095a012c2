"""A charge point's own transactions as they travel."""

from pydantic import ConfigDict, Field

from api.schemas.base import Query, Reply
from model.ids import session_name
from model.instants import to_text
from services.chargepoints.transactions import KnownTransaction


class TransactionsQuery(Query):
    """How many."""

    page_size: int = Field(default=50, ge=1, le=200, description="How many at most.")


class Transaction(Reply):
    """A charge point's own transaction, and our session it belongs to."""

    model_config = ConfigDict(use_attribute_docstrings=True)

    transaction_id: str
    connector: int
    charger: str
    """`location:charger`."""
    session: str | None
    """`location:charger:n`; null: it has none."""
    tag: str
    """Redacted; empty: not known any more."""
    start_time: str | None
    """When we heard of it; of one told late, as the charge point says."""
    end_time: str | None
    """Likewise; null: it runs."""
    meter_start_wh: int | None
    meter_stop_wh: int | None
    """Null: it runs, or its end was never told."""
    stop_reason: str
    """The charge point's word, such as `EVDisconnected`; empty: its end was never told."""
    energy_wh: int


class TransactionsReply(Reply):
    """The latest transactions, the latest first."""

    transactions: list[Transaction]


def transaction_model(location_id: str, noun: KnownTransaction) -> Transaction:
    """A transaction as admins see it."""
    number = noun.session_number
    return Transaction(
        transaction_id=noun.transaction_id,
        connector=noun.connector,
        charger=f"{location_id}:{noun.charger_id}",
        session=session_name(location_id, noun.charger_id, number) if number else None,
        tag=noun.tag,
        start_time=to_text(noun.started_at),
        end_time=to_text(noun.ended_at),
        meter_start_wh=noun.meter_start_wh,
        meter_stop_wh=noun.meter_stop_wh,
        stop_reason=noun.stop_reason,
        energy_wh=noun.energy_wh,
    )
