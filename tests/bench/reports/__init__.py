"""A year of 50 chargers: generated, imported, summarised and reported on one machine, with reads counted."""

from tests.bench.reports.bench import run

__all__ = ["run"]
