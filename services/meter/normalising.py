"""Services: samples as bridges send them, in one form. Pure."""

from collections.abc import Iterable
from datetime import datetime

from model.meter.samples import Samples, milliseconds
from model.meter.words import MOST_MILLI, meaning
from wire.events import Sample

AHEAD_MS = 86_400_000
BEHIND_MS = 400 * AHEAD_MS
"""A clock that is a day before the bridge's, or 400 behind, is none: such a sample is of when it was received."""


def normalise(samples: Iterable[Sample], received_at: datetime, into: Samples) -> None:
    """Add the samples that are numbers; a charge point sends others as signed data, or by mistake."""
    received_ms = milliseconds(received_at)
    at, at_ms = received_at, received_ms
    for sample in samples:
        series, factor, added, unsigned = meaning(
            sample.measurand, sample.unit, sample.phase, sample.location, sample.context
        )
        try:
            value = float(sample.value) * factor + added
        except ValueError:
            continue
        if not -MOST_MILLI < value < MOST_MILLI:  # Neither is what is no number.
            continue
        if sample.at is not at and sample.at != at:  # Mostly the instant of the one before.
            at = sample.at
            at_ms = milliseconds(at)
            if not received_ms - BEHIND_MS <= at_ms <= received_ms + AHEAD_MS:
                at_ms = received_ms
        milli = round(value)
        if unsigned and milli < 0:
            milli = -milli
        values = into.get(series)
        if values is None:
            into[series] = {at_ms: milli}
        elif at_ms not in values or milli > values[at_ms]:  # Two of one instant: the greater, whichever came first.
            values[at_ms] = milli
