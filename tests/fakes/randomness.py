"""Randomness that is the same in every run: counted, not drawn."""

import base64
import hashlib
import itertools
import threading


class FakeRandomness:
    def __init__(self, seed: str = "") -> None:
        self._seed = seed
        self._numbers = itertools.count()
        self._lock = threading.Lock()

    def token(self, nbytes: int) -> str:
        with self._lock:
            number = next(self._numbers)
        data = hashlib.shake_256(f"{self._seed}:{number}".encode()).digest(nbytes)
        return base64.urlsafe_b64encode(data).rstrip(b"=").decode()
