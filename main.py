"""The composition root: the only place where real things meet. ``main:app`` is the WSGI app, built on first use.

Also the operator's commands under ``flask --app main``: `api/commands.py` and `api/transfer_commands.py`.
"""

import atexit
import gc
import os
import sys
from collections.abc import Mapping
from datetime import UTC, datetime
from functools import cache
from typing import TYPE_CHECKING, Any, NoReturn

from services.configuration import BadConfiguration, Configuration, from_environment
from services.context import Services
from services.ports import Bus, CertificateAuthority, PaymentProvider, Publisher

if TYPE_CHECKING:
    from functions.message import Event
    from services.background import Jobs

GARBAGE = (20_000, 20, 50)
CANNOT_BOOT = 3
"""The exit code at which gunicorn gives up; at any other it starts its worker anew for ever."""


class SystemClock:
    """The machine's clock."""

    def now(self) -> datetime:
        return datetime.now(UTC)


def compose(configuration: Configuration, environment: Mapping[str, str] = os.environ) -> Services:
    """The services of one process, with the store, the clock and the rest its configuration asks for."""
    from model.store.counting import CountingStore
    from model.store.open import open_store
    from services.adapters.mail_later import MailLater
    from services.adapters.mails import mail_of
    from services.adapters.notifiers import managers_of, notifier_of, web_push_key_of
    from services.adapters.secret_randomness import SecretRandomness
    from services.indexes import INDEXES
    from services.site_services import site_services

    bus = _bus(configuration)
    clock, randomness = SystemClock(), SecretRandomness()
    store = CountingStore(open_store(configuration.store, indexes=INDEXES, environ=environment))
    try:
        mail = mail_of(configuration, clock, randomness)
        managers = managers_of(configuration, clock)
        notifier = notifier_of(configuration, store, clock, mail, managers)
        web_push_key = web_push_key_of(configuration)
    except (ValueError, OSError) as error:
        raise BadConfiguration(f"messages cannot be sent: {error}") from error
    sites = site_services(store, clock, randomness, bus, _authority(configuration))
    return Services(
        configuration=configuration,
        store=store,
        clock=clock,
        randomness=randomness,
        mail=mail if configuration.mail in {"folder", "console"} else MailLater(mail),
        notifier=notifier,
        managers=managers,
        bus=bus,
        sites=sites,
        standing=sites.standing,
        payments=_payments(configuration),
        publisher=_publisher(configuration),
        web_push_key=web_push_key,
    )


def start_background(services: Services) -> None:
    """On one machine: carry effects out and let time pass in this process, until it ends."""
    from services.adapters.local_bus import LocalBus
    from services.background import background

    bus = services.bus
    if services.sites is None or not isinstance(bus, LocalBus):
        return
    beside = background(
        services.store,
        services.clock,
        services.notifier,
        bus,
        services.sites,
        services.payments,
        services.publisher,
    )
    bus.deliver_to(beside.worker.take)
    beside.start()

    def stop() -> None:
        beside.stop()
        bus.close()
        services.store.close()

    atexit.register(stop)


def _bus(configuration: Configuration) -> Bus:
    if configuration.bus != "local":
        from services.adapters.pubsub_bus import PubSubBus
        from wire.topics import project_of

        return PubSubBus(project_of(configuration.bus))
    from services.adapters.local_bus import LocalBus

    return LocalBus(configuration.bridge_url, configuration.control_secret)


def _publisher(configuration: Configuration) -> Publisher | None:
    if not configuration.publish:
        return None
    from services.adapters.publishers import publisher_of

    return publisher_of(configuration)


def _payments(configuration: Configuration) -> PaymentProvider | None:
    if configuration.payments == "none":
        return None
    from services.adapters.trial_payments import TrialPayments

    return TrialPayments(configuration.payment_secret)


def _authority(configuration: Configuration) -> CertificateAuthority | None:
    """The deployment's own certificate authority, if it has one. Raises `BadConfiguration`."""
    if not configuration.authority_certificate:
        return None
    from services.adapters.secret_manager import SecretTrouble
    from services.authority.authority import Authority
    from services.authority.keys import BadAuthority, read_pem

    try:
        return Authority(
            read_pem("KILOWAIT_AUTHORITY_CERT", configuration.authority_certificate),
            read_pem("KILOWAIT_AUTHORITY_KEY", configuration.authority_key),
        )
    except (BadAuthority, SecretTrouble) as error:
        raise BadConfiguration(str(error)) from error


