"""Figures for Prometheus: requests by route and status, and how long they took. One registry an app."""

import time
from collections.abc import Iterable

from flask import Flask, Response, g, request
from prometheus_client import CollectorRegistry, Counter, Histogram, generate_latest
from prometheus_client.core import CounterMetricFamily
from prometheus_client.exposition import CONTENT_TYPE_LATEST
from prometheus_client.registry import Collector

from model.store.counting import CountingStore
from model.store.port import Store

EXTENSION = "kilowait-metrics"
_METHODS = frozenset({"GET", "HEAD", "POST", "PUT", "PATCH", "DELETE", "OPTIONS"})


class StoreFigures(Collector):
    """Documents read, written and deleted by this process, as the store bills them."""

    def __init__(self, store: CountingStore) -> None:
        self._store = store

    def collect(self) -> Iterable[CounterMetricFamily]:
        total = self._store.total
        family = CounterMetricFamily("kilowait_documents", "Documents of the store, by verb.", labels=["verb"])
        for verb, number in (("read", total.reads), ("write", total.writes), ("delete", total.deletes)):
            family.add_metric([verb], number)
        yield family


def install(app: Flask, store: Store) -> None:
    """Count the requests of ``app``, and show what ``store`` counts, if it does."""
    registry = CollectorRegistry()
    if isinstance(store, CountingStore):
        registry.register(StoreFigures(store))
    requests = Counter("kilowait_requests", "Requests answered.", ("method", "route", "status"), registry=registry)
    durations = Histogram(
        "kilowait_request_seconds", "Time from request to answer.", ("method", "route"), registry=registry
    )
    app.extensions[EXTENSION] = registry

    def start() -> None:
        g.measured_from = time.perf_counter()

    def finish(response: Response) -> Response:
        route = request.url_rule.rule if request.url_rule else "none"
        method = request.method if request.method in _METHODS else "other"
        requests.labels(method, route, str(response.status_code)).inc()
        durations.labels(method, route).observe(time.perf_counter() - g.measured_from)
        return response

    app.before_request(start)
    app.after_request(finish)


def exposition(app: Flask) -> Response:
    """Everything counted, as Prometheus text."""
    registry: CollectorRegistry = app.extensions[EXTENSION]
    return Response(generate_latest(registry), content_type=CONTENT_TYPE_LATEST)
