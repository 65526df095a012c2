"""Notifying: whether a browser's subscription is one that something can be sent to."""

from collections.abc import Iterable

from model.errors import Invalid
from services.accounts.profile import Subscription
from services.adapters.outbound import BadAddress, Outbound
from services.adapters.web_push import key_bytes


def check_subscription(one: Subscription, private_hosts: Iterable[str]) -> None:
    """Raise :class:`Invalid` for an address nothing is sent to, and for keys that are none."""
    try:
        Outbound(private_hosts).check(one.endpoint)
    except BadAddress as error:
        raise Invalid("invalid_subscription", str(error), field="endpoint") from error
    for name, text, length in (("p256dh", one.p256dh, 65), ("auth", one.auth, 16)):
        try:
            key_bytes(text, length)
        except ValueError as error:
            raise Invalid("invalid_subscription", f"{name} is no key of a browser.", field=f"keys.{name}") from error
