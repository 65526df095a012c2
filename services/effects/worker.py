"""Services: a thread that carries out this process's decisions right after their commit, in order per location."""

import heapq
import queue
import threading
import time
from collections import deque
from collections.abc import Callable
from dataclasses import dataclass, field

import structlog

from services.effects.outbox import Delivery

FIRST_RETRY_S = 1.0
ATTEMPTS = 6
"""Tries after 0, 1, 3, 7, 15, 31 s; then the minute job takes over."""
_LOG = structlog.get_logger(__name__)


@dataclass(order=True, slots=True)
class _Retry:
    due: float
    path: str
    tried: int


@dataclass(slots=True)
class _Lane:
    """One location. ``blocked_by`` is the decision whose command has to go out before any later effect."""

    blocked_by: str = ""
    waiting: deque[str] = field(default_factory=deque)


class Worker:
    """Takes paths of decisions (:meth:`take` is the local bus's delivery). Start it once, stop it at the end."""

    def __init__(
        self,
        send: Callable[[str], Delivery],
        *,
        first_retry_s: float = FIRST_RETRY_S,
        monotonic: Callable[[], float] = time.monotonic,
    ) -> None:
        self._send = send
        self._first_retry_s = first_retry_s
        self._monotonic = monotonic
        self._inbox: queue.Queue[str | None] = queue.Queue()
        self._retries: list[_Retry] = []
        self._lanes: dict[str, _Lane] = {}
        self._thread = threading.Thread(target=self._run, name="kilowait-outbox", daemon=True)

    def start(self) -> None:
        """Begin. What was taken before is carried out now."""
        self._thread.start()

    def take(self, path: str) -> None:
        """Carry out the decision at ``path`` soon; returns at once."""
        self._inbox.put(path)

    def stop(self, timeout_s: float = 5.0) -> bool:
        """Finish what was taken and end; what still fails stays pending in the store. False: not ended in time."""
        self._inbox.put(None)
        self._thread.join(timeout_s)
        return not self._thread.is_alive()

    def _run(self) -> None:
        while True:
            try:
                path = self._inbox.get(timeout=self._until_retry())
            except queue.Empty:
                path = ""
            if path is None:
                return
            if path:
                self._arrived(path)
            self._retry_due()

    def _until_retry(self) -> float | None:
        return max(0.0, self._retries[0].due - self._monotonic()) if self._retries else None

    def _arrived(self, path: str) -> None:
        lane = self._lanes.setdefault(_lane_of(path), _Lane())
        if lane.blocked_by:
            lane.waiting.append(path)
        else:
            self._attempt(path, 1)

    def _retry_due(self) -> None:
        while self._retries and self._retries[0].due <= self._monotonic():
            retry = heapq.heappop(self._retries)
            self._attempt(retry.path, retry.tried + 1)

    def _attempt(self, path: str, tried: int) -> None:
        lane = self._lanes.setdefault(_lane_of(path), _Lane())
        delivery = self._tried(path)
        again = delivery.failed > 0 and tried < ATTEMPTS
        if again:
            due = self._monotonic() + self._first_retry_s * 2 ** (tried - 1)
            heapq.heappush(self._retries, _Retry(due, path, tried))
        if again and not delivery.in_order:
            lane.blocked_by = lane.blocked_by or path
        elif lane.blocked_by == path:
            self._unblock(lane)
        if not lane.blocked_by and not lane.waiting:
            self._lanes.pop(_lane_of(path), None)

    def _unblock(self, lane: _Lane) -> None:
        lane.blocked_by = ""
        while lane.waiting and not lane.blocked_by:
            self._attempt(lane.waiting.popleft(), 1)

    def _tried(self, path: str) -> Delivery:
        try:
            return self._send(path)
        except Exception as error:  # noqa: BLE001 -- the store is busy or away: try again, then leave it to the minute job
            _LOG.warning("outbox_failed", path=path, error=repr(error))
            return Delivery(failed=1, in_order=False)


def _lane_of(path: str) -> str:
    return path.rpartition("/")[0]
