"""Functions: what all of them share: a name in the log, and nothing left unsent when the machine is put to sleep."""

from collections.abc import Callable, Iterator
from contextlib import contextmanager

import structlog

from functions.message import Event, Message, message_of
from services.background import Jobs

FLUSH_S = 10.0
_LOG = structlog.get_logger("kilowait.functions")


def run(name: str, work: Callable[[Message, Jobs], int], event: Event, jobs: Jobs) -> None:
    """Call ``work`` with the message; it answers how much it did. What it raises makes Pub/Sub deliver again, later."""
    message = message_of(event)
    with structlog.contextvars.bound_contextvars(request_id=message.message_id or name), _flushed(jobs):
        _LOG.info("function_done", function=name, done=work(message, jobs))


@contextmanager
def _flushed(jobs: Jobs) -> Iterator[None]:
    """A function has no processor after it has answered: what was handed to the bus leaves before."""
    try:
        yield
    finally:
        jobs.bus.flush(FLUSH_S)
