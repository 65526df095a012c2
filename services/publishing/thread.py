"""Services: a thread that tells outside systems what this machine decides and measures; who asks never waits for it."""

import threading
import time
from collections.abc import Callable
from typing import Protocol

import structlog

from model.decision import Decision
from model.errors import Unavailable
from model.site import Site
from services.publishing.publishing import NotMine

SWEEP_S = 60.0
"""How often all locations are looked at: for what another process did, and a receiver that lost its memory."""
FIRST_RETRY_S = 1.0
LONGEST_RETRY_S = 60.0
_LOG = structlog.get_logger(__name__)


class Tells(Protocol):
    """:class:`services.publishing.publishing.Publishing`."""

    def publish(self, location_id: str) -> int:
        """What is new of a location."""

    def sweep(self) -> int:
        """What is new of all."""

    def close(self) -> None:
        """The end."""


class PublishingThread:
    """Let the desk and the meter tell it of news. Start it once, stop it at the end.

    While the receiver is away it tries again, ever more rarely; only the names of locations with news are remembered.
    """

    def __init__(
        self,
        publishing: Tells,
        *,
        sweep_s: float = SWEEP_S,
        first_retry_s: float = FIRST_RETRY_S,
        monotonic: Callable[[], float] = time.monotonic,
    ) -> None:
        self._publishing = publishing
        self._sweep_s = sweep_s
        self._first_retry_s = first_retry_s
        self._monotonic = monotonic
        self._changed = threading.Condition()
        self._news: dict[str, None] = {}
        self._stopping = False
        self._thread = threading.Thread(target=self._run, name="kilowait-publishing", daemon=True)

    def decided(self, _decision: Decision, site: Site) -> None:
        """A listener of the desk."""
        self.take(site.location_id)

    def take(self, location_id: str) -> None:
        """There is news of a location. Returns at once."""
        with self._changed:
            self._news[location_id] = None
            self._changed.notify_all()

    def start(self) -> None:
        """Begin, with what an earlier process left."""
        self._thread.start()

    def stop(self, timeout_s: float = 15.0) -> bool:
        """End after the page at hand; what is left is told at the next start. False: not ended in time."""
        with self._changed:
            self._stopping = True
            self._changed.notify_all()
        self._thread.join(timeout_s)
        return not self._thread.is_alive()

    def _run(self) -> None:
        retry_s, sweep_at = self._first_retry_s, self._monotonic()
        while not self._stopping:
            try:
                if self._monotonic() >= sweep_at:
                    self._publishing.sweep()
                    sweep_at = self._monotonic() + self._sweep_s
                self._tell_news()
            except NotMine:
                sweep_at = self._monotonic() + self._sweep_s
                self._forget()
            except Exception as error:  # noqa: BLE001 -- the receiver or the store is away: nothing is lost by waiting
                if isinstance(error, Unavailable):
                    _LOG.warning("publishing_waits", error=str(error), retry_s=retry_s)
                else:
                    _LOG.exception("publishing_failed", retry_s=retry_s)
                sweep_at = self._monotonic()  # what a nudge told of is found again
                self._wait(retry_s, woken=False)
                retry_s = min(2 * retry_s, LONGEST_RETRY_S)
                continue
            retry_s = self._first_retry_s
            self._wait(sweep_at - self._monotonic(), woken=True)
        self._end()

    def _tell_news(self) -> None:
        while not self._stopping:
            with self._changed:
                location_id = next(iter(self._news), None)
                if location_id is None:
                    return
                del self._news[location_id]
            self._publishing.publish(location_id)

    def _forget(self) -> None:
        with self._changed:
            self._news.clear()

    def _wait(self, seconds: float, *, woken: bool) -> None:
        """Until then, or the end, or, if ``woken``, until there is news."""
        until = self._monotonic() + seconds
        with self._changed:
            while not self._stopping and not (woken and self._news):
                left = until - self._monotonic()
                if left <= 0:
                    return
                self._changed.wait(left)

    def _end(self) -> None:
        try:
            self._publishing.close()
        except Exception as error:  # noqa: BLE001 -- it ends anyhow
            _LOG.warning("publishing_not_closed", error=str(error))
