"""Charge points' timestamps: without zone, of 1970, or no timestamps at all."""

from datetime import UTC, datetime, timedelta

NOT_BEFORE = datetime(2020, 1, 1, tzinfo=UTC)
AHEAD_MOST = timedelta(days=1)


def parse(text: object) -> datetime | None:
    """An instant in UTC; without a zone it is taken for UTC; None when it is none."""
    if not isinstance(text, str):
        return None
    try:
        instant = datetime.fromisoformat(text.strip().upper())  # RFC 3339 knows `t` and `z`, too.
        return instant.replace(tzinfo=UTC) if instant.tzinfo is None else instant.astimezone(UTC)
    except (ValueError, OverflowError):
        return None


def is_proper(text: object) -> bool:
    """A timestamp as OCPP wants it, with a zone."""
    try:
        return isinstance(text, str) and datetime.fromisoformat(text.upper()).tzinfo is not None
    except ValueError:
        return False


def is_plausible(instant: datetime | None, received_at: datetime) -> bool:
    """Could the charge point's clock have been set when it wrote this?"""
    return instant is not None and NOT_BEFORE <= instant <= received_at + AHEAD_MOST


def occurred(text: object, received_at: datetime) -> datetime:
    """When the charge point says it happened; when it says nothing, when we heard of it."""
    return parse(text) or received_at


def written(instant: datetime) -> str:
    """As OCPP writes it, in milliseconds."""
    return instant.astimezone(UTC).isoformat(timespec="milliseconds").replace("+00:00", "Z")
