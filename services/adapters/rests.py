"""Adapters: who did not answer is left alone for a while: commands to chargers wait behind messages."""

import threading
from datetime import UTC, datetime, timedelta
from email.utils import parsedate_to_datetime

from model.errors import Unavailable

AFTER_SILENCE = timedelta(seconds=30)
LONGEST = timedelta(minutes=10)
MOST_REMEMBERED = 1_000


class Rests:
    """By name. Threads may share it."""

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._until: dict[str, datetime] = {}

    def refuse(self, name: str, now: datetime) -> None:
        """Raise :class:`Unavailable` while it rests."""
        with self._lock:
            until = self._until.get(name)
        if until is not None and now < until <= now + LONGEST:  # further away: the clock was set back
            left_s = (until - now).total_seconds()
            raise Unavailable("resting", f"It is left alone for {left_s:.0f} s.", retry_after_s=int(left_s))

    def rest(self, name: str, now: datetime, rest: timedelta = AFTER_SILENCE) -> None:
        """Leave it alone for so long, ten minutes at most."""
        with self._lock:
            self._until = {one: until for one, until in self._until.items() if until > now}
            if len(self._until) < MOST_REMEMBERED:
                self._until[name] = now + min(rest, LONGEST)


def retry_after(text: str, now: datetime) -> timedelta:
    """RFC 9110, 10.2.3: seconds or a date; nothing where there is neither."""
    if text.isascii() and text.isdecimal():
        return timedelta(seconds=int(text[:9]))
    try:
        until = parsedate_to_datetime(text)
    except ValueError:
        return timedelta(0)
    return max(timedelta(0), until.replace(tzinfo=until.tzinfo or UTC) - now)
