"""Readings of one instant as a row: what its columns are is said in one text, which hardly ever changes.

Most of what is reported is the same words with other values: as a text they are read once and known again.
"""

from collections.abc import Iterable, Sequence
from functools import lru_cache
from typing import NamedTuple

from wire.events import Meter, Sample

BETWEEN, WITHIN = ";", "|"
COLUMNS_MOST = 4_000
"""Characters; what needs more is told sample by sample."""
KNOWN_MOST = 1_000
_WORDS = 5


class Label(NamedTuple):
    """What a column holds, in the charge point's own words."""

    measurand: str
    unit: str
    phase: str
    location: str
    context: str


@lru_cache(KNOWN_MOST)
def columns(labels: tuple[tuple[str, str, str, str, str], ...]) -> str:
    """The labels as one text; empty where they cannot be said so."""
    words = {word for label in labels for word in label}
    if any(BETWEEN in word or WITHIN in word for word in words):
        return ""
    text = BETWEEN.join(WITHIN.join(label).rstrip(WITHIN) for label in labels)
    return text if len(text) <= COLUMNS_MOST else ""


@lru_cache(KNOWN_MOST)
def labels(columns: str) -> tuple[Label, ...]:
    """What :func:`columns` was given. Raises ``ValueError`` for a column of too many words."""
    found: list[Label] = []
    for column in columns.split(BETWEEN) if columns else ():
        words = column.split(WITHIN)
        if len(words) > _WORDS:
            raise ValueError("a column has too many words")
        found.append(Label(*words, *[""] * (_WORDS - len(words))))
    return tuple(found)


def as_row(samples: Sequence[Sample]) -> tuple[str, tuple[str, ...]]:
    """Columns and values of samples of one instant; both empty where they are not, or cannot be said so."""
    if any(sample.at != samples[0].at for sample in samples):
        return "", ()
    said = columns(tuple((one.measurand, one.unit, one.phase, one.location, one.context) for one in samples))
    return (said, tuple(sample.value for sample in samples)) if said else ("", ())


def samples_of(meter: Meter) -> tuple[Sample, ...]:
    """Everything that readings tell, sample by sample. Raises ``ValueError`` where columns and values do not match."""
    return (*meter.samples, *_row(meter))


def _row(meter: Meter) -> Iterable[Sample]:
    for label, value in zip(labels(meter.columns), meter.values, strict=True):
        yield Sample(at=meter.occurred_at, value=value, **label._asdict())
