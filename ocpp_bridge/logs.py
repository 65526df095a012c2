"""Structured logs on stderr, one JSON object a line; secrets and tags are cut."""

import asyncio
import atexit
import contextlib
import logging
import os
import sys
import threading
from typing import TextIO, cast

import structlog
from structlog.typing import EventDict, WrappedLogger

SECRETS = frozenset({"authorization", "password", "secret", "token"})
TAGS = frozenset({"tag", "parent_tag", "id_tag"})
GONE = "socket.send() raised exception."
"""asyncio's word on each write to a peer that has just gone: a flood of pings becomes a flood of lines."""


def redact(_logger: WrappedLogger, _method: str, event: EventDict) -> EventDict:
    """Tags keep two characters, secrets none."""
    for key in event.keys() & TAGS:
        event[key] = f"{str(event[key])[:2]}…"
    for key in event.keys() & SECRETS:
        event[key] = "…"
    return event


class Gathering:
    """A stream that writes the lines of one turn of the event loop together: each write lets other threads run before
    the loop goes on, which a storm of lines would be felt by. Off the loop they are written at once.

    Its disk may be full: a line of log that cannot be written must not stop what it tells of.
    """

    def __init__(self, stream: TextIO) -> None:
        self._stream = stream
        self._texts: list[str] = []
        self._due_in: asyncio.AbstractEventLoop | None = None
        self._lock = threading.Lock()

    def write(self, text: str) -> int:
        with self._lock:
            self._texts.append(text)
        return len(text)

    def flush(self) -> None:
        try:
            loop = asyncio.get_running_loop()
        except RuntimeError:
            self.write_out()
            return
        if self._due_in is not loop:
            self._due_in = loop
            loop.call_soon(self.write_out)

    def write_out(self) -> None:
        """Now. Also where no turn follows: at the process's end."""
        with self._lock:
            self._due_in = None
            texts, self._texts = self._texts, []
        with contextlib.suppress(OSError):
            self._stream.write("".join(texts))
            self._stream.flush()


def configure() -> None:
    """For this process. ``KILOWAIT_LOG_LEVEL`` is debug, info (default), warning or error."""
    level = getattr(logging, os.environ.get("KILOWAIT_LOG_LEVEL", "info").upper(), logging.INFO)
    gathering = Gathering(sys.stderr)
    atexit.register(gathering.write_out)
    stream = cast(TextIO, gathering)
    shared: list[structlog.typing.Processor] = [
        structlog.contextvars.merge_contextvars,
        structlog.processors.add_log_level,
        structlog.processors.TimeStamper(fmt="iso", utc=True),
        redact,
        structlog.processors.format_exc_info,
    ]
    structlog.configure(
        processors=[*shared, structlog.processors.JSONRenderer()],
        wrapper_class=structlog.make_filtering_bound_logger(level),
        logger_factory=structlog.WriteLoggerFactory(stream),
        cache_logger_on_first_use=True,
    )
    handler = logging.StreamHandler(stream)
    handler.setFormatter(
        structlog.stdlib.ProcessorFormatter(
            processors=[
                structlog.stdlib.ProcessorFormatter.remove_processors_meta,
                structlog.processors.JSONRenderer(),
            ],
            foreign_pre_chain=shared,
        )
    )
    handler.addFilter(lambda record: record.msg != GONE)
    logging.basicConfig(level=max(level, logging.WARNING), handlers=[handler], force=True)
