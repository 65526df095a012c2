"""`payments/…`: where payment providers report. No token: each report is signed."""

from flask import request

from api.resource import Resource
from api.schemas.balance import ProviderPath
from api.schemas.base import Done
from api.wiring import services
from services.money.payments import told

payments = Resource("payments", "Reports of payment providers.")

_TAKEN = Done(message="The report was taken.")
_KNOWN = Done(message="This was known already; nothing has changed.")


@payments.post("/payments/<provider>/callback", responses={200: Done})
def take_payment_report(path: ProviderPath) -> Done:
    """Take a payment provider's report of what became of a payment.

    Body and header are as that provider sends them: signed, and not older than five minutes. Told again, it changes
    nothing. 409: it does not fit what was asked for, and was noted.
    """
    new = told(services(), path.provider, dict(request.headers), request.get_data(cache=True))
    return _TAKEN if new else _KNOWN
