"""Adapters, FCM: which of the addresses that devices left are FCM's."""

import re
from enum import StrEnum

_INSTALLATION = re.compile(r"[A-Za-z0-9_-]{1,256}")
_REGISTRATION = re.compile(r"[A-Za-z0-9_-]+(?::[A-Za-z0-9_-]+)+")


class Target(StrEnum):
    """The field of an HTTP v1 message that names the device."""

    FID = "fid"
    """A Firebase installation ID: what apps register with today."""
    TOKEN = "token"  # noqa: S105 -- the field's name
    """A registration token (``installation:secret``): what apps sent that have not moved to installation IDs yet."""


def target_of(address: str) -> Target | None:
    """How FCM knows the device at ``address``; None: it is no address of FCM's (a Web Push subscription, say)."""
    if _INSTALLATION.fullmatch(address):
        return Target.FID
    return Target.TOKEN if _REGISTRATION.fullmatch(address) else None


def redacted(address: str) -> str:
    """Enough of an address to find it again; not enough to write to it."""
    return f"{address[:6]}…"
