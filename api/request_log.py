"""Request ids, and one JSON line a request. Routes are logged, never paths, queries, headers or bodies:
they may hold tags and secrets.
"""

import logging
import re
import sys
import time
from typing import TextIO

import structlog
from flask import Flask, Response, g, request

from services.ports import Randomness

HEADER = "X-Request-Id"
_SANE = re.compile(r"[A-Za-z0-9._-]{1,64}")
_QUIET = frozenset({"/healthz", "/api/health", "/readyz", "/metrics"})
_log = structlog.get_logger("kilowait.request")


def configure_logging(level: str, stream: TextIO | None = None) -> None:
    """One JSON object a line, for all of this process."""
    structlog.configure(
        processors=[
            structlog.contextvars.merge_contextvars,
            structlog.processors.add_log_level,
            structlog.processors.TimeStamper(fmt="iso", utc=True),
            structlog.processors.format_exc_info,
            structlog.processors.JSONRenderer(),
        ],
        wrapper_class=structlog.make_filtering_bound_logger(logging.getLevelNamesMapping()[level.upper()]),
        logger_factory=structlog.PrintLoggerFactory(stream or sys.stderr),
        cache_logger_on_first_use=False,
    )


def install(app: Flask, randomness: Randomness) -> None:
    """Give every request of ``app`` an id and a line."""

    def start() -> None:
        given = request.headers.get(HEADER, "")
        g.request_id = given if _SANE.fullmatch(given) else randomness.token(12)
        g.started_at = time.perf_counter()
        structlog.contextvars.clear_contextvars()
        structlog.contextvars.bind_contextvars(request_id=g.request_id)

    def finish(response: Response) -> Response:
        response.headers[HEADER] = g.request_id
        route = request.url_rule.rule if request.url_rule else "none"
        caller = g.get("caller")
        write = _log.debug if route in _QUIET else _log.info
        write(
            "request",
            method=request.method,
            route=route,
            status=response.status_code,
            duration_ms=round((time.perf_counter() - g.started_at) * 1000, 1),
            user_id=caller.user_id if caller else None,
        )
        return response

    app.before_request(start)
    app.after_request(finish)
