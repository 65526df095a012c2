"""Reports as CSV, one row a kind of request and trial."""

import csv
from collections.abc import Iterable, Iterator, Sequence
from pathlib import Path

from simulator.load.figures import Latency, Trial

COLUMNS = (
    "trial", "charge_points", "seconds", "began_at", "kind", "name", "count", "failures", "per_s", "p50_ms", "p95_ms",
    "p99_ms", "max_ms",
)  # fmt: skip
"""``kind``: ``ocpp`` = an action, and how long the central system took; ``http`` = a request to the simulator until
what it asked for was done; ``failure`` = a kind of failure; ``all`` = every OCPP message of the trial.
"""
SAMPLE_COLUMNS = ("at_s", "connected", "booted", "charging", "messages_sent")

Cell = str | int | float


def write_rows(path: Path, trials: Sequence[Trial]) -> None:
    """Every figure."""
    _write(path, COLUMNS, (row for trial in trials for row in _rows(trial)))


def write_samples(path: Path, trial: Trial) -> None:
    """The fleet over time."""
    _write(path, SAMPLE_COLUMNS, ([getattr(one, name) for name in SAMPLE_COLUMNS] for one in trial.samples))


def _write(path: Path, columns: Sequence[str], rows: Iterable[Sequence[Cell]]) -> None:
    with path.open("w", encoding="utf-8", newline="") as file:
        writer = csv.writer(file)
        writer.writerow(columns)
        writer.writerows(rows)


def _rows(trial: Trial) -> Iterator[list[Cell]]:
    every: list[Cell] = [trial.number, trial.charge_points, trial.seconds, trial.began_at]
    messages = trial.messages_sent + trial.messages_received
    yield [*every, "all", "messages", messages, trial.failed, round(trial.messages_per_s, 1), "", "", "", ""]
    for action, latency in trial.ocpp.items():
        yield [*every, "ocpp", action, *_figures(trial, latency, "")]
    for request in trial.requests:
        yield [*every, "http", request.name, *_figures(trial, request.latency_ms, request.failures)]
    for failure in trial.failures:
        yield [*every, "failure", failure.words, failure.times, failure.times, "", "", "", "", ""]


def _figures(trial: Trial, latency: Latency, failures: Cell) -> list[Cell]:
    per_s = round(latency.count / trial.took_s, 1) if trial.took_s else 0.0
    return [latency.count, failures, per_s, latency.p50, latency.p95, latency.p99, latency.max]
