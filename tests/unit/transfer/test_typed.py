"""Values as JSON and back; what is not in this form is refused with a reason."""

from datetime import UTC, datetime

import pytest
from hypothesis import given
from hypothesis import strategies as st

from services.transfer.typed import Untyped, from_json, parse, to_json, to_line

SCALARS = (
    st.none()
    | st.booleans()
    | st.integers(-(2**63), 2**63 - 1)
    | st.floats(allow_nan=False, allow_infinity=False)
    | st.text(st.characters(exclude_categories=["Cs"]))
    | st.binary()
    | st.datetimes(timezones=st.just(UTC)).map(lambda at: at.replace(fold=0))
)
NAMES = st.text(st.characters(exclude_categories=["Cs"]), min_size=1) | st.sampled_from(
    ["$bytes", "$time", "$map", "$"]
)
VALUES = st.recursive(SCALARS, lambda inner: st.lists(inner) | st.dictionaries(NAMES, inner), max_leaves=20)


def kinds(value):
    """A value with its types, as 1 == 1.0 == True."""
    if isinstance(value, dict):
        return {name: kinds(each) for name, each in value.items()}
    return [kinds(each) for each in value] if isinstance(value, list) else (type(value), repr(value))


@given(st.dictionaries(NAMES, VALUES))
def test_every_value_comes_back_as_it_was(data) -> None:
    line = to_line({"data": to_json(data)})
    assert line.count(b"\n") == 1
    back = from_json(parse(line)["data"])
    assert kinds(back) == kinds(data)
    assert to_line({"data": to_json(back)}) == line


def test_microseconds_are_kept() -> None:
    at = datetime(2026, 3, 29, 1, 59, 59, 999_999, tzinfo=UTC)
    assert to_json(at) == {"$time": "2026-03-29T01:59:59.999999Z"}


@pytest.mark.parametrize(
    ("plain", "reason"),
    [
        ({"$bytes": "?"}, "$bytes is not base64"),
        ({"$bytes": 1}, "'$bytes' is no type"),
        ({"$bytes": "", "more": 1}, "has more than that"),
        ({"$time": "2026-03-29"}, "$time is no instant"),
        ({"$time": "2026-02-30T00:00:00.000000Z"}, "$time is no instant"),
        ({"$map": []}, "'$map' is no type"),
        ({"$unknown": {}}, "'$unknown' is no type"),
    ],
)
def test_a_value_of_no_type_is_refused(plain, reason) -> None:
    with pytest.raises(Untyped) as refused:
        from_json({"deep": [plain]})
    assert reason in str(refused.value)


@pytest.mark.parametrize(
    ("line", "reason"),
    [
        (b"{", "it is not JSON"),
        (b'{"a":1,"a":2}', "a name is there twice"),
        (b'{"a":NaN}', "NaN is no number"),
        (b'{"a":-Infinity}', "-Infinity is no number"),
        (b'{"a":' + b"9" * 5000 + b"}", "a number beyond all bounds"),
        (b'{"a":"\xff"}', "it is not UTF-8"),
        (b"[" * 100_000, "it is nested too deep"),
    ],
)
def test_a_line_that_is_no_json_is_refused(line, reason) -> None:
    with pytest.raises(Untyped) as refused:
        parse(line)
    assert reason in str(refused.value)
