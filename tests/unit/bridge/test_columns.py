"""Readings of one instant as a row: what its columns are is said in one text, and read back."""

from datetime import UTC, datetime, timedelta

import msgspec
import pytest
from hypothesis import given
from hypothesis import strategies as st

from wire.columns import COLUMNS_MOST, as_row, columns, labels, samples_of
from wire.events import Event, Meter, Sample

AT = datetime(2026, 5, 4, 12, tzinfo=UTC)
WORD = st.text(st.characters(exclude_characters="|;", codec="utf-8"), max_size=5)


@given(st.lists(st.tuples(WORD, WORD, WORD, WORD, WORD), min_size=1, max_size=5))
def test_what_is_said_in_one_text_is_read_back(said: list[tuple[str, str, str, str, str]]) -> None:
    text = columns(tuple(said))
    assert [tuple(label) for label in labels(text)] == (said if text else [])
    assert bool(text) == (said != [("", "", "", "", "")])


def test_a_column_of_few_words_is_short() -> None:
    said = (("Voltage", "V", "L1-N", "", ""), ("SoC", "", "", "", ""), ("Current.Import", "A", "", "", "Trigger"))
    assert columns(said) == "Voltage|V|L1-N;SoC;Current.Import|A|||Trigger"


@pytest.mark.parametrize("word", ["a|b", "a;b", "x" * COLUMNS_MOST])
def test_what_cannot_be_said_in_columns_is_told_by_samples(word: str) -> None:
    assert columns((("SoC", "", "", "", ""), (word, "Wh", "", "", ""))) == ""
    assert as_row([Sample(at=AT, value="1", measurand=word, unit="Wh")]) == ("", ())


def test_of_several_instants_there_is_no_row() -> None:
    samples = [Sample(at=AT, value="1"), Sample(at=AT + timedelta(seconds=1), value="2")]
    assert as_row(samples) == ("", ())


def test_a_row_tells_the_samples_it_was_made_of_also_as_json() -> None:
    samples = (Sample(at=AT, value="1", unit="kWh"), Sample(at=AT, value="x", measurand="SoC", context="Trigger"))
    said, values = as_row(samples)
    meter = Meter(charge_point_id="CP", seq=1, occurred_at=AT, received_at=AT, connector=1, columns=said, values=values)
    body = msgspec.json.encode(meter)
    assert b"samples" not in body
    read = msgspec.json.decode(body, type=Event)
    assert read == meter
    assert samples_of(read) == samples


def test_a_column_of_too_many_words_is_refused() -> None:
    with pytest.raises(ValueError, match="too many words"):
        labels("SoC|a|b|c|d|e")