@cache
def services() -> Services:
    """The services of this process. A configuration or a store that is no good ends the process with one line."""
    from api.request_log import configure_logging
    from model.store.errors import StoreError

    try:
        configuration = from_environment(os.environ)
        configure_logging(configuration.log_level)
        return compose(configuration)
    except (BadConfiguration, StoreError) as error:
        _give_up(error)


def _claim() -> None:
    """Refuse a store that a newer version has written to, or that is being filled: one read a process.

    Raises `StoreTooNew`, `StoreHalfFilled`. A store that cannot be asked just now is what `/readyz` tells.
    """
    from model.store.errors import StoreError
    from services.transfer.mark import StoreHalfFilled, StoreTooNew, claim

    try:
        claim(services().store)
    except (StoreTooNew, StoreHalfFilled):
        raise
    except StoreError as error:
        sys.stderr.write(f"kilowait: the store was not asked which version wrote to it: {error}\n")


def _give_up(error: Exception) -> NoReturn:
    """One line; a server that started this process must not start it again and again."""
    sys.stderr.write(f"kilowait: {error}\n")
    raise SystemExit(CANNOT_BOOT)


@cache
def _jobs() -> "Jobs":
    """What this process's function works with."""
    from services.background import jobs

    found = services()
    if found.sites is None:
        raise RuntimeError("A function needs the services of sites.")
    _claim()
    return jobs(found.store, found.clock, found.notifier, found.bus, found.sites, found.payments, found.publisher)


def tick(event: "Event") -> None:
    """Cloud Function: see `functions/tick.py`."""
    from functions.run import run
    from functions.tick import tick as work

    run("tick", work, event, _jobs())


def reset_queues(event: "Event") -> None:
    """Cloud Function: see `functions/reset_queues.py`."""
    from functions.reset_queues import reset_queues as work
    from functions.run import run

    run("reset_queues", work, event, _jobs())


def refresh_tokens(event: "Event") -> None:
    """Cloud Function: see `functions/refresh_tokens.py`."""
    from functions.refresh_tokens import refresh_tokens as work
    from functions.run import run

    run("refresh_tokens", work, event, _jobs())


def sweep_outbox(event: "Event") -> None:
    """Cloud Function: see `functions/sweep_outbox.py`."""
    from functions.run import run
    from functions.sweep_outbox import sweep_outbox as work

    run("sweep_outbox", work, event, _jobs())


def publish(event: "Event") -> None:
    """Cloud Function: see `functions/publish.py`."""
    from functions.publish import publish as work
    from functions.run import run

    run("publish", work, event, _jobs())


def publish_all(event: "Event") -> None:
    """Cloud Function: see `functions/publish.py`."""
    from functions.publish import publish_all as work
    from functions.run import run

    run("publish_all", work, event, _jobs())


def check_books(event: "Event") -> None:
    """Cloud Function: see `functions/check_books.py`."""
    from functions.check_books import check_books as work
    from functions.run import run

    run("check_books", work, event, _jobs())


def summarise(event: "Event") -> None:
    """Cloud Function: see `functions/summarise.py`."""
    from functions.run import run
    from functions.summarise import summarise as work

    run("summarise", work, event, _jobs())


@cache
def _app() -> Any:
    from api.app import create_app
    from api.commands import install
    from model.store.errors import StoreError
    from web.room import PAGES

    app = create_app(services(), pages=PAGES)
    install(app)
    if os.environ.get("FLASK_RUN_FROM_CLI") == "true":
        from api import authority_commands, list_commands, money_commands, transfer_commands

        list_commands.install(app)
        transfer_commands.install(app)
        money_commands.install(app)
        authority_commands.install(app)
    if "run" in sys.argv or os.environ.get("FLASK_RUN_FROM_CLI") != "true":  # the operator's commands end at once
        try:
            _claim()
            start_background(services())
        except StoreError as error:
            _give_up(error)
        _collect_less()
    return app


def _collect_less() -> None:
    """What a server is made of is no garbage: looking through it again and again costs every request."""
    gc.collect()
    gc.freeze()
    gc.set_threshold(*GARBAGE)


def __getattr__(name: str) -> Any:
    """Build ``app`` when it is asked for: a function that needs only the services never loads Flask."""
    if name == "app":
        return _app()
    raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
