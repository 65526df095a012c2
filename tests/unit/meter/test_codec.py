"""Samples come out of a segment as they went in, and bytes that are none are refused."""

import zlib

import msgspec
import pytest
from hypothesis import given
from hypothesis import strategies as st

from model.documents import CorruptNoun
from model.meter.buckets import points, thinned
from model.meter.codec import decode, encode
from model.meter.samples import Series, between, count, merged, of, span, without

SERIES = st.sampled_from([
    Series("Voltage", phase, "Outlet", "Sample.Periodic", "V") for phase in ("", "L1", "L2", "L3")
] + [Series("Temperature", "", "Body", "Trigger", "Celsius")])  # fmt: skip
INSTANTS = st.integers(1_700_000_000_000, 1_700_000_060_000)
VALUES = st.integers(-(2**53), 2**53)
SAMPLES = st.dictionaries(SERIES, st.dictionaries(INSTANTS, VALUES, min_size=1, max_size=20))


@given(SAMPLES)
def test_samples_come_out_as_they_went_in(samples):
    assert decode(encode(samples)) == samples


@given(SAMPLES, st.randoms(use_true_random=False))
def test_the_same_samples_give_the_same_bytes_in_whatever_order_they_came(samples, chance):
    told = [(series, at, milli) for series, values in samples.items() for at, milli in values.items()]
    doubled = told + told[: len(told) // 2]
    chance.shuffle(doubled)
    assert encode(of(doubled)) == encode(samples)


@given(SAMPLES, SAMPLES)
def test_nothing_is_lost_and_nothing_doubled_by_merging(one, other):
    both = merged(one, other)
    assert count(both) == count(one) + count(without(other, one))
    assert without(one, both) == without(other, both) == {}
    assert merged(both, other) == both


@given(SAMPLES, INSTANTS)
def test_a_cut_leaves_two_parts_of_the_whole(samples, at_ms):
    assert merged(between(samples, None, at_ms), between(samples, at_ms, None)) == samples


@pytest.mark.parametrize(
    "data",
    [b"", b"x", zlib.compress(b""), zlib.compress(b"x"), encode({})[:-1],
     zlib.compress(msgspec.msgpack.encode([2, [], []])),
     zlib.compress(msgspec.msgpack.encode([1, [1], [[["a"], [1]]]])),
     zlib.compress(msgspec.msgpack.encode([1, [1], [[["a"] * 5, [1, 2]]]])),
     zlib.compress(msgspec.msgpack.encode([1, [1], [[["a"] * 5, [1], [7]]]]))],
)  # fmt: skip
def test_bytes_that_are_no_samples_are_refused(data):
    with pytest.raises(CorruptNoun):
        decode(data)


@given(st.dictionaries(INSTANTS, VALUES, min_size=1, max_size=60), st.integers(1, 80))
def test_a_thinned_series_keeps_its_extremes_and_counts_every_value(values, most):
    ends = min(values), max(values)
    found = thinned(values, *ends, most)
    assert len(found) <= most
    assert sum(point.values for point in found) == len(values)
    assert (min(point.least for point in found), max(point.greatest for point in found)) == (
        min(values.values()), max(values.values()),
    )  # fmt: skip
    assert all(point.least <= point.milli <= point.greatest for point in found)
    assert [point.at_ms for point in found] == sorted({point.at_ms for point in found})


def test_a_series_that_is_short_enough_is_left_as_it_is():
    values = {1: 10, 5: 20}
    assert thinned(values, 1, 5, 2) == points(values)
    assert span({}) is None
