"""Sort keys order as the values do, for any two values."""

import math
from datetime import UTC
from fractions import Fraction

from hypothesis import example, given
from hypothesis import strategies as st

from model.store.ordering import KEY_BYTES, MISSING, field_of, index_keys, sort_key, type_bounds

INTS = st.integers(-(2**63), 2**63 - 1)
NUMBERS = INTS | st.floats(allow_nan=False, allow_infinity=False) | st.integers(2**53 - 3, 2**53 + 3)
TEXTS = st.text(max_size=8) | st.text("a\x00\x01\x02\x03é", max_size=4)


def sign(smaller: bool, larger: bool) -> int:
    return int(larger) - int(smaller)


@given(NUMBERS, NUMBERS)
@example(2**53, 2**53 + 1)
@example(float(2**53), 2**53 + 1)
@example(2**63 - 1, 2.0**63)
@example(-0.0, 0)
@example(5e-324, 0)
def test_numbers_of_both_kinds_are_ordered_exactly(one: float, other: float) -> None:
    keys = sort_key(one), sort_key(other)
    exact = Fraction(one), Fraction(other)
    assert sign(keys[0] < keys[1], keys[0] > keys[1]) == sign(exact[0] < exact[1], exact[0] > exact[1])


@given(TEXTS, TEXTS)
def test_texts_are_ordered_by_code_point(one: str, other: str) -> None:
    keys = sort_key(one), sort_key(other)
    assert sign(keys[0] < keys[1], keys[0] > keys[1]) == sign(one < other, one > other)
    assert "\x00" not in keys[0]


@given(st.binary(max_size=6), st.binary(max_size=6))
def test_bytes_are_ordered_by_byte(one: bytes, other: bytes) -> None:
    keys = sort_key(one), sort_key(other)
    assert sign(keys[0] < keys[1], keys[0] > keys[1]) == sign(one < other, one > other)


@given(st.datetimes(), st.datetimes())
def test_datetimes_are_ordered_by_time(one, other) -> None:
    one, other = one.replace(tzinfo=UTC), other.replace(tzinfo=UTC)
    keys = sort_key(one), sort_key(other)
    assert sign(keys[0] < keys[1], keys[0] > keys[1]) == sign(one < other, one > other)


@given(st.text("aé\U0001f50c", min_size=KEY_BYTES - 3, max_size=KEY_BYTES + 3))
def test_a_cut_text_sorts_behind_its_beginning(text: str) -> None:
    beginning = text.encode()[:KEY_BYTES].decode(errors="ignore")
    assert (sort_key(text) == sort_key(beginning)) == (text == beginning)
    assert sort_key(text) >= sort_key(beginning)


@given(NUMBERS | TEXTS | st.binary(max_size=3) | st.booleans() | st.none())
def test_a_key_lies_within_the_bounds_of_its_type(value) -> None:
    first, beyond = type_bounds(sort_key(value))
    assert first <= sort_key(value) < beyond


def test_infinitely_close_numbers_keep_apart() -> None:
    assert sort_key(1.0) < sort_key(math.nextafter(1.0, 2.0))


def test_only_fields_a_query_can_name_get_keys() -> None:
    data = {"a": {"b": None, "c d": 1, "1": 2}, "e.f": 1, "": 1, "g": [1], "_h2": {}}
    assert sorted(index_keys(data)) == ["_h2", "a", "a.b", "g"]


def test_a_dotted_field_is_found_only_through_maps() -> None:
    data = {"a": {"b": {"c": None}}, "l": [{"x": 1}], "d.e": 1}
    assert field_of(data, "a.b.c") is None
    assert field_of(data, "a.b") == {"c": None}
    for name in ("a.x", "a.b.c.d", "l.x", "d.e", "x"):
        assert field_of(data, name) is MISSING
