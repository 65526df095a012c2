"""The back end as it runs in the cloud: instances of the API and of the functions, each with its own memory."""

import io
import json
from collections import Counter
from collections.abc import Callable
from itertools import cycle
from typing import Any

from flask.testing import FlaskClient
from werkzeug.test import TestResponse

from api.app import create_app
from api.request_log import configure_logging
from functions.message import Message
from functions.refresh_tokens import refresh_tokens
from functions.reset_queues import reset_queues
from functions.sweep_outbox import sweep_outbox
from functions.tick import tick
from model import paths
from model.store.port import Store
from services.background import Jobs, jobs
from services.ports import CommandFate, Notification
from services.site_services import SiteServices, site_services
from tests.bench.costs.ledger import Cause, Ledger
from tests.fakes.clock import FakeClock
from tests.fakes.composition import fake_services
from tests.fakes.randomness import FakeRandomness
from web.room import PAGES
from wire.commands import Command

HEAD_BYTES = 450
"""Status line and headers of an answer, and its share of TLS."""

Refused = frozenset({404, 409})


class Bus:
    """Pub/Sub: what is published waits until the world takes it."""

    def __init__(self) -> None:
        self.decisions: list[str] = []
        self.commands: list[Command] = []
        self.published = 0

    def command(self, _bridge_id: str, command: Command) -> CommandFate:
        """See :class:`services.ports.Bus`."""
        self.commands.append(command)
        self.published += 1
        return CommandFate.SENT

    def decided(self, path: str) -> None:
        """See :class:`services.ports.Bus`."""
        self.decisions.append(path)
        self.published += 1

    def flush(self, wait_s: float) -> None:
        """Everything has left already."""
        del wait_s


class Push:
    """FCM: one read of the addressee's devices, then the phone hears it."""

    def __init__(self, store: Store) -> None:
        self._store = store
        self.told: list[Notification] = []
        self.kinds: Counter[str] = Counter()

    def send(self, notification: Notification) -> None:
        """See :class:`services.ports.Notifier`."""
        if notification.user_id:
            self._store.get(paths.user(notification.user_id))
            self.kinds[notification.kind] += 1
            self.told.append(notification)


class Cloud:
    """``instances`` of the API take turns; one function instance does the jobs."""

    def __init__(self, store: Store, clock: FakeClock, instances: int) -> None:
        configure_logging("critical", io.StringIO())
        self.ledger = Ledger(store)
        self.clock = clock
        self.bus = Bus()
        self.push = Push(self.ledger.store)
        self._jobs = self._new_jobs()
        self.sites = self._new_sites()
        self._clients = cycle([self._new_client(number) for number in range(instances)])

    def request(
        self, cause: Cause, method: str, path: str, secret: str, body: object = None, **headers: str
    ) -> TestResponse:
        """One HTTP request of ``cause``; the path is below ``/api/``, or whole.

        Raises ``RuntimeError`` for an answer nobody expects.
        """
        head = {"Authorization": f"Bearer {secret}", **{name.replace("_", "-"): text for name, text in headers.items()}}
        with self.ledger.caused_by(cause):
            answer = next(self._clients).open(
                path if path.startswith("/") else f"/api/{path}", method=method, json=body, headers=head
            )
        if answer.status_code >= 400 and answer.status_code not in Refused:
            raise RuntimeError(f"{method} {path} {json.dumps(body)[:300]}: {answer.status_code} {answer.text[:300]}")
        self.ledger.sent(cause, len(answer.data) + HEAD_BYTES)
        return answer

    def begin(self) -> None:
        """Book from now on."""
        self.ledger.uses.clear()
        self.bus.published = 0
        self.push.kinds.clear()

    def job(self, cause: Cause) -> None:
        """One run of a scheduled function."""
        work: dict[Cause, Callable[[Message, Jobs], int]] = {
            Cause.TICK: tick, Cause.RESET: reset_queues, Cause.CLEANING: refresh_tokens,
        }  # fmt: skip
        with self.ledger.caused_by(cause):
            work[cause](Message(), self._jobs)

    def carry_out(self) -> bool:
        """One function call for each decision that was published; whether there was any."""
        taken, self.bus.decisions = self.bus.decisions, []
        for path in taken:
            with self.ledger.caused_by(Cause.EFFECTS):
                sweep_outbox(Message(body={"path": path}), self._jobs)
        return bool(taken)

    def _new_sites(self) -> SiteServices:
        return site_services(self.ledger.store, self.clock, FakeRandomness("sites"), self.bus)

    def _new_jobs(self) -> Jobs:
        return jobs(self.ledger.store, self.clock, self.push, self.bus, self._new_sites())

    def _new_client(self, number: int) -> FlaskClient:
        sites = self._new_sites()
        services: Any = fake_services(
            store=self.ledger.store, clock=self.clock, bus=self.bus, sites=sites, standing=sites.standing,
            randomness=FakeRandomness(f"instance {number}"),
        )  # fmt: skip
        return create_app(services, pages=PAGES).test_client()
