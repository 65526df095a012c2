"""A session's energy from what the cloud counts. Pure."""

from datetime import datetime, timedelta

import msgspec

from ocpp_bridge.units.chargeamps.book import Book
from ocpp_bridge.units.chargeamps.shapes import ConnectorTold, instant, watt_seconds

MOST_W = 50_000
"""More than any charge point of this vendor gives."""
LATE = timedelta(minutes=2)


def session_ws(
    book: Book, told: ConnectorTold, session: str, now: datetime, *, lifetime: bool
) -> tuple[Book, int | None]:
    """Watt-seconds of the running ``session``. None: not told, or a count that cannot be this session's.

    ``lifetime``: the cloud counts over the charge point's life; the session began at what it told last before.
    """
    counter_ws = watt_seconds(told.total_consumption_kwh)
    if counter_ws is None:
        return book, None
    before_ws = book.counter_ws
    book = msgspec.structs.replace(book, counter_ws=counter_ws)
    if not session:
        return book, None
    is_new = book.session != session
    if lifetime:
        if is_new:
            base_ws = before_ws if before_ws is not None and before_ws <= counter_ws else counter_ws
            book = msgspec.structs.replace(book, base_ws=base_ws)
        return book, max(0, counter_ws - book.base_ws)
    began = instant(told.start_time)
    known = book.of(session)
    if began is not None and (known is None or known.told_ws is None):
        # The session before, still counted; or a counter that never restarts.
        lasted = max(timedelta(), now - began) + LATE
        if counter_ws > MOST_W * lasted.total_seconds():
            return book, None
    return book, counter_ws
