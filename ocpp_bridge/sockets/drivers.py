"""Which translator speaks which WebSocket subprotocol, and what a charge point's vendor profile allows.

``ocpp201`` adds a line to ``SUBPROTOCOLS``. Chargers that speak no OCPP are in `units`; they meet the same event log,
command desk and local copy.
"""

from collections.abc import Callable, Sequence
from datetime import datetime

from ocpp_bridge.ocpp16.translator import Ocpp16
from ocpp_bridge.translation import Translator
from ocpp_bridge.watching.open_transactions import OpenTransactions
from wire.vendor_profiles import tolerated_by

MakeTranslator = Callable[
    [str, datetime, int, OpenTransactions, Callable[[], frozenset[str]], Callable[[datetime], int]], Translator
]
"""Charge point, connected at, heartbeat interval, its open transactions, what its vendor profile tolerates, and after
how many seconds one that boots now is to boot again (0: accepted)."""

SUBPROTOCOLS: dict[str, MakeTranslator] = {"ocpp1.6": Ocpp16}
"""Best first."""


def choose(offered: Sequence[str], vendor_profile: str) -> tuple[str, str | None] | None:
    """(our protocol, the subprotocol to answer with, as the charge point spelled it), or None to refuse."""
    if not offered:
        return ("ocpp1.6", None) if "no-subprotocol" in tolerated_by(vendor_profile) else None
    spelled = {name.casefold(): name for name in reversed(offered)}
    for protocol in SUBPROTOCOLS:
        if protocol in spelled:
            return protocol, spelled[protocol]
    return None
