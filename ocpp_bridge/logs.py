"""Structured logs on stderr, one JSON object a line; secrets and tags are cut."""

import logging
import os
import sys

import structlog
from structlog.typing import EventDict, WrappedLogger

SECRETS = frozenset({"authorization", "password", "secret", "token"})
TAGS = frozenset({"tag", "parent_tag", "id_tag"})


def redact(_logger: WrappedLogger, _method: str, event: EventDict) -> EventDict:
    """Tags keep two characters, secrets none."""
    for key in event.keys() & TAGS:
        event[key] = f"{str(event[key])[:2]}…"
    for key in event.keys() & SECRETS:
        event[key] = "…"
    return event


def configure() -> None:
    """For this process. ``KILOWAIT_LOG_LEVEL`` is debug, info (default), warning or error."""
    level = getattr(logging, os.environ.get("KILOWAIT_LOG_LEVEL", "info").upper(), logging.INFO)
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
        logger_factory=structlog.PrintLoggerFactory(sys.stderr),
        cache_logger_on_first_use=True,
    )
    handler = logging.StreamHandler(sys.stderr)
    handler.setFormatter(
        structlog.stdlib.ProcessorFormatter(
            processors=[
                structlog.stdlib.ProcessorFormatter.remove_processors_meta,
                structlog.processors.JSONRenderer(),
            ],
            foreign_pre_chain=shared,
        )
    )
    logging.basicConfig(level=max(level, logging.WARNING), handlers=[handler], force=True)
