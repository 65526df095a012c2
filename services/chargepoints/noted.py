"""Services: what was reported and could not be applied, kept raw so that an engineer can see it."""

import json
from datetime import datetime, timedelta
from typing import Any

import msgspec

from model import paths
from model.store.port import Store

KEPT_FOR = timedelta(days=400)
MOST_RAW_CHARS = 64_000


def keep_raw(store: Store, now: datetime, stream: str, charge_point_id: str, seq: int, reason: str, raw: Any) -> None:
    """``noted/{charge point, stream, seq}``: the same report again overwrites it."""
    store.put(
        paths.noted(charge_point_id, stream, seq),
        {
            "charge_point_id": charge_point_id,
            "stream": stream,
            "seq": seq,
            "reason": reason,
            "at": now,
            "raw": _text(raw)[:MOST_RAW_CHARS].encode(),
            "expires_at": now + KEPT_FOR,
        },
    )


def _text(raw: Any) -> str:
    if isinstance(raw, msgspec.Raw):
        return bytes(raw).decode("utf-8", "replace")
    return json.dumps(raw, default=repr)
