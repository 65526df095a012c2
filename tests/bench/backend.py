"""The API over HTTP on a store whose documents are counted; its clock stands still and it sends when told to."""

import io
import logging
import threading
from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager, contextmanager
from pathlib import Path
from typing import Any

import httpx
from werkzeug.serving import make_server

from api.app import create_app
from api.request_log import configure_logging
from model.store.counting import Count, CountingStore
from model.store.port import Store
from model.store.sqlite import SqliteStore
from services.background import background
from services.indexes import INDEXES
from services.site_services import site_services
from tests.bench.budgets import Cost
from tests.fakes.bus import FakeBus
from tests.fakes.clock import FakeClock
from tests.fakes.composition import fake_services
from tests.fakes.notifier import FakeNotifier

FORGOTTEN_S = 61
"""Nothing is cached for longer."""


Measure = Callable[[], AbstractContextManager[Count]]


class Backend:
    """Serves until it is closed. Every answer that is not wanted ends the bench. ``measure`` counts documents."""

    def __init__(self, store: Store, measure: Measure, clock: FakeClock) -> None:
        configure_logging("critical", io.StringIO())
        logging.getLogger("werkzeug").setLevel(logging.ERROR)
        self.clock = clock
        self.store = store
        self._measure = measure
        self._bus = FakeBus()
        services = fake_services(store=self.store, clock=clock, bus=self._bus)
        self.sites = site_services(self.store, clock, services.randomness, self._bus)
        beside = background(self.store, clock, FakeNotifier(), self._bus, self.sites)
        self.timers, self._outbox = beside.timers, beside.outbox
        app = create_app(fake_services(
            store=self.store, clock=clock, bus=self._bus, sites=self.sites, standing=self.sites.standing,
        ))  # fmt: skip
        self._server = make_server("127.0.0.1", 0, app)
        self._thread = threading.Thread(target=self._server.serve_forever, daemon=True)
        self._thread.start()
        self._client = httpx.Client(base_url=f"http://127.0.0.1:{self._server.port}/api/", timeout=60)

    def close(self) -> None:
        self._client.close()
        self._server.shutdown()
        self._thread.join()
        self._server.server_close()
        self.store.close()

    def send(self, method: str, path: str, token: str = "", body: Any = None, **headers: str) -> httpx.Response:
        if token:
            headers["Authorization"] = f"Bearer {token}"
        return self._client.request(method, path, json=body, headers=headers)

    def done(self, method: str, path: str, token: str = "", body: Any = None, **headers: str) -> Any:
        """The JSON of an answer that must be a success."""
        answer = self.send(method, path, token, body, **headers)
        if not answer.is_success:
            raise RuntimeError(f"{method} {path} {body}: {answer.status_code} {answer.text}")
        return answer.json()

    def carry_out(self) -> None:
        """Send what the decisions so far ask for."""
        taken, self._bus.decisions = self._bus.decisions, []
        for path in taken:
            self._outbox.send(path)

    def cost(
        self, act: Callable[[], object], *, token: str = "", pause_s: float = FORGOTTEN_S, sending: bool = True
    ) -> Cost:
        """Documents that ``act`` costs, with what it asks to be sent unless ``sending`` is False.

        First time passes, so that this process remembers nothing; then ``token`` is checked, which has its own budget.
        """
        if sending:
            self.carry_out()
        self.clock.advance(seconds=pause_s)
        if token:
            self.check(token)
        with self._measure() as count:
            act()
            if sending:
                self.carry_out()
        return Cost(count.reads, count.writes + count.deletes)

    def check(self, token: str) -> None:
        """A request that is let in, or not, and refused before anything else is looked at."""
        if self.send("POST", "location/x/queue/offer", token, {"action": "fly"}).status_code not in {403, 422}:
            raise RuntimeError("a bad body was not refused")


@contextmanager
def serving(file: Path, clock: FakeClock) -> Iterator[Backend]:
    """A back end on the SQLite ``file``, closed at the end."""
    store = CountingStore(SqliteStore(file, indexes=INDEXES))
    with serving_on(store, store.measure, clock) as backend:
        yield backend


@contextmanager
def serving_on(store: Store, measure: Measure, clock: FakeClock) -> Iterator[Backend]:
    """A back end on ``store``, which is closed with it."""
    backend = Backend(store, measure, clock)
    try:
        yield backend
    finally:
        backend.close()
