"""Services: the timers of one machine: a thread that does in seconds what the cloud's jobs do every minute."""

import threading
import time
from collections.abc import Callable
from datetime import datetime
from typing import Protocol

import structlog

from model.decision import Decision
from model.site import Site
from services.ports import Clock

STEP_S = 1.0
LEAST_S = 0.05
MINUTE_S = 60.0
HOUR_S = 3600.0
DAY_S = 24 * HOUR_S
_LOG = structlog.get_logger(__name__)


class Timed(Protocol):
    """What the runner does: :class:`services.timers.tick.Timers`."""

    def tick_sites(self) -> int:
        """Decide the sites that are due."""

    def find_silent_units(self) -> int:
        """Tell the sites of units that are not heard any more."""

    def sweep_outbox(self, older_than_s: float = 60) -> int:
        """Send what was left behind."""

    def clean(self) -> int:
        """Delete what is past its time."""


class Runner:
    """Start it once, stop it at the end. Let the desk tell it of decisions (``desk.listen(runner.decided)``): it then
    wakes at the very instant the next site of this process is due; sites of other processes are seen within a second.
    """

    def __init__(
        self,
        timers: Timed,
        clock: Clock,
        *,
        step_s: float = STEP_S,
        monotonic: Callable[[], float] = time.monotonic,
        minutely: Callable[[], object] = lambda: None,
        daily: Callable[[], object] = lambda: None,
    ) -> None:
        self._timers = timers
        self._minutely = minutely
        self._daily = daily
        self._clock = clock
        self._step_s = step_s
        self._monotonic = monotonic
        self._changed = threading.Condition()
        self._stopping = False
        self._woken = False
        self._due: dict[str, datetime] = {}
        self._thread = threading.Thread(target=self._run, name="kilowait-timers", daemon=True)

    def start(self) -> None:
        """Begin."""
        self._thread.start()

    def stop(self, timeout_s: float = 10.0) -> bool:
        """End after the work at hand; False if that took longer than ``timeout_s``."""
        with self._changed:
            self._stopping = True
            self._changed.notify_all()
        self._thread.join(timeout_s)
        return not self._thread.is_alive()

    def wake(self) -> None:
        """Look for due sites now."""
        with self._changed:
            self._woken = True
            self._changed.notify_all()

    def decided(self, _decision: Decision, site: Site) -> None:
        """A listener of the desk: remembers when the site is due next."""
        due = site.next_due_at
        with self._changed:
            sooner = due is not None and all(due < other for other in self._due.values())
            if due is None:
                self._due.pop(site.location_id, None)
            else:
                self._due[site.location_id] = due
            if sooner:  # Else it wakes early enough as it is: hundreds of decisions a second need not stir it.
                self._changed.notify_all()

    def _run(self) -> None:
        started = self._monotonic()
        next_minute, next_hour, next_day = started + MINUTE_S, started + HOUR_S, started + DAY_S
        while not self._stopping:
            try:
                self._timers.tick_sites()
                now = self._monotonic()
                if now >= next_minute:
                    next_minute = now + MINUTE_S
                    self._timers.sweep_outbox()
                    self._minutely()
                if now >= next_hour:
                    next_hour = now + HOUR_S
                    self._timers.clean()
                if now >= next_day:
                    next_day = now + DAY_S
                    self._daily()
                self._timers.find_silent_units()
            except Exception:  # noqa: BLE001 -- logged with its stack; the store may be away for a while
                _LOG.exception("timers_failed")
            self._sleep()

    def _sleep(self) -> None:
        """Until the next site is due, a step at most; a site that stays due is looked at once a step."""
        until = self._monotonic() + self._step_s
        with self._changed:
            while not (self._stopping or self._woken):
                left = until - self._monotonic()
                wait_s = min(left, self._until_due())
                if left <= 0 or wait_s <= 0:
                    break
                self._changed.wait(max(wait_s, LEAST_S))
            self._woken = False
            now = self._clock.now()
            self._due = {location_id: due for location_id, due in self._due.items() if due > now}

    def _until_due(self) -> float:
        if not self._due:
            return self._step_s
        return (min(self._due.values()) - self._clock.now()).total_seconds()
