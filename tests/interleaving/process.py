"""A process of the back end in miniature: its own services and caches over the shared store, its app, its outbox.

Whatever a request causes happens in the request's own thread, messages and commands included, each behind a gate.
"""

import io
from collections import Counter
from collections.abc import Callable
from functools import cache
from typing import Any

from flask import Flask

from api.app import create_app
from api.request_log import configure_logging
from api.wiring import EXTENSION
from model.store.port import Store
from services.accounts.passwords import Passwords
from services.background import background
from services.context import Services
from services.ports import CommandFate, Notification
from services.site_services import site_services
from tests.fakes.clock import FakeClock
from tests.fakes.composition import fake_services
from tests.fakes.randomness import FakeRandomness
from tests.interleaving.interleave import Steps
from wire.commands import Command

Answer = Any
"""Werkzeug's TestResponse."""


class Street:
    """Phones and charge points: how often each message and each command reached them, by id."""

    def __init__(self) -> None:
        self.arrived: Counter[str] = Counter()


class SteppingBus:
    """Carries decisions out at once, in the thread that made them."""

    def __init__(self, steps: Steps, street: Street) -> None:
        self._steps = steps
        self._street = street
        self.deliver: Callable[[str], object] | None = None

    def command(self, bridge_id: str, command: Command) -> CommandFate:
        self._steps.gate(f"command {command.command_id}")
        self._street.arrived[command.command_id] += 1
        return CommandFate.SENT

    def decided(self, path: str) -> None:
        self._steps.gate(f"publish {path}")
        if self.deliver is not None:
            self.deliver(path)

    def flush(self, within_s: float) -> None:
        """Nothing waits here."""


class SteppingNotifier:
    def __init__(self, steps: Steps, street: Street) -> None:
        self._steps = steps
        self._street = street

    def send(self, notification: Notification) -> None:
        self._steps.gate(f"notify {notification.message_id}")
        self._street.arrived[notification.message_id] += 1


class PlainPasswords(Passwords):
    """No storage step lies within hashing, so it need not take its time here."""

    def hash(self, password: str) -> str:
        return f"plain:{password}"


@cache
def app_of(name: str) -> Flask:
    """Made once for all points: making it takes longer than a point does."""
    configure_logging("critical", io.StringIO())
    return create_app(fake_services())


class Process:
    """``name`` tells processes of one scene apart."""

    def __init__(self, name: str, store: Store, clock: FakeClock, steps: Steps, street: Street) -> None:
        bus = SteppingBus(steps, street)
        notifier = SteppingNotifier(steps, street)
        randomness = FakeRandomness(name)
        self.clock = clock
        self.sites = site_services(store, clock, randomness, bus)
        self.background = background(store, clock, notifier, bus, self.sites)
        bus.deliver = self.background.outbox.send
        self.services: Services = fake_services(
            store=store, clock=clock, randomness=randomness, notifier=notifier, bus=bus, sites=self.sites,
            standing=self.sites.standing, passwords=PlainPasswords(),
        )  # fmt: skip
        self._app = app_of(name)
        self._app.extensions[EXTENSION] = self.services

    def send(self, method: str, path: str, token: str = "", body: Any = None, key: str = "") -> Answer:
        headers = {"Authorization": f"Bearer {token}"} if token else {}
        if key:
            headers["Idempotency-Key"] = key
        return self._app.test_client().open(f"/api/{path}", method=method, headers=headers, json=body)
