"""Samples as bytes and back: columns of differences, small integers by MessagePack, the whole deflated.

What a charge point measures every ten seconds changes little: most differences are one byte, and most series share the
instants of the first column.
"""

import zlib
from itertools import accumulate

import msgspec

from model.documents import CorruptNoun
from model.meter.samples import Samples, Series

VERSION = 1
LEVEL = 6
MOST_BYTES = 32 * 1024 * 1024
"""Unpacked: more is no segment of ours."""


class _Column(msgspec.Struct, frozen=True, array_like=True):
    series: tuple[str, str, str, str, str]
    steps: list[int]
    """The first value, then the differences."""
    at: list[int] | None = None
    """Places in the column of instants, as differences; None: all of them."""


class _Columns(msgspec.Struct, frozen=True, array_like=True):
    version: int
    instants: list[int]
    """Milliseconds: the first, then the differences."""
    columns: list[_Column]


_ENCODER = msgspec.msgpack.Encoder()
_DECODER = msgspec.msgpack.Decoder(_Columns)


def encode(samples: Samples) -> bytes:
    """The same samples always give the same bytes, whatever order they came in."""
    instants = sorted(set().union(*samples.values()))
    columns = []
    for series in sorted(samples):
        values = samples[series]
        if not values:
            continue
        if len(values) == len(instants):
            columns.append(_Column(series, _steps([values[at_ms] for at_ms in instants])))
            continue
        places = [place for place, at_ms in enumerate(instants) if at_ms in values]
        steps = _steps([values[instants[place]] for place in places])
        columns.append(_Column(series, steps, _steps(places)))
    return zlib.compress(_ENCODER.encode(_Columns(VERSION, _steps(instants), columns)), LEVEL)


def decode(data: bytes) -> Samples:
    """The samples that :func:`encode` took. Raises :class:`CorruptNoun`."""
    try:
        unpacking = zlib.decompressobj()
        columns = _DECODER.decode(unpacking.decompress(data, MOST_BYTES))
        if not unpacking.eof or columns.version != VERSION:
            raise CorruptNoun(f"samples: cut short, or of version {columns.version}")
        instants = list(accumulate(columns.instants))
        return {
            Series(*column.series): dict(
                zip(
                    instants if column.at is None else [instants[place] for place in accumulate(column.at)],
                    accumulate(column.steps),
                    strict=True,
                )
            )
            for column in columns.columns
        }
    except (zlib.error, msgspec.MsgspecError, ValueError, IndexError) as error:
        raise CorruptNoun(f"samples: {error}") from error


def _steps(values: list[int]) -> list[int]:
    return [value - before for value, before in zip(values, [0, *values], strict=False)]
