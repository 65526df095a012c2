"""The day on which these tests play."""

from datetime import UTC, datetime, timedelta

NOON = datetime(2026, 3, 2, 12, 0, tzinfo=UTC)


def after(seconds):
    return NOON + timedelta(seconds=seconds)


def text(moment):
    return moment.strftime("%Y-%m-%dT%H:%M:%SZ")
