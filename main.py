"""The composition root: the only place where real things meet. ``main:app`` is the WSGI app, built on first use.

Also ``flask --app main create-admin`` and ``create-token``.
"""

import os
import sys
from collections.abc import Mapping
from datetime import UTC, datetime
from functools import cache
from pathlib import Path
from typing import Any

from services.configuration import BadConfiguration, Configuration, from_environment
from services.context import Services


class SystemClock:
    """The machine's clock."""

    def now(self) -> datetime:
        return datetime.now(UTC)


def compose(configuration: Configuration, environment: Mapping[str, str] = os.environ) -> Services:
    """The services of one process, with the store, the clock and the rest its configuration asks for."""
    from model.store.open import open_store
    from services.adapters.mail_folder import MailFolder
    from services.adapters.secret_randomness import SecretRandomness
    from services.adapters.silent import NoBus, NoNotifier

    clock, randomness = SystemClock(), SecretRandomness()
    return Services(
        configuration=configuration,
        store=open_store(configuration.store, environ=environment),
        clock=clock,
        randomness=randomness,
        mail=MailFolder(Path(configuration.mail_dir), configuration.mail_from, clock, randomness),
        notifier=NoNotifier(),
        bus=NoBus(),
    )


@cache
def services() -> Services:
    """This process's services. A configuration or a store that is no good ends the process with one line."""
    from api.request_log import configure_logging
    from model.store.errors import StoreError

    try:
        configuration = from_environment(os.environ)
        configure_logging(configuration.log_level)
        return compose(configuration)
    except (BadConfiguration, StoreError) as error:
        sys.exit(f"kilowait: {error}")


@cache
def _app() -> Any:
    from api.app import create_app
    from api.commands import install

    app = create_app(services())
    install(app)
    return app


def __getattr__(name: str) -> Any:
    """Build ``app`` when it is asked for: a function that needs only the services never loads Flask."""
    if name == "app":
        return _app()
    raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
