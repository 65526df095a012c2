"""Model room: a top-up from being asked for to being paid, and what was paid back of it."""

from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum


class PaymentState(StrEnum):
    """How far a payment is."""

    ASKED = "asked"
    PAID = "paid"
    FAILED = "failed"


@dataclass(frozen=True, slots=True, kw_only=True)
class PaidBack:
    """A refund of a payment; ``sent``: the provider took the order."""

    refund_id: str
    amount: int
    sent: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class Payment:
    """``payments/{payment_id}``: amounts in minor units."""

    payment_id: str
    user_id: str
    provider: str
    amount: int
    currency: str
    asked_at: datetime
    state: PaymentState = PaymentState.ASKED
    settled_at: datetime | None = None
    """When it was paid, or failed."""
    redirect_url: str = ""
    """Where the user pays."""
    provider_reference: str = ""
    """The provider's own name for it."""
    refunds: tuple[PaidBack, ...] = ()
    unsent_since: datetime | None = None
    """A refund waits for the provider since."""

    @property
    def refundable(self) -> int:
        """What was paid and not paid back."""
        if self.state is not PaymentState.PAID:
            return 0
        return self.amount - sum(one.amount for one in self.refunds)
