"""Whether this process lives, whether it can work, and what it counted."""

import threading
from datetime import datetime, timedelta

from flask import Response, current_app

from api.metrics import exposition
from api.resource import Resource
from api.schemas.base import Done
from api.wiring import services
from model import paths
from model.errors import Unavailable
from model.store.errors import StoreError
from services.context import Services

CHECKED_FOR = timedelta(seconds=10)

health = Resource("health", "Whether the API lives and can work.", url_prefix="")
_ALIVE = Done(message="The API answers.")


class Readiness:
    """Whether the store can be reached; asked at most every 10 s, whoever asks."""

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._checked: tuple[datetime, bool] | None = None

    def ready(self, services: Services) -> bool:
        """Reads one document that need not exist. While somebody else asks, the answer is that of the last time."""
        known = self._checked
        # A store that is away takes all the patience there is: one thread finds out, not one after the other.
        if not self._lock.acquire(blocking=known is None) and known is not None:
            return known[1]
        try:
            if self._checked is None or services.clock.now() - self._checked[0] >= CHECKED_FOR:
                reachable = self._reachable(services)
                self._checked = (services.clock.now(), reachable)
            return self._checked[1]
        finally:
            self._lock.release()

    def _reachable(self, services: Services) -> bool:
        try:
            services.store.get(f"{paths.LEASES}/readiness")
        except StoreError:
            return False
        return True


EXTENSION = "kilowait-readiness"


@health.get("/healthz", responses={200: Done})
def alive() -> Done:
    """Say that this process answers."""
    return _ALIVE


@health.get("/api/health", responses={200: Done}, operation_id="aliveToo")
def alive_too() -> Done:
    """Say that this process answers; the same as /healthz, below the API's base."""
    return _ALIVE


@health.get("/readyz", responses={200: Done})
def ready() -> Done:
    """Say whether the store can be reached (checked at most every 10 s)."""
    return _reached()


@health.get("/_ah/warmup", responses={200: Done}, doc_ui=False)
def warm_up() -> Done:
    """App Engine's call before an instance's first request: opens the store."""
    return _reached()


def _reached() -> Done:
    readiness: Readiness = current_app.extensions[EXTENSION]
    if not readiness.ready(services()):
        raise Unavailable("not_ready", "The store cannot be reached.", retry_after_s=10)
    return Done(message="The store can be reached.")


@health.get("/metrics", doc_ui=False)
def metrics() -> Response:
    """Figures in Prometheus' text format."""
    return exposition(current_app)
