"""Tokens this process checked lately: most requests then need no read to know who is asking."""

import threading
from collections import OrderedDict
from datetime import datetime, timedelta

from model.account import Token

KEPT_FOR = timedelta(seconds=60)
MOST = 10_000


class TokenCache:
    """Paths of tokens → tokens, for 60 s at most: so long a revocation by another process takes."""

    def __init__(self, most: int = MOST) -> None:
        self._lock = threading.Lock()
        self._entries: OrderedDict[str, tuple[Token, datetime]] = OrderedDict()
        self._most = most
        self._forgotten = 0

    def generation(self) -> int:
        """Changes with every revocation: ask before reading the store, hand to :meth:`keep`."""
        with self._lock:
            return self._forgotten

    def find(self, path: str, now: datetime) -> Token | None:
        """The token read from ``path`` less than 60 s ago, if any."""
        with self._lock:
            token, until = self._entries.get(path, (None, now))
            return token if now < until <= now + KEPT_FOR else None  # Beyond: the clock was set back.

    def keep(self, path: str, token: Token, now: datetime, generation: int) -> None:
        """Remember what was read, unless something was revoked since the reading began."""
        with self._lock:
            if generation != self._forgotten:
                return
            self._entries[path] = (token, now + KEPT_FOR)
            self._entries.move_to_end(path)
            while len(self._entries) > self._most:
                self._entries.popitem(last=False)

    def forget_user(self, user_id: str) -> None:
        """Forget every token of one user: call it after any change to them or to their owner."""
        with self._lock:
            self._forgotten += 1
            for path in [path for path, (token, _) in self._entries.items() if token.user_id == user_id]:
                del self._entries[path]
