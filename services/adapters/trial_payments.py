"""Adapters: a payment provider that takes no money, for trying out and for tests. It signs its reports as real ones do.

A report is JSON, and its header ``Kilowait-Signature: t=SECONDS,v1=HEX``: HMAC-SHA256 over ``SECONDS.BODY``, as raw
bytes, with the shared secret. It counts for five minutes.
"""

import hashlib
import hmac
import re
from collections.abc import Mapping
from datetime import datetime

import msgspec

from model.errors import Forbidden, Invalid
from model.money.payment import PaidBack, Payment, PaymentState
from services.ports import PaymentBegun, PaymentTold

HEADER = "Kilowait-Signature"
WINDOW_S = 300
_HEADER = re.compile(r"t=(\d{1,12}),v1=([0-9a-f]{64})", re.ASCII)


class _Report(msgspec.Struct, forbid_unknown_fields=True):
    payment_id: str
    status: str
    amount: int
    currency: str
    reference: str = ""


class TrialPayments:
    """What it is asked to pay back it only remembers, for tests to look at."""

    name = "trial"

    def __init__(self, secret: str) -> None:
        self._secret = secret.encode()
        self.paid_back: dict[str, int] = {}
        """Amount by refund id."""

    def begin(self, payment: Payment) -> PaymentBegun:
        """There is no page to pay at: ``flask --app main pay-trial PAYMENT_ID`` pays."""
        return PaymentBegun(reference=f"trial-{payment.payment_id}")

    def read(self, headers: Mapping[str, str], body: bytes, now: datetime) -> PaymentTold:
        """See :class:`services.ports.PaymentProvider`."""
        found = _HEADER.fullmatch(headers.get(HEADER, ""))
        if found is None:
            raise Forbidden("bad_signature", f"The report must be signed: {HEADER}: t=SECONDS,v1=HEX.")
        seconds, given = int(found[1]), found[2]
        if not hmac.compare_digest(self._signature(seconds, body), given):
            raise Forbidden("bad_signature", "The signature is not that of this report.")
        if abs(now.timestamp() - seconds) > WINDOW_S:
            raise Forbidden("old_signature", f"The signature is not of the last {WINDOW_S} s.")
        try:
            report = msgspec.json.decode(body, type=_Report)
        except msgspec.MsgspecError as error:
            raise Invalid("invalid_callback", f"The report cannot be read: {error}") from error
        if report.status not in {PaymentState.PAID.value, PaymentState.FAILED.value}:
            raise Invalid("invalid_callback", "The status must be paid or failed.", field="status")
        return PaymentTold(
            payment_id=report.payment_id,
            state=PaymentState(report.status),
            amount=report.amount,
            currency=report.currency,
            reference=report.reference[:200],
        )

    def pay_back(self, payment: Payment, refund: PaidBack) -> None:
        """See :class:`services.ports.PaymentProvider`."""
        del payment
        self.paid_back[refund.refund_id] = refund.amount

    def report(self, payment: Payment, now: datetime, status: str = "paid") -> tuple[dict[str, str], bytes]:
        """What it would send when somebody has paid: headers and body."""
        body = msgspec.json.encode(
            _Report(
                payment_id=payment.payment_id,
                status=status,
                amount=payment.amount,
                currency=payment.currency,
                reference=payment.provider_reference,
            )
        )
        return self.signed(body, now), body

    def signed(self, body: bytes, now: datetime) -> dict[str, str]:
        """The header of a report."""
        seconds = int(now.timestamp())
        return {HEADER: f"t={seconds},v1={self._signature(seconds, body)}"}

    def _signature(self, seconds: int, body: bytes) -> str:
        return hmac.new(self._secret, f"{seconds}.".encode() + body, hashlib.sha256).hexdigest()
