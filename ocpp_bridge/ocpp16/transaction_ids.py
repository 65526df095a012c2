"""Transaction ids, which in 1.6 the central system makes: equal on every instance for the same StartTransaction."""

import hashlib
import json
import secrets
from collections.abc import Iterable
from datetime import datetime

from ocpp_bridge.ocpp16.instants import is_plausible, parse
from ocpp_bridge.translation import OpenTransaction

MASK = 0x7FFF_FFFF


def transaction_id(
    charge_point_id: str,
    connector: int,
    tag: str,
    timestamp: object,
    meter_start_wh: int,
    received_at: datetime,
    open_transactions: Iterable[OpenTransaction],
) -> int:
    """1 … 2³¹−1.

    With a timestamp that a set clock could have written: the hash of what identifies the message. Otherwise every
    transaction since power-up may carry the same timestamp, so: the id of the open transaction that this one
    repeats, or a random one.
    """
    instant = parse(timestamp)
    if instant is not None and is_plausible(instant, received_at):
        parts = [charge_point_id, connector, tag, instant.isoformat(), meter_start_wh]
        digest = hashlib.sha256(json.dumps(parts).encode()).digest()
        return (int.from_bytes(digest[:4], "big") & MASK) or 1
    for transaction in open_transactions:
        if (transaction.connector, transaction.tag, transaction.meter_start_wh) == (
            connector,
            tag,
            meter_start_wh,
        ):
            return transaction.transaction_id
    return secrets.randbelow(MASK) + 1
