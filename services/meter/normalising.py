"""Services: samples as bridges send them, in one form. Pure."""

from collections.abc import Iterable
from datetime import datetime
from functools import lru_cache
from itertools import groupby
from operator import attrgetter

from model.meter.samples import Samples, milliseconds
from model.meter.words import MOST_MILLI, Meaning, meaning
from wire.columns import KNOWN_MOST, labels
from wire.events import Meter, Sample, TransactionEnded

AHEAD_MS = 86_400_000
BEHIND_MS = 400 * AHEAD_MS
"""A clock that is a day before the bridge's, or 400 behind, is none: such a sample is of when it was received."""


_AT = attrgetter("at")
Rows = dict[int, tuple[str, ...]]
"""Values of the same columns, by their instant."""


def normalise(events: Iterable[Meter | TransactionEnded], into: Samples) -> None:
    """Add the samples that are numbers; a charge point sends others as signed data, or by mistake.

    Of two of one instant the greater stays, whichever came first: rows may be taken column by column.
    """
    rows: dict[str, Rows] = {}
    for event in events:
        received_ms = milliseconds(event.received_at)
        if isinstance(event, Meter) and event.values:
            at_ms = _plausible(event.occurred_at, received_ms)
            of_columns = rows.setdefault(event.columns, {})
            if at_ms in of_columns:
                _add(zip(_meanings(event.columns), event.values, strict=True), at_ms, into)
            else:
                of_columns[at_ms] = event.values
        for at, samples in groupby(event.samples, _AT):
            _add(map(_said, samples), _plausible(at, received_ms), into)
    for columns, of_columns in rows.items():
        _add_rows(_meanings(columns), of_columns, into)


def _add_rows(meanings: Iterable[Meaning], rows: Rows, into: Samples) -> None:
    for known, texts in zip(meanings, zip(*rows.values(), strict=True), strict=True):
        values = None if known.series in into else _usual(known, texts)
        if values is not None:
            into[known.series] = dict(zip(rows, values, strict=True))
            continue
        for at_ms, text in zip(rows, texts, strict=True):
            _add(((known, text),), at_ms, into)


def _usual(known: Meaning, texts: Iterable[str]) -> list[int] | None:
    """Thousandths where all are numbers and nothing is odd about them."""
    factor, added = known.factor, known.added
    try:
        values = [round(float(text) * factor + added) for text in texts]
    except (ValueError, OverflowError):
        return None
    least = min(values)
    return values if least > -MOST_MILLI and max(values) < MOST_MILLI and not (known.unsigned and least < 0) else None


def _add(told: Iterable[tuple[Meaning, str]], at_ms: int, into: Samples) -> None:
    """Add values of one instant, one by one."""
    for (series, factor, added, unsigned), text in told:
        try:
            value = float(text) * factor + added
        except ValueError:
            continue
        if not -MOST_MILLI < value < MOST_MILLI:  # Neither is what is no number.
            continue
        milli = round(value)
        if unsigned and milli < 0:
            milli = -milli
        values = into.get(series)
        if values is None:
            into[series] = {at_ms: milli}
        elif at_ms not in values or milli > values[at_ms]:
            values[at_ms] = milli


def _plausible(at: datetime, received_ms: int) -> int:
    at_ms = milliseconds(at)
    return at_ms if received_ms - BEHIND_MS <= at_ms <= received_ms + AHEAD_MS else received_ms


def _said(sample: Sample) -> tuple[Meaning, str]:
    return meaning(sample.measurand, sample.unit, sample.phase, sample.location, sample.context), sample.value


@lru_cache(KNOWN_MOST)
def _meanings(columns: str) -> tuple[Meaning, ...]:
    return tuple(meaning(*label) for label in labels(columns))
